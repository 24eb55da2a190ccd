"""The reports of a year that are reminded of: what each is called, and when it is due.

`about` is what letters of a report are about, as its kind names it (`progress.services.kinds`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from plans.models import Cycle
from progress.calendar import expenditure_due_on
from progress.models import ExpenditureReport, ProgressReport
from progress.models.reports import AbstractReport


@dataclass(frozen=True)
class Report:
    """One report that an approved plan calls for."""

    model: type[AbstractReport]
    period: str
    about: str
    name: str
    page: str  # the kind of page that its letters lead to, once it was started
    due_on: Callable[[Cycle], date]


def _mid_year(cycle: Cycle) -> date:
    return cycle.mid_year_report_on


def _end_of_year(cycle: Cycle) -> date:
    return cycle.end_of_year_report_on


def _spending(period: str) -> Callable[[Cycle], date]:
    def due_on(cycle: Cycle) -> date:
        return expenditure_due_on(period, cycle.fiscal_year, annual_on=cycle.expenditure_report_on)

    return due_on


Period, Spending = ProgressReport.Period, ExpenditureReport.Period
REPORTS: tuple[Report, ...] = (
    Report(
        *(ProgressReport, Period.MID_YEAR, "mid_year_report", "mid-year progress report"),
        *("progress_report", _mid_year),
    ),
    Report(
        *(ProgressReport, Period.END_OF_YEAR, "end_of_year_report", "end-of-year progress report"),
        *("progress_report", _end_of_year),
    ),
    *(
        Report(
            *(ExpenditureReport, period, f"spending_{period.value}"),
            *(f"{period.label.lower()} expenditure report", "spending_report"),
            _spending(period.value),
        )
        for period in Spending
    ),
)
