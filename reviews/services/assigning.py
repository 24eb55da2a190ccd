"""Giving a plan to its program reviewer and its fiscal reviewer."""

from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction

from districts.models import Membership, User
from plans.models import Assignment, Plan, PlanEvent, PlanVersion
from plans.services import Blocked, locked_plan, take_step
from plans.services.letters import (
    KNOWS_OF_REVIEW,
    page_of,
    people_of,
    post_letter,
    reviews_due,
)
from plans.workflow import IN_HAND, Status, Step, StepNotAllowed
from reviews.permissions import acted_for_district, may_assign, reads_as_department
from reviews.reports.revisions import has_revision_waiting
from reviews.services.news import event_of
from reviews.services.turns import version_to_judge


@transaction.atomic
def assign(
    *,
    plan_id: int,
    program_reviewer_id: int,
    fiscal_reviewer_id: int,
    by: User,
    at: datetime,
    key: UUID,
) -> Plan:
    """Give the plan its two reviewers; a submitted plan comes under review by it.

    Assigning again ends the assignment of whoever is replaced and leaves the other in place, so
    the same form sent twice is one act, and one sent again with other people assigns those.

    Raises:
        PermissionDenied: not a program manager, or one who belongs to the district.
        Blocked: somebody named does not hold the role or belongs to the district (R37), or one
            person is named twice.
        StepNotAllowed: the plan is not handed in, or is decided.
    """
    plan = locked_plan(plan_id)
    if not (may_assign(by, at=at) and reads_as_department(by, plan, at=at)):
        raise PermissionDenied
    if plan.status not in IN_HAND and not has_revision_waiting(plan):
        raise StepNotAllowed(
            f"This plan is {Status(plan.status).label.lower()} now, so it takes no reviewers."
        )
    wanted = {
        Assignment.As.PROGRAM: program_reviewer_id,
        Assignment.As.FISCAL: fiscal_reviewer_id,
    }
    if reasons := _what_is_wrong_with(plan, wanted):
        raise Blocked(reasons)
    version = version_to_judge(plan)
    ended, new = _replace_reviewers(plan, wanted, by=by, at=at)
    _post_unassigned(plan, ended, by=by, at=at)
    _post_assigned(plan, new, at=at)
    if plan.status == Status.SUBMITTED:
        plan = take_step(
            plan_id=plan.pk, step=Step.START_REVIEW, by=by, at=at, key=key, version=version
        )
        _post_in_review(plan, event=event_of(plan, key), version=version)
    return plan


def _what_is_wrong_with(plan: Plan, wanted: dict[Assignment.As, int]) -> list[str]:
    holders = set(
        Membership.objects.current()
        .filter(user__in=wanted.values(), user__is_active=True, district=None)
        .values_list("role", "user")
    )
    reasons = [
        f"The person named as {part.label.lower()} does not hold that role now."
        for part, person in wanted.items()
        if (part.value, person) not in holders
    ]
    declared = plan.district.conflicts.in_force().filter(person__in=wanted.values())
    conflicted = set(declared.values_list("person", flat=True))
    reasons += [
        f"The person named as {part.label.lower()} has a conflict of interest with "
        f"{plan.district.name}, so somebody else reviews its plan."
        for part, person in wanted.items()
        if person in conflicted
    ]
    own = Membership.objects.current().filter(user__in=wanted.values(), district=plan.district_id)
    belong = set(own.values_list("user", flat=True))
    reasons += [
        f"The person named as {part.label.lower()} belongs to {plan.district.name}, "
        "so somebody else reviews its plan."
        for part, person in wanted.items()
        if person in belong
    ]
    acted = acted_for_district(wanted.values(), plan)
    reasons += [
        f"The person named as {part.label.lower()} signed this plan or handed it in for "
        f"{plan.district.name}, so somebody else reviews it."
        for part, person in wanted.items()
        if person in acted
    ]
    if len(set(wanted.values())) < len(wanted):
        reasons.append("The program and the fiscal reviewer are two people.")
    return reasons


def _replace_reviewers(
    plan: Plan, wanted: dict[Assignment.As, int], *, by: User, at: datetime
) -> tuple[list[Assignment], list[Assignment]]:
    """End the assignments that are no longer wanted and make the new ones; both are given back."""
    in_place = {
        one.reviews_as: one for one in plan.assignments.current().select_related("reviewer")
    }
    ended, new = [], []
    for part, person in wanted.items():
        there = in_place.get(part)
        if there is not None and there.reviewer_id == person:
            continue
        if there is not None:
            there.ended_at = max(at, there.assigned_at)  # assigned while this act waited
            there.ended_by = by
            there.save(update_fields=["ended_at", "ended_by"])
            ended.append(there)
        new.append(
            Assignment.objects.create(
                plan=plan, reviewer_id=person, reviews_as=part, assigned_at=at, assigned_by=by
            )
        )
    return ended, new


def _post_unassigned(plan: Plan, assignments: list[Assignment], *, by: User, at: datetime) -> None:
    for assignment in assignments:
        post_letter(
            plan,
            kind="plan_unassigned",
            occasion=f"assignment-{assignment.pk}",
            to=[assignment.reviewer] if assignment.reviewer.is_active else [],
            why="Somebody else was assigned in their place",
            at=at,
            by=by,
            part=Assignment.As(assignment.reviews_as).label.lower(),
            page=page_of(plan, "review"),
        )


def _post_in_review(plan: Plan, *, event: PlanEvent, version: PlanVersion) -> None:
    """The district hears that it can no longer recall the plan, and by when it is read."""
    at = event.taken_at
    post_letter(
        plan,
        kind="plan_in_review",
        because=event,
        occasion=f"event-{event.pk}",
        to=people_of(plan, KNOWS_OF_REVIEW),
        why="Its review has started",
        at=at,
        version=version,
        deadline=reviews_due(plan, at=at),
    )


def _post_assigned(plan: Plan, assignments: list[Assignment], *, at: datetime) -> None:
    for assignment in assignments:
        post_letter(
            plan,
            kind="plan_assigned",
            occasion=f"assignment-{assignment.pk}",
            to=[assignment.reviewer],
            why=f"Assigned as {Assignment.As(assignment.reviews_as).label.lower()}",
            at=at,
            part=Assignment.As(assignment.reviews_as).label.lower(),
            deadline=reviews_due(plan, at=at),
            page=page_of(plan, "review"),
        )
