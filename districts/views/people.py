"""The pages of people: who may do what, until when, and how they get in."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from districts import services
from districts.accounts import set_password_url
from districts.calendar import eastern_day
from districts.duties import held_together
from districts.forms.people import KnowingForm, NewPersonForm, PeopleFilterForm, PersonForm
from districts.gaps import gaps_at_department, gaps_in, gaps_without, lacking_with_holders
from districts.permissions import (
    is_department,
    may_add_people,
    may_confirm_delegations,
    may_delegate,
    may_help,
    may_hold_delegation,
    may_keep_role,
    may_manage_people,
    may_manage_person,
    may_see_people,
    visible_districts,
    visible_memberships,
    visible_people,
)
from districts.reports import (
    access_of,
    delegations_to_confirm,
    password_letters,
    people_matching,
    person_rows,
)
from districts.same_person import may_be_one_person, perhaps_the_same
from districts.views.answers import explain, form_page, only
from districts.views.person_pages import (
    FOR_KEEPERS,
    districts_to_give_in,
    manageable_person,
    person_ask,
    person_form,
    pk_of,
    posted,
    visible_person,
)

PAGE_LENGTH = 50


@require_safe
def person_list(request):
    only(may_see_people(request.user), FOR_KEEPERS)
    districts = visible_districts(request.user).active()
    form = PeopleFilterForm(
        request.GET,
        districts=list(districts.offered(request.GET.get("where", "")).values_list("slug", "name")),
        is_department=is_department(request.user),
    )
    form.is_valid()  # what cannot be read is marked, and the rest still filters
    chosen = form.cleaned_data
    people = people_matching(
        visible_people(request.user),
        words=chosen.get("q", ""),
        held_in=chosen.get("where", ""),
        with_suspended=chosen.get("suspended", False),
    )
    today = eastern_day(timezone.now())
    page = Paginator(people, PAGE_LENGTH).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "form": form,
        "page": page,
        "query": query.urlencode(),
        "rows": person_rows(page.object_list, today, visible_memberships(request.user)),
        "is_department": is_department(request.user),
        "to_confirm": delegations_to_confirm(today, by=request.user)
        if may_confirm_delegations(request.user)
        else [],
        "may_add": may_add_people(request.user),
        "may_manage": may_manage_people(request.user),
    }
    return render(request, "districts/person_list.html", context)


@require_safe
def empty_roles(request):
    """What has nobody, with who can mend it; and roles that one person should not hold."""
    only(is_department(request.user), "This page is the Department’s.")
    is_admin = may_manage_people(request.user)
    lacking = _page_of(lacking_with_holders(), request)
    of_districts = [gap for district in lacking for gap in gaps_in(district)]
    context = {
        "gaps": [*(gaps_at_department() if lacking.number == 1 else []), *of_districts],
        "page": lacking,
        "pairs": held_together() if is_admin else [],
        "alike": may_be_one_person() if is_admin else [],
    }
    return render(request, "districts/empty_roles.html", context)


def _page_of(rows, request):
    """The page that is asked for; they are counted only where one page does not hold them."""
    first = list(rows[: PAGE_LENGTH + 1])
    paginator = Paginator(rows if len(first) > PAGE_LENGTH else first, PAGE_LENGTH)
    return paginator.get_page(request.GET.get("page"))


@require_safe
def person_detail(request, pk):
    person = visible_person(request, pk)
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
        "access": access_of(person),
        "has_password": person.has_usable_password(),
        "current": [held for held in memberships if held.ended_at is None],
        "ended": [held for held in memberships if held.ended_at is not None],
        "delegations": person.delegations.select_related("given_by", "ended_by").order_by(
            "-first_day", "-pk"
        ),
        "today": eastern_day(timezone.now()),
        "letter": password_letters(person).first(),
        "suspensions": person.suspensions.select_related("administrator", "lifted_by").order_by(
            "-pk"
        ),
        "alike": _alike(person, memberships) if is_department(request.user) else [],
        "is_self": person.pk == request.user.pk,
        "is_department": is_department(request.user),
        "may_manage": may_manage_person(request.user, person),
        "may_keep": may_add_people(request.user),
        "may_help": may_help(request.user, person),
        "may_confirm": may_confirm_delegations(request.user) and person != request.user,
        "may_delegate": may_delegate(request.user) and may_hold_delegation(person),
    }
    return render(request, "districts/person_detail.html", context)


def _alike(person, memberships):
    """The other accounts that may be of this person."""
    at_department = any(one.ended_at is None and one.district is None for one in memberships)
    return perhaps_the_same(
        name=person.name, email=person.email, is_at_department=at_department, but_id=person.pk
    )


@require_http_methods(["GET", "POST"])
def person_add(request):
    only(may_add_people(request.user), FOR_KEEPERS)
    form = NewPersonForm(request.POST or None, kept=districts_to_give_in(request.user))
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        try:
            person = services.add_person(
                email=typed["email"],
                name=typed["name"],
                role=typed["role"],
                district_id=pk_of(typed["district"]),
                by=request.user,
                at=timezone.now(),
                is_another="is_another" in request.POST,
            )
        except services.Refusal as refusal:
            _explain(form, refusal)
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


def _explain(form, refusal):
    if "is_another" in refusal.sentences:
        form.ask_if_another()
    explain(form, refusal)


@require_http_methods(["GET", "POST"])
def person_edit(request, pk):
    person = manageable_person(request, pk)
    form = PersonForm(request.POST or None, initial={"name": person.name, "email": person.email})
    if request.method == "POST" and form.is_valid():
        try:
            services.edit_person(
                user_id=person.pk,
                by=request.user,
                at=timezone.now(),
                is_another="is_another" in request.POST,
                **form.cleaned_data,
            )
        except services.Refusal as refusal:
            _explain(form, refusal)
        else:
            messages.success(request, "The name and the email are saved.")
            return redirect("districts:person", person.pk)
    return person_form(
        request, form, person, title=f"Edit {person}", verb="Save the name and email"
    )


@require_POST
def person_letter(request, pk):
    person = visible_person(request, pk)
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
    person = manageable_person(request, pk)
    held = person.memberships.current().select_related("user", "district").order_by("pk")
    gaps = [] if person == request.user else gaps_without(held)
    form = KnowingForm(posted(request), act=f"suspend {person}", stops=bool(gaps))
    if request.method == "POST" and form.is_valid():
        try:
            services.suspend_person(
                user_id=person.pk,
                by=request.user,
                at=timezone.now(),
                knows_what_stops=form.cleaned_data.get("knows", False),
            )
        except services.Refusal as refusal:
            explain(form, refusal)
        else:
            messages.success(request, f"{person} is suspended and can no longer sign in.")
            return redirect("districts:person", person.pk)
    return person_ask(
        request,
        person,
        form=form,
        gaps=gaps,
        title=f"Suspend {person}?",
        body=f"{person} is signed out at once and can no longer sign in. No letters go to"
        f" {person.email}. Roles, signatures and everything they wrote stay on record.",
        more=f"{'A new password no longer lets them in. ' if person.is_idle else ''}"
        "You can reactivate them at any time.",
        verb=f"Suspend {person}",
        is_bad=True,
    )


@require_POST
def person_reactivate(request, pk):
    person = manageable_person(request, pk)
    services.reactivate_person(user_id=person.pk, by=request.user, at=timezone.now())
    messages.success(request, f"{person} can sign in again.")
    return redirect("districts:person", person.pk)
