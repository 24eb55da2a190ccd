"""When reports are due, and the last day of what each is about."""

from datetime import date, timedelta
from typing import Any

from django.db.models import DateField
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Greatest

from districts.calendar import last_day
from plans.models import Cycle, Plan

PROGRESS_REPORT, SPENDING_REPORT = "progress", "expenditure"  # the kinds of reports
MID_YEAR, END_OF_YEAR = "mid_year", "end_of_year"
ANNUAL = "annual"
QUARTERS = ("q1", "q2", "q3")
EXPENDITURE_PERIODS = (*QUARTERS, ANNUAL)
DAYS_AFTER_A_QUARTER = 20  # R47


def as_of(period: str, fiscal_year: int) -> date:
    """The last day that an expenditure report of the period is about."""
    if period == "q1":
        return date(fiscal_year - 1, 9, 30)
    if period == "q2":
        return date(fiscal_year - 1, 12, 31)
    return date(fiscal_year, 3, 31) if period == "q3" else last_day(fiscal_year)


def due_in_year(cycle: Cycle, kind: str, period: str) -> date:
    """Of every plan of the year: a quarter's expenditure report 20 days later (R47), what is said
    of the whole year, and of its first half, by the day that the cycle names (R49, R51)."""
    if kind == PROGRESS_REPORT:
        return cycle.mid_year_report_on if period == MID_YEAR else cycle.end_of_year_report_on
    if period == ANNUAL:
        return cycle.expenditure_report_on
    return as_of(period, cycle.pk) + timedelta(days=DAYS_AFTER_A_QUARTER)


def report_key(kind: str, period: str) -> str:
    """How a report of a plan is named where one text is to name it."""
    return f"{kind}/{period}"


def due_on(plan: Plan, kind: str, period: str) -> date:
    """The day of its year, or the later one that was granted: whoever asks, asks this.

    `due_in_sql` is the same in SQL. Nothing else decides it.
    """
    of_year = due_in_year(plan.cycle, kind, period)
    granted = plan.report_days.get(report_key(kind, period))
    return max(of_year, date.fromisoformat(granted)) if granted else of_year


def due_in_sql(of_year: Any, kind: str, period: str) -> Greatest:
    """As `due_on`, of the plan that the query is at; GREATEST passes over what is empty."""
    granted = KeyTextTransform(report_key(kind, period), "report_days")
    return Greatest(of_year, Cast(granted, DateField()), output_field=DateField())
