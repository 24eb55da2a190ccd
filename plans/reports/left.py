"""What a district that is designated no longer has left to do: it closes its years.

It keeps what it carries forward, its last reports and their determination (§ 10-262u(g), (h)).
Reports are an upper app's: the module named in REPORTS_OWED knows which of them are still to come.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from typing import Protocol, cast

from django.conf import settings

from districts.calendar import fiscal_year_of
from districts.models import Designation, District
from districts.reports.money import money_over_years
from plans.models import Plan
from plans.workflow import HELD_TO


@dataclass(frozen=True)
class ReportOwed:
    """A report on an approved plan that is not certified."""

    name: str  # inside a sentence: “end-of-year progress report”
    due_on: date
    standing: str  # “not started”, “a draft”, “returned”


@dataclass(frozen=True)
class YearLeft:
    """A year whose plan was approved: what it is still owed, and what was left of its money."""

    fiscal_year: int
    owed: list[ReportOwed]
    carried_out: int | None  # whole US dollars; none until a certified report says it


class _KnowsReports(Protocol):
    def owed_on(self, plans: Collection[Plan]) -> dict[int, list[ReportOwed]]: ...


def years_left(district: District, today: date) -> list[YearLeft]:
    """The years to close, the oldest first; none while the district takes part. Five queries."""
    year = fiscal_year_of(today)
    runs = Designation.objects.filter(district=district, last_fiscal_year__gte=year)
    if district.retired_at is None and runs.exists():
        return []
    plans = list(
        Plan.objects.filter(district=district, status__in=HELD_TO, cycle__lte=year)
        .select_related("cycle", "district")
        .order_by("cycle")
    )
    if not plans:
        return []
    owed = cast(_KnowsReports, import_module(settings.REPORTS_OWED)).owed_on(plans)
    last = plans[-1].cycle_id
    money = money_over_years([district.pk], last=last + 1)[district.pk]
    found = [
        YearLeft(
            plan.cycle_id,
            owed.get(plan.pk, []),
            money[plan.cycle_id + 1].carried_in if plan.cycle_id == last else None,
        )
        for plan in plans
    ]
    return [each for each in found if each.owed or each.carried_out]
