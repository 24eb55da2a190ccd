"""The plan that an address names, as a page opens it before it asks who is reading."""

from django.db.models import Model, QuerySet

from districts.models import District
from districts.statements import Statement, columns_with, instance_with
from plans.models import Cycle, Plan

BESIDE: dict[str, type[Model]] = {"district": District, "cycle": Cycle}


def opened_plan(slug: str, fiscal_year: int) -> Plan | None:
    """A district's plan for a year, with both of them. One query."""
    rows = PLAN.ask(slug, fiscal_year)
    return instance_with(Plan, rows[0], BESIDE) if rows else None


def _plan(slug: str, fiscal_year: int) -> QuerySet:
    plans = Plan.objects.filter(district__slug=slug, cycle=fiscal_year).order_by()
    return plans.values(*columns_with(Plan, BESIDE))


PLAN = Statement(_plan, "any slug", -1)
