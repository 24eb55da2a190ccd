"""Giving many plans to their reviewers in one act: each is its own row, with its own letters."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction

from districts.models import User
from districts.words import eastern
from plans.models import Assignment, Plan
from plans.services import Blocked
from plans.workflow import StepNotAllowed
from reviews.permissions import may_assign
from reviews.services.assigning import assign


@dataclass(frozen=True)
class Wanted:
    """A plan and whom it goes to; `seen`, whom the page showed as its reviewers."""

    plan_id: int
    program_reviewer_id: int
    fiscal_reviewer_id: int
    seen: frozenset[int] = frozenset()

    @property
    def people(self) -> dict[str, int]:
        return {
            Assignment.As.PROGRAM.value: self.program_reviewer_id,
            Assignment.As.FISCAL.value: self.fiscal_reviewer_id,
        }


@dataclass
class Assigned:
    """What became of each plan that was to be assigned."""

    plans: list[Plan] = field(default_factory=list)  # with those named, now or already
    not_done: list[tuple[Plan, str]] = field(default_factory=list)  # with a sentence on why


@transaction.atomic
def assign_many(*, wanted: Sequence[Wanted], key: UUID, by: User, at: datetime) -> Assigned:
    """Assign each plan that can be; of one that cannot meanwhile, say why and do the others.

    All are held first, in the order in which every act on several plans holds them. A plan that
    somebody else assigned since the page was shown keeps whom they chose.

    Raises:
        PermissionDenied: not a program manager.
    """
    of_plan = {one.plan_id: one for one in wanted}
    held = Plan.objects.select_for_update(of=("self",)).filter(pk__in=of_plan).order_by("pk")
    plans = list(held.select_related("district"))
    if not may_assign(by, at=at):
        raise PermissionDenied
    outcome = Assigned()
    for plan in sorted(plans, key=lambda one: one.district.name):
        if why := _why_not(plan, of_plan[plan.pk], key=key, by=by, at=at):
            outcome.not_done.append((plan, why))
        else:
            outcome.plans.append(plan)
    return outcome


def _why_not(plan: Plan, one: Wanted, *, key: UUID, by: User, at: datetime) -> str:
    """Assigns it; or says why it is not assigned, and then nothing of it is done."""
    there = plan.assignments.current().select_related("reviewer", "assigned_by")
    now = {each.reviews_as: each for each in there.order_by("pk")}
    people = {part: each.reviewer_id for part, each in now.items()}
    if people == one.people:
        return ""  # the same form sent twice is one act
    if set(people.values()) != one.seen:
        return _taken_meanwhile(list(now.values()))
    try:
        assign(
            plan_id=plan.pk,
            program_reviewer_id=one.program_reviewer_id,
            fiscal_reviewer_id=one.fiscal_reviewer_id,
            key=key,
            by=by,
            at=at,
        )
    except Blocked as refusal:
        return " ".join(refusal.reasons)
    except StepNotAllowed as refusal:
        return str(refusal)
    except PermissionDenied:
        return "Its reviewers are for another program manager to assign."
    return ""


def _taken_meanwhile(now: list[Assignment]) -> str:
    if not now:
        return "Its reviewers changed since you opened the page: it has none now."
    last = max(now, key=lambda one: one.assigned_at)
    names = " and ".join(one.reviewer.name for one in now)
    return (
        f"Its reviewers changed since you opened the page. It is with {names}:"
        f" {last.assigned_by} assigned {last.reviewer}, {eastern(last.assigned_at)}."
    )
