"""Conflicts of interest: declared, recorded by a program manager, and ended with a reason (R37)."""

from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string

from districts.calendar import eastern_day, fiscal_year_of
from districts.models import Conflict, District, Membership, User
from districts.words import day
from notices.models import About
from notices.pages import Page, link_to
from notices.services import post
from plans.models import Assignment, Plan
from plans.services import Blocked
from plans.services.letters import managers, page_of, post_letter
from plans.workflow import StepNotAllowed
from reviews.permissions import may_declare, may_end_conflict

CHANGED = "conflict_changed"


@transaction.atomic
def declare_conflict(
    *, district_id: int, person_id: int, what: str, key: UUID, by: User, at: datetime
) -> Conflict:
    """Put on record that somebody has a conflict of interest with a district.

    Their assignments to its plans end by it. The plans are held meanwhile: an act on one of them
    is done before, by a reviewer; or after, and is refused.

    Raises:
        PermissionDenied: another's, and not a program manager; or not of the Department.
        Blocked: the person named is not of the Department, or nothing is said.
        StepNotAllowed: one is in force already; or the key came before with other words.
    """
    district = District.objects.select_for_update().get(pk=district_id)
    plans = list(_held_plans(district))
    if not may_declare(by, person_id, district, at=at):
        raise PermissionDenied
    said = {"person_id": person_id, "district_id": district_id, "what": what.strip()}
    if (before := Conflict.objects.filter(key=key).first()) is not None:
        return _the_same(before, said)
    _refuse_if_on_record(said, district)
    conflict = Conflict.objects.create(**said, key=key, declared_at=at, declared_by=by)
    for plan in plans:
        _recuse(plan, conflict)
    if conflict.person_id != by.pk:
        _tell(conflict, by=by, at=at)
    return conflict


@transaction.atomic
def end_conflict(*, conflict_id: int, because: str, by: User, at: datetime) -> Conflict:
    """Say why it is one no longer. What it took away stays with whoever has it now.

    Raises:
        PermissionDenied: neither a program manager nor the Commissioner, or their own.
        Blocked: no reason is given.
        StepNotAllowed: it was ended before, with another reason.
    """
    conflict = (
        Conflict.objects.select_for_update(of=("self",))
        .select_related("district", "person")  # who ended it is asked once it is held
        .get(pk=conflict_id)
    )
    if not may_end_conflict(by, conflict, at=at):
        raise PermissionDenied
    because = because.strip()
    if not because:
        raise Blocked(["Say why it is no conflict of interest any longer."])
    if conflict.ended_at is not None:
        if conflict.ended_by == by and conflict.ended_because == because:
            return conflict
        raise StepNotAllowed(
            f"{conflict.ended_by} ended it on {day(conflict.ended_at)} already."
            " Your reason was not recorded."
        )
    conflict.ended_at = max(at, conflict.declared_at)  # declared while this act waited
    conflict.ended_by, conflict.ended_because = by, because
    conflict.save(update_fields=["ended_at", "ended_by", "ended_because"])
    _tell(conflict, by=by, at=at)
    return conflict


def _held_plans(district: District) -> QuerySet[Plan]:
    """In the order in which every act on several plans holds them."""
    return district.plans.select_for_update(of=("self",)).select_related("district").order_by("pk")


def _the_same(before: Conflict, said: dict) -> Conflict:
    if any(getattr(before, name) != value for name, value in said.items()):
        raise StepNotAllowed(
            "This page was sent before, with other words, and those stand. What you wrote now"
            " was not recorded."
        )
    return before


def _refuse_if_on_record(said: dict, district: District) -> None:
    if not said["what"]:
        raise Blocked(["Say what it is, in a sentence."])
    of_department = Membership.objects.current().filter(user=said["person_id"], district=None)
    if not of_department.exists():
        raise Blocked(["The person named is not of the Department."])
    in_force = district.conflicts.in_force().filter(person=said["person_id"])
    if (there := in_force.select_related("person").first()) is not None:
        raise StepNotAllowed(
            f"A conflict of interest of {there.person} with {district.name} is on record since"
            f" {day(there.declared_at)}. Nothing was added to it."
        )


def _recuse(plan: Plan, conflict: Conflict) -> None:
    """End what the person was given of the plan, and have somebody else assigned."""
    at = conflict.declared_at
    for one in plan.assignments.current().filter(reviewer=conflict.person_id):
        one.ended_at = max(at, one.assigned_at)  # assigned while this act waited
        one.ended_by = conflict.declared_by
        one.save(update_fields=["ended_at", "ended_by"])
        post_letter(
            plan,
            kind="reviewer_recused",
            occasion=f"assignment-{one.pk}",
            to=[person for person in managers(plan) if person.pk != conflict.declared_by_id],
            why="A conflict of interest ended an assignment",
            at=at,
            person=conflict.person,
            part=Assignment.As(one.reviews_as).label.lower(),
            page=page_of(plan, "assign"),
        )


def _tell(conflict: Conflict, *, by: User, at: datetime) -> None:
    """The person hears what another put on record of them. What it is stands on the page alone."""
    if not conflict.person.is_active:
        return
    page = Page("conflicts")
    is_ended = conflict.ended_at is not None
    subject, _, body = render_to_string(
        "emails/conflict_changed.txt",
        {
            "conflict": conflict,
            "district": conflict.district,
            "is_ended": is_ended,
            "by": by,
            "at": at,
            "link": link_to(page),
        },
    ).partition("\n")
    post(
        key=f"{CHANGED}/{conflict.pk}/{'ended' if is_ended else 'declared'}",
        kind=CHANGED,
        to=conflict.person,
        subject=subject,
        body=body,
        about=About(
            "conflict",
            about_id=conflict.pk,
            district_code=conflict.district.edsight_code,
            fiscal_year=fiscal_year_of(eastern_day(at)),
        ),
        page=page,
        why=f"{by} {'ended' if is_ended else 'recorded'} a conflict of interest",
        at=at,
    )
