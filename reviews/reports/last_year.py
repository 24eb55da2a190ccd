"""What the gate asks of the year before: its plan, reports certified on it, and what is to come.

R31 and R32. Columns of the one query that reads a packet (`said.py`).
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Self

from django.db.models import Exists, F, OuterRef, QuerySet
from pydantic import BaseModel, ConfigDict

from districts.models import Designation
from plans.documents.rows import JSONRows
from plans.models import Plan, TargetOutcome
from progress.calendar import (
    ANNUAL,
    END_OF_YEAR,
    MID_YEAR,
    PROGRESS_REPORT,
    SPENDING_REPORT,
    due_in_sql,
)
from progress.models import ExpenditureReport, ProgressReport
from progress.workflow import FILED

DUE = {  # of the plan of last year, as its district has them
    "mid_year_report_on": (PROGRESS_REPORT, MID_YEAR),
    "end_of_year_report_on": (PROGRESS_REPORT, END_OF_YEAR),
    "expenditure_report_on": (SPENDING_REPORT, ANNUAL),
}


class Row(BaseModel):
    model_config = ConfigDict(frozen=True)


class LastYear(Row):
    """The plan of the year before, and when its reports are due."""

    id: int
    status: str
    mid_year_report_on: date
    end_of_year_report_on: date
    expenditure_report_on: date


class Filed(Row):
    """A report that is certified, and maybe accepted since."""

    id: int
    period: str
    status: str
    certified_at: datetime
    certifier: str


class NotYet(Row):
    """A target of last year without a figure, and the day there will be one."""

    lineage: str
    available_on: date


@dataclass(frozen=True)
class Before:
    """`plan` is none where no plan of the year before is kept here."""

    plan: LastYear | None
    progress: tuple[Filed, ...]
    spending: Filed | None  # the annual expenditure report
    not_yet: tuple[NotYet, ...]
    has_earlier_plan: bool  # of any year before
    was_designated: bool  # for the year before

    @classmethod
    def of(cls, said: dict[str, Any]) -> Self:
        plan = next((LastYear.model_validate(row) for row in said["last_year"]), None)
        spending = [Filed.model_validate(row) for row in said["spending_last_year"]]
        return cls(
            plan=plan,
            progress=tuple(Filed.model_validate(row) for row in said["progress_last_year"]),
            spending=spending[0] if spending else None,
            not_yet=tuple(NotYet.model_validate(row) for row in said["not_yet_last_year"]),
            has_earlier_plan=said["has_earlier_plan"],
            was_designated=said["was_designated"],
        )

    def progress_of(self, period: str) -> Filed | None:
        return next((one for one in self.progress if one.period == period), None)

    @property
    def latest_progress(self) -> Filed | None:
        """The end-of-year report where it is in, before that the mid-year one."""
        return self.progress_of(END_OF_YEAR) or self.progress_of(MID_YEAR)


def columns() -> dict[str, JSONRows]:
    """By name, of the plan whose row the query is at."""
    before: dict[str, Any] = {"cycle": OuterRef("cycle_id") - 1}
    of_last_year = {"plan__cycle": before["cycle"], "plan__district": OuterRef("district_id")}
    return {
        "last_year": JSONRows(
            Plan.objects.filter(district=OuterRef("district_id"), **before).annotate(
                **{name: due_in_sql(F(f"cycle__{name}"), *what) for name, what in DUE.items()}
            ),
            *("id", "status", *DUE),
        ),
        "progress_last_year": _filed(ProgressReport.objects.filter(**of_last_year)),
        "spending_last_year": _filed(
            ExpenditureReport.objects.filter(period=ExpenditureReport.Period.ANNUAL, **of_last_year)
        ),
        "not_yet_last_year": JSONRows(
            TargetOutcome.objects.filter(
                actual=None, suppressed="", available_on__isnull=False, **of_last_year
            ).order_by("available_on", "lineage"),
            *("lineage", "available_on"),
        ),
    }


def answers() -> dict[str, Exists]:
    """Yes or no, likewise."""
    district, year = OuterRef("district_id"), OuterRef("cycle_id")
    return {
        "has_earlier_plan": Exists(Plan.objects.filter(district=district, cycle__lt=year)),
        "was_designated": Exists(
            Designation.objects.filter(
                district=district, first_fiscal_year__lt=year, last_fiscal_year__gte=year - 1
            )
        ),
    }


def _filed(reports: QuerySet) -> JSONRows:
    return JSONRows(
        reports.filter(status__in=sorted(FILED))
        .annotate(certifier=F("certified_by__name"))
        .order_by("pk"),
        *("id", "period", "status", "certified_at", "certifier"),
    )
