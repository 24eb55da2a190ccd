"""A plan with the decision on it and what stands beside both, as every page of reviews shows it."""

from django.db.models import Model, QuerySet

from districts.models import Delegation, District, User
from districts.statements import Statement, columns_with, instance_with
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


def plan_with_decision(slug: str, fiscal_year: int) -> Plan | None:
    """One query."""
    rows = PLAN.ask(slug, fiscal_year)
    return instance_with(Plan, rows[0], BESIDE) if rows else None


def _plan(slug: str, fiscal_year: int) -> QuerySet:
    plans = Plan.objects.filter(district__slug=slug, cycle=fiscal_year).order_by()
    return plans.values(*columns_with(Plan, BESIDE))


PLAN = Statement(_plan, "any slug", -1)
