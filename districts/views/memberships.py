"""The pages on which a role is given, ended or handed over."""

from django.conf import settings
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from districts import services
from districts.duties import other_office
from districts.forms.people import (
    HandOverForm,
    HandOverKnowingForm,
    KnowingForm,
    MembershipForm,
)
from districts.gaps import gaps_without
from districts.permissions import (
    may_add_people,
    may_keep_role,
    visible_memberships,
    visible_people,
    why_not_of_own_people,
)
from districts.roles import Role
from districts.views.answers import explain, only
from districts.views.offices import page_of
from districts.views.person_pages import (
    FOR_KEEPERS,
    districts_to_give_in,
    person_ask,
    person_form,
    pk_of,
    posted,
    visible_person,
)


@require_http_methods(["GET", "POST"])
def membership_give(request, pk):
    person = visible_person(request, pk)
    only(may_add_people(request.user), FOR_KEEPERS)
    form = MembershipForm(posted(request), kept=districts_to_give_in(request.user))
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        if left := other_office(person, typed["role"], typed["district"]):
            return redirect(page_of(left, typed["role"]))
        try:
            held = services.give_membership(
                user_id=person.pk,
                role=typed["role"],
                district_id=pk_of(typed["district"]),
                by=request.user,
                at=timezone.now(),
            )
        except services.Refusal as refusal:
            explain(form, refusal)
        else:
            messages.success(request, f"{person} is {_held(held)}.")
            return redirect("districts:person", person.pk)
    return person_form(request, form, person, title=f"Give {person} a role", verb="Give the role")


@require_http_methods(["GET", "POST"])
def membership_end(request, pk, membership_pk):
    person, held = _theirs_to_end(request, pk, membership_pk)
    is_refused = held.user_id == request.user.pk and held.role == Role.SYSADMIN
    gaps = [] if is_refused or held.ended_at else gaps_without([held])
    form = KnowingForm(posted(request), act="end the role", stops=bool(gaps))
    if request.method == "POST" and form.is_valid():
        try:
            services.end_membership(
                membership_id=held.pk,
                by=request.user,
                at=timezone.now(),
                knows_what_stops=form.cleaned_data.get("knows", False),
            )
        except services.Refusal as refusal:
            explain(form, refusal)
        else:
            messages.success(request, f"{person} is no longer {_held(held)}.")
            return _page_afterwards(request, person)
    return person_ask(
        request,
        person,
        form=form,
        gaps=gaps,
        title=f"End this role of {person}?",
        body=f"{person} is no longer {_held(held)} from now on. What they did in the role stays"
        " on record.",
        more="Hand the role over instead, and nothing stops."
        if gaps
        else "A delegation that rests on the role ends with it. You can give the role again.",
        verb="End the role",
        is_bad=True,
    )


@require_http_methods(["GET", "POST"])
def membership_hand_over(request, pk, membership_pk):
    person, held = _theirs_to_end(request, pk, membership_pk)
    people = _successors(request.user, held)
    form = HandOverForm(posted(request), people=people)
    if request.method == "POST" and form.is_valid():
        return _confirm_hand_over(request, person, held, form)
    return _hand_over_form(request, person, held, form)


def _hand_over_form(request, person, held, form):
    return person_form(
        request,
        form,
        person,
        title=f"Hand over from {person}: {held.get_role_display().lower()}",
        verb="Go on",
    )


def _confirm_hand_over(request, person, held, form):
    """Says who is what afterwards, and does it once that is confirmed."""
    successor = form.cleaned_data["to"]
    if left := other_office(successor, held.role, held.district):
        return redirect(page_of(left, held.role, leaving=held))
    gaps = gaps_without([held], heir=successor) if held.ended_at is None else []
    is_confirmed = "is_confirmed" in request.POST
    asked = HandOverKnowingForm(
        request.POST if is_confirmed else None,
        initial={"to": successor.pk},
        act="hand it over",
        stops=bool(gaps),
    )
    if is_confirmed and asked.is_valid():
        try:
            services.hand_over_membership(
                membership_id=held.pk,
                to_id=successor.pk,
                by=request.user,
                at=timezone.now(),
                knows_what_stops=asked.cleaned_data.get("knows", False),
            )
        except services.Refusal as refusal:
            if "knows" not in refusal.sentences:
                explain(form, refusal)
                return _hand_over_form(request, person, held, form)
            explain(asked, refusal)
        else:
            return _handed_over(request, person, held, successor)
    has_password = successor.has_usable_password()
    return person_ask(
        request,
        person,
        form=asked,
        gaps=gaps,
        title=f"Hand over from {person} to {successor}?",
        body=f"{successor} is {_held(held)} from now on, and {person} no longer is. What {person}"
        " did in the role stays on record.",
        more=""
        if has_password
        else f"{successor} has set no password yet and cannot sign in. Send the letter that lets"
        " them set one, on the page that comes next.",
        verb="Hand over the role",
    )


def _handed_over(request, person, held, successor):
    messages.success(request, f"{successor} is {_held(held)}; {person} no longer is.")
    if successor.has_usable_password():
        return _people_afterwards(request)
    messages.warning(
        request, f"{successor} cannot sign in yet. Send the letter that lets them set a password."
    )
    return _page_afterwards(request, successor)


def _theirs_to_end(request, pk, membership_pk):
    person = visible_person(request, pk)
    only(may_add_people(request.user), FOR_KEEPERS)
    held = get_object_or_404(
        visible_memberships(request.user).filter(user=person).select_related("district", "user"),
        pk=membership_pk,
    )
    why = why_not_of_own_people(request.user, held.district_id)
    only(not why, why)
    only(
        may_keep_role(request.user, role=held.role, district_id=held.district_id),
        FOR_KEEPERS,
    )
    return person, held


def _successors(user, held):
    people = visible_people(user).filter(is_active=True).exclude(pk__in=[user.pk, held.user_id])
    return people.order_by("name", "pk")


def _held(membership) -> str:
    role = membership.get_role_display().lower()
    return f"{role} {f'in {membership.district}' if membership.district else 'at the Department'}"


def _page_afterwards(request, person):
    """The person's page, unless the act took it from who did it: they gave up their own role."""
    if visible_people(request.user, at=timezone.now()).filter(pk=person.pk).exists():
        return redirect("districts:person", person.pk)
    return _people_afterwards(request)


def _people_afterwards(request):
    people_are_theirs = visible_people(request.user, at=timezone.now()).exists()
    return redirect("districts:people" if people_are_theirs else settings.LOGIN_REDIRECT_URL)
