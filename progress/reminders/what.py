"""The reports of a year that are reminded of: what each is called, and when it is due.

`about` is what letters of a report are about, as its kind names it (`progress.services.kinds`).
"""

from dataclasses import dataclass
from datetime import date

from plans.models import Plan
from progress.calendar import PROGRESS_REPORT, SPENDING_REPORT, due_on, report_key
from progress.models import ExpenditureReport, ProgressReport
from progress.models.reports import AbstractReport


@dataclass(frozen=True)
class Report:
    """One report that an approved plan calls for."""

    kind: str
    model: type[AbstractReport]
    period: str
    about: str
    name: str
    page: str  # the kind of page that its letters lead to, once it was started

    @property
    def key(self) -> str:
        return report_key(self.kind, self.period)

    def due_on(self, plan: Plan) -> date:
        return due_on(plan, self.kind, self.period)


Period, Spending = ProgressReport.Period, ExpenditureReport.Period
REPORTS: tuple[Report, ...] = (
    Report(
        *(PROGRESS_REPORT, ProgressReport, Period.MID_YEAR),
        *("mid_year_report", "mid-year progress report", "progress_report"),
    ),
    Report(
        *(PROGRESS_REPORT, ProgressReport, Period.END_OF_YEAR),
        *("end_of_year_report", "end-of-year progress report", "progress_report"),
    ),
    *(
        Report(
            *(SPENDING_REPORT, ExpenditureReport, period),
            *(f"spending_{period.value}", f"{period.label.lower()} expenditure report"),
            "spending_report",
        )
        for period in Spending
    ),
)
