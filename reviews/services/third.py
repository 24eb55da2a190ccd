"""Naming who gives the third review of an educational reform district (R36).

No statute asks for it: a default of the Department's. Where nobody is named, any program manager
gives it.
"""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from districts.models import User
from districts.roles import Role
from plans.models import Plan
from plans.services import Blocked, locked_plan
from plans.services.letters import page_of, post_letter, reviews_due
from plans.workflow import IN_HAND, Status, StepNotAllowed
from reviews.models import ThirdReviewer
from reviews.permissions import acted_for_district, may_assign, reads_as_department
from reviews.reports.packet import read_packet
from reviews.reports.reviewers import reviewers_holding


@transaction.atomic
def name_third(*, plan_id: int, reviewer_id: int | None, by: User, at: datetime) -> Plan:
    """Name the program manager who gives it, in place of whoever was named; none lets any do so.

    The same form sent twice is one act. A review that another gave counts no longer.

    Raises:
        PermissionDenied: not a program manager, or one who is kept from the district.
        StepNotAllowed: the plan is not in hand, or needs no third review.
        Blocked: the person is no program manager, is kept from the district (R37), signed for it,
            or is one of the plan's other reviewers.
    """
    plan = locked_plan(plan_id)
    if not (may_assign(by, at=at) and reads_as_department(by, plan, at=at)):
        raise PermissionDenied
    if plan.status not in IN_HAND:
        raise StepNotAllowed(
            f"This plan is {Status(plan.status).label.lower()} now, so it takes no reviewers."
        )
    if not read_packet(Plan.objects.filter(pk=plan.pk)).is_reform_district:
        raise StepNotAllowed(f"{plan.district.name} is no educational reform district.")
    if reviewer_id is not None and (reasons := _what_is_wrong_with(plan, reviewer_id)):
        raise Blocked(reasons)
    there = plan.third_reviewers.current().first()
    if (there.reviewer_id if there else None) == reviewer_id:
        return plan
    if there is not None:
        there.ended_at, there.ended_by = max(at, there.assigned_at), by
        there.save(update_fields=["ended_at", "ended_by"])
    if reviewer_id is not None:
        named = ThirdReviewer.objects.create(
            plan=plan, reviewer_id=reviewer_id, assigned_at=at, assigned_by=by
        )
        _tell(plan, named, there, by=by, at=at)
    return plan


def _tell(
    plan: Plan, named: ThirdReviewer, before: ThirdReviewer | None, *, by: User, at: datetime
) -> None:
    """Who is named hears, and who was before; not of what they did themselves.

    Where nobody is named any more nobody is told: whoever was may give the review still.
    """
    letter: dict[str, Any] = {
        "occasion": f"third-{named.pk}",
        "at": at,
        "by": by,
        "page": page_of(plan, "review"),
    }
    post_letter(
        plan,
        kind="third_named",
        to=_others([named.reviewer], by),
        why="Named to give the third review",
        deadline=reviews_due(plan, at=at),
        **letter,
    )
    post_letter(
        plan,
        kind="plan_unassigned",
        to=_others([before.reviewer] if before else [], by),
        why="Somebody else was named in their place",
        part="third reviewer",
        **letter,
    )


def _others(people: list[User], by: User) -> list[User]:
    return [person for person in people if person.is_active and person != by]


def _what_is_wrong_with(plan: Plan, person: int) -> list[str]:
    managers = reviewers_holding(Role.PROGRAM_MANAGER, district=plan.district)
    reasons = []
    if not managers.filter(pk=person).exists():
        reasons.append(
            "The person named is no program manager now, or is kept from the district’s reviews."
        )
    if acted_for_district([person], plan):
        reasons.append(
            f"The person named signed this plan or handed it in for {plan.district.name}, so"
            " somebody else reviews it."
        )
    if plan.assignments.current().filter(reviewer=person).exists():
        reasons.append("The third reviewer is another person than the other two.")
    return reasons
