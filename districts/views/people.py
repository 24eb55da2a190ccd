"""The pages of people: who may do what, until when, and how they get in."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from districts import services
from districts.accounts import set_password_url
from districts.calendar import eastern_day
from districts.forms import (
    DelegationForm,
    HandOverForm,
    KnowingForm,
    MembershipForm,
    NewPersonForm,
    PeopleFilterForm,
    PersonForm,
)
from districts.models import TOWNS, District, User
from districts.permissions import (
    districts_kept_by,
    is_department,
    may_add_people,
    may_confirm_delegations,
    may_delegate,
    may_help,
    may_hold_delegation,
    may_keep_role,
    may_manage_people,
    may_see_people,
    visible_districts,
    visible_memberships,
    visible_people,
)
from districts.reports import (
    label_of,
    password_letters,
    people_matching,
    person_rows,
)
from districts.views.answers import ask_page, explain, form_page, only

PAGE_LENGTH = 50
FOR_KEEPERS = (
    "People and their roles are kept by the Department, and by the access administrator of each"
    " district."
)
FOR_ADMINS = "Only an administrator at the Department changes names, addresses and suspensions."
FOR_DELEGATORS = "Only the Commissioner or an administrator gives a delegation."


@require_safe
def person_list(request):
    only(may_see_people(request.user), FOR_KEEPERS)
    districts = visible_districts(request.user).active().order_by("name")
    form = PeopleFilterForm(
        request.GET, districts=list(districts.values_list("slug", "name")[:TOWNS])
    )
    form.is_valid()  # what cannot be read is marked, and the rest still filters
    chosen = form.cleaned_data
    people = people_matching(
        visible_people(request.user),
        words=chosen.get("q", ""),
        held_in=chosen.get("where", ""),
        with_suspended=chosen.get("suspended", False),
    )
    page = Paginator(people, PAGE_LENGTH).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "form": form,
        "page": page,
        "query": query.urlencode(),
        "rows": person_rows(
            page.object_list, eastern_day(timezone.now()), visible_memberships(request.user)
        ),
        "is_department": is_department(request.user),
        "may_add": may_add_people(request.user),
        "may_manage": may_manage_people(request.user),
    }
    return render(request, "districts/person_list.html", context)


@require_safe
def person_detail(request, pk):
    person = _visible(request, pk)
    memberships = list(
        visible_memberships(request.user)
        .filter(user=person)
        .select_related("district", "given_by", "ended_by")
        .order_by("pk")
    )
    for held in memberships:
        held.may_end = may_keep_role(request.user, role=held.role, district_id=held.district_id)
    context = {
        "person": person,
        "label": label_of(person),
        "has_password": person.has_usable_password(),
        "current": [held for held in memberships if held.ended_at is None],
        "ended": [held for held in memberships if held.ended_at is not None],
        "delegations": person.delegations.select_related("given_by", "ended_by").order_by(
            "-first_day", "-pk"
        ),
        "today": eastern_day(timezone.now()),
        "letter": password_letters(person).first(),
        "is_self": person.pk == request.user.pk,
        "is_department": is_department(request.user),
        "may_manage": may_manage_people(request.user),
        "may_keep": may_add_people(request.user),
        "may_help": may_help(request.user, person),
        "may_confirm": may_confirm_delegations(request.user),
        "may_delegate": may_delegate(request.user) and may_hold_delegation(person),
    }
    return render(request, "districts/person_detail.html", context)


@require_http_methods(["GET", "POST"])
def person_add(request):
    only(may_add_people(request.user), FOR_KEEPERS)
    form = NewPersonForm(request.POST or None, kept=_kept(request.user))
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        try:
            person = services.add_person(
                email=typed["email"],
                name=typed["name"],
                role=typed["role"],
                district_id=_pk(typed["district"]),
                by=request.user,
                at=timezone.now(),
            )
        except services.Refusal as refusal:
            explain(form, refusal)
        else:
            messages.success(
                request, f"{person} is added. Send the letter that lets them set a password."
            )
            return redirect("districts:person", person.pk)
    return form_page(
        request,
        form,
        title="Add a person",
        verb="Add the person",
        back=reverse("districts:people"),
        crumbs=[("People", reverse("districts:people"))],
    )


@require_http_methods(["GET", "POST"])
def person_edit(request, pk):
    person = _manageable(request, pk)
    form = PersonForm(request.POST or None, initial={"name": person.name, "email": person.email})
    if request.method == "POST" and form.is_valid():
        try:
            services.edit_person(
                user_id=person.pk, by=request.user, at=timezone.now(), **form.cleaned_data
            )
        except services.Refusal as refusal:
            explain(form, refusal)
        else:
            messages.success(request, "The name and the email are saved.")
            return redirect("districts:person", person.pk)
    return _person_form(
        request, form, person, title=f"Edit {person}", verb="Save the name and email"
    )


@require_POST
def person_letter(request, pk):
    person = _visible(request, pk)
    only(may_help(request.user, person), FOR_KEEPERS)
    try:
        services.send_password_letter(
            user_id=person.pk,
            link=set_password_url(person),
            by=request.user,
            at=timezone.now(),
        )
    except services.Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"The letter to {person.email} is on its way.")
    return redirect("districts:person", person.pk)


@require_http_methods(["GET", "POST"])
def person_suspend(request, pk):
    person = _manageable(request, pk)
    if request.method == "POST":
        try:
            services.suspend_person(user_id=person.pk, by=request.user, at=timezone.now())
        except services.Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, f"{person} is suspended and can no longer sign in.")
        return redirect("districts:person", person.pk)
    return _person_ask(
        request,
        person,
        title=f"Suspend {person}?",
        body=f"{person} is signed out at once and can no longer sign in. No letters go to"
        f" {person.email}. Roles, signatures and everything they wrote stay on record.",
        more="You can reactivate them at any time.",
        verb=f"Suspend {person}",
        is_bad=True,
    )


@require_POST
def person_reactivate(request, pk):
    person = _manageable(request, pk)
    services.reactivate_person(user_id=person.pk, by=request.user, at=timezone.now())
    messages.success(request, f"{person} can sign in again.")
    return redirect("districts:person", person.pk)


@require_http_methods(["GET", "POST"])
def membership_give(request, pk):
    person = _visible(request, pk)
    only(may_add_people(request.user), FOR_KEEPERS)
    form = MembershipForm(request.POST or None, kept=_kept(request.user))
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        try:
            held = services.give_membership(
                user_id=person.pk,
                role=typed["role"],
                district_id=_pk(typed["district"]),
                by=request.user,
                at=timezone.now(),
            )
        except services.Refusal as refusal:
            explain(form, refusal)
        else:
            messages.success(request, f"{person} is {_held(held)}.")
            return redirect("districts:person", person.pk)
    return _person_form(request, form, person, title=f"Give {person} a role", verb="Give the role")


@require_http_methods(["GET", "POST"])
def membership_end(request, pk, membership_pk):
    person, held = _theirs_to_end(request, pk, membership_pk)
    stops = services.what_stops_without(held)
    if request.method == "POST":
        try:
            services.end_membership(
                membership_id=held.pk,
                by=request.user,
                at=timezone.now(),
                knows_what_stops="knows" in request.POST,
            )
        except services.Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, f"{person} is no longer {_held(held)}.")
        return redirect("districts:person", person.pk)
    return _person_ask(
        request,
        person,
        form=KnowingForm() if stops else None,
        title=f"End this role of {person}?",
        body=f"{person} is no longer {_held(held)} from now on. What they did in the role stays"
        " on record.",
        more=stops
        or "A delegation that rests on the role ends with it. You can give the role again.",
        verb="End the role",
        is_bad=True,
    )


@require_http_methods(["GET", "POST"])
def membership_hand_over(request, pk, membership_pk):
    person, held = _theirs_to_end(request, pk, membership_pk)
    form = HandOverForm(request.POST or None, people=_successors(request.user, held))
    if request.method == "POST" and form.is_valid():
        successor = form.cleaned_data["to"]
        try:
            services.hand_over_membership(
                membership_id=held.pk, to_id=successor.pk, by=request.user, at=timezone.now()
            )
        except services.Refusal as refusal:
            explain(form, refusal)
        else:
            messages.success(request, f"{successor} is {_held(held)}; {person} no longer is.")
            return redirect("districts:people")
    return _person_form(
        request,
        form,
        person,
        title=f"Hand over from {person}: {held.get_role_display().lower()}",
        verb="Hand over the role",
    )


@require_http_methods(["GET", "POST"])
def delegation_give(request, pk):
    person = _visible(request, pk)
    only(may_delegate(request.user), FOR_DELEGATORS)
    form = DelegationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            delegation = services.give_delegation(
                user_id=person.pk, by=request.user, at=timezone.now(), **form.cleaned_data
            )
        except services.Refusal as refusal:
            explain(form, refusal)
        else:
            messages.success(
                request,
                f"{person} decides in the Commissioner’s name from {delegation}."
                if delegation.confirmed_at
                else f"The Commissioner is asked to confirm {person}’s delegation.",
            )
            return redirect("districts:person", person.pk)
    return _person_form(
        request,
        form,
        person,
        title=f"Give {person} the Commissioner’s delegation",
        verb="Give the delegation",
    )


@require_http_methods(["GET", "POST"])
def delegation_confirm(request, pk, delegation_pk):
    person = _visible(request, pk)
    only(may_confirm_delegations(request.user), "Only the Commissioner confirms a delegation.")
    delegation = get_object_or_404(person.delegations, pk=delegation_pk)
    if request.method == "POST":
        try:
            services.confirm_delegation(
                delegation_id=delegation.pk, by=request.user, at=timezone.now()
            )
        except services.Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(
                request, f"{person} decides in the Commissioner’s name from {delegation}."
            )
        return redirect("districts:person", person.pk)
    return _person_ask(
        request,
        person,
        title=f"Let {person} decide in your name?",
        body=f"From {delegation}, {person} can approve, withhold and release plans they did not"
        " review. You get a copy of each decision.",
        more=f"Reason given: {delegation.reason}",
        verb="Confirm the delegation",
    )


@require_http_methods(["GET", "POST"])
def delegation_end(request, pk, delegation_pk):
    person = _visible(request, pk)
    only(may_delegate(request.user), FOR_DELEGATORS)
    delegation = get_object_or_404(person.delegations, pk=delegation_pk)
    if request.method == "POST":
        services.end_delegation(delegation_id=delegation.pk, by=request.user, at=timezone.now())
        messages.success(request, f"{person} no longer decides in the Commissioner’s name.")
        return redirect("districts:person", person.pk)
    return _person_ask(
        request,
        person,
        title=f"End the delegation of {person}?",
        body=f"{person} can no longer approve, withhold or release from now on. What they decided"
        f" from {delegation} until now stands.",
        verb="End the delegation",
        is_bad=True,
    )


def _visible(request, pk) -> User:
    return get_object_or_404(visible_people(request.user), pk=pk)


def _manageable(request, pk) -> User:
    person = _visible(request, pk)
    only(may_manage_people(request.user), FOR_ADMINS)
    return person


def _theirs_to_end(request, pk, membership_pk):
    person = _visible(request, pk)
    only(may_add_people(request.user), FOR_KEEPERS)
    held = get_object_or_404(
        visible_memberships(request.user).filter(user=person).select_related("district", "user"),
        pk=membership_pk,
    )
    only(
        may_keep_role(request.user, role=held.role, district_id=held.district_id),
        FOR_KEEPERS,
    )
    return person, held


def _kept(user):
    """The districts in which an access administrator gives roles; None for who gives them all."""
    if may_manage_people(user):
        return None
    return District.objects.active().filter(pk__in=districts_kept_by(user)).order_by("name")


def _successors(user, held):
    people = visible_people(user).filter(is_active=True).exclude(pk__in=[user.pk, held.user_id])
    return people.order_by("name", "pk")


def _pk(district) -> int | None:
    return district.pk if district else None


def _held(membership) -> str:
    role = membership.get_role_display().lower()
    return f"{role} {f'in {membership.district}' if membership.district else 'at the Department'}"


def _crumbs(person: User) -> list[tuple[str, str]]:
    return [
        ("People", reverse("districts:people")),
        (person.name, reverse("districts:person", args=[person.pk])),
    ]


def _person_form(request, form, person, **context):
    back = reverse("districts:person", args=[person.pk])
    return form_page(request, form, back=back, crumbs=_crumbs(person), **context)


def _person_ask(request, person, **context):
    back = reverse("districts:person", args=[person.pk])
    return ask_page(request, heading=person.name, back=back, crumbs=_crumbs(person), **context)
