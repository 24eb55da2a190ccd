"""A plan with the decision on it and what stands beside both, as every page of reviews shows it."""

from typing import TYPE_CHECKING, TypedDict, cast

from django.db.models import Model, QuerySet

from districts.models import Delegation, District, User
from districts.statements import Statement, columns_with, instance_with
from plans.documents.rows import STATE
from plans.models import BoardApproval, Cycle, Plan
from reviews.models import Determination, Waiver

BESIDE: dict[str, type[Model]] = {
    "district": District,
    "cycle": Cycle,
    "board_approval": BoardApproval,
    "determination": Determination,
    "determination__decided_by": User,
    "determination__delegation": Delegation,
    "determination__waiver": Waiver,
    "determination__waiver__given_by": User,
    "determination__waiver_of_last_year": Waiver,
}


class Stamped(TypedDict):
    """What is read with the plan's own row."""

    stamp: str  # of the rows that the plan's text is made from, the Department's among them


if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations  # of the types of Django, not in the image

    StampedPlan = WithAnnotations[Plan, Stamped]
else:
    StampedPlan = Plan


def plan_with_decision(slug: str, fiscal_year: int) -> StampedPlan | None:
    """One query."""
    rows = PLAN.ask(slug, fiscal_year)
    return cast("StampedPlan", instance_with(Plan, rows[0], BESIDE)) if rows else None


def stamped(plans: QuerySet[Plan]) -> QuerySet[StampedPlan]:
    """Read before the rows that it stands for: what is found of them is never older than it."""
    return plans.annotate(stamp=STATE["stamp"])


def _plan(slug: str, fiscal_year: int) -> QuerySet:
    plans = Plan.objects.filter(district__slug=slug, cycle=fiscal_year).order_by()
    return stamped(plans).values(*columns_with(Plan, BESIDE), "stamp")


PLAN = Statement(_plan, "any slug", -1)
