"""Which reports on approved plans are still to come: those not certified, by the cycle's dates."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from plans.models import Cycle, Plan
from plans.reports.left import ReportOwed
from progress.models import ExpenditureReport, ProgressReport
from progress.workflow import FILED, ReportStatus

Periods = ProgressReport.Period
AT_THE_END = (  # of a year, by table: the period, how it is called, and the date of the cycle
    (ProgressReport, Periods.END_OF_YEAR, "end-of-year progress report", "end_of_year_report_on"),
    (
        ExpenditureReport,
        ExpenditureReport.Period.ANNUAL,
        "annual expenditure report",
        "expenditure_report_on",
    ),
)


def owed_on(plans: Collection[Plan]) -> dict[int, list[ReportOwed]]:
    """Of each plan the reports that close its year, in the order in which they are due.

    Two queries, however many plans. What was to be reported within a year ends with the year's.
    """
    found: dict[int, list[ReportOwed]] = defaultdict(list)
    for model, period, name, dated in AT_THE_END:
        reports = model._default_manager.filter(plan__in=plans, period=period)
        standing = dict(
            reports.exclude(status=ReportStatus.SUPERSEDED).values_list("plan", "status")
        )
        for plan in plans:
            status = standing.get(plan.pk)
            if status not in FILED:
                found[plan.pk].append(ReportOwed(name, _due(plan.cycle, dated), _said(status)))
    return found


def _due(cycle: Cycle, dated: str) -> date:
    day: date = getattr(cycle, dated)
    return day


def _said(status: str | None) -> str:
    if status is None:
        return "not started"
    return "returned" if status == ReportStatus.RETURNED else "a draft"
