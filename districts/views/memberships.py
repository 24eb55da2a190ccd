"""The pages on which a role is given, ended or handed over."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from districts import services
from districts.forms.people import HandOverForm, KnowingForm, MembershipForm
from districts.permissions import (
    may_add_people,
    may_keep_role,
    visible_memberships,
    visible_people,
)
from districts.views.answers import explain, only
from districts.views.person_pages import (
    FOR_KEEPERS,
    districts_to_give_in,
    person_ask,
    person_form,
    pk_of,
    visible_person,
)


@require_http_methods(["GET", "POST"])
def membership_give(request, pk):
    person = visible_person(request, pk)
    only(may_add_people(request.user), FOR_KEEPERS)
    form = MembershipForm(request.POST or None, kept=districts_to_give_in(request.user))
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
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
    return person_ask(
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
    return person_form(
        request,
        form,
        person,
        title=f"Hand over from {person}: {held.get_role_display().lower()}",
        verb="Hand over the role",
    )


def _theirs_to_end(request, pk, membership_pk):
    person = visible_person(request, pk)
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


def _successors(user, held):
    people = visible_people(user).filter(is_active=True).exclude(pk__in=[user.pk, held.user_id])
    return people.order_by("name", "pk")


def _held(membership) -> str:
    role = membership.get_role_display().lower()
    return f"{role} {f'in {membership.district}' if membership.district else 'at the Department'}"
