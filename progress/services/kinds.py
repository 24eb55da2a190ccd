"""What a kind of report says of itself, so that the verbs of `filing` serve every kind."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet, TextChoices

from notices.models import About
from plans.documents.stored import Schemas
from plans.models import Plan
from plans.rules.base import Finding
from progress.calendar import due_on
from progress.models.reports import AbstractReport


@dataclass(frozen=True)
class Kind:
    """One kind of report. What is `Any` here is a report, a version or a document of the kind."""

    key: str  # "progress": begins what an outcome names, “progress/12”
    noun: str  # "progress report": inside a sentence
    model: type[AbstractReport]
    schemas: Schemas[Any]
    about: Mapping[str, str]  # by period, what letters about it name: at most 20 letters
    page: str  # the kind of page its letters lead to (alliance/pages.py)
    intent: str  # what the certifier says of it, after “I certify …”
    columns: Callable[[Plan, str], dict[str, Any]]  # what its own table has more, of a period
    begin: Callable[[Any], None]  # makes the rows of a new report
    copy: Callable[[Any, Any], None]  # from the report that is corrected, into the new one
    rows: Callable[[Any], Iterable[QuerySet[Any]]]  # every row that a person saves, by table
    document_of: Callable[[Any], Any]  # the draft as one document
    findings: Callable[[Any, date], list[Finding]]  # of a document, on a day
    on_certified: Callable[[Any, Any], str]  # writes the outcomes; what the receipt says of them
    start_page: str = ""  # the kind of page that starts it; none: its own page does

    @property
    def periods(self) -> type[TextChoices]:
        periods: type[TextChoices] = self.model.Period  # type: ignore[attr-defined]
        return periods

    @property
    def reports(self) -> Any:
        """The manager of its reports."""
        return self.model._default_manager

    def due_on(self, plan: Plan, period: str) -> date:
        return due_on(plan, self.key, period)

    def about_it(self, plan: Plan, period: str) -> About:
        """What letters about the report are about, whether or not it was started."""
        return About(
            self.about[period],
            district_code=plan.district.edsight_code,
            fiscal_year=plan.cycle_id,
        )

    def name_of(self, report: AbstractReport) -> str:
        """Inside a sentence: “mid-year progress report for FY2027”."""
        return self.name(report.plan, report.period)  # type: ignore[attr-defined]

    def name(self, plan: Plan, period: str) -> str:
        return f"{self.name_within_year(period)} for FY{plan.cycle_id}"

    def name_within_year(self, period: str) -> str:
        """“mid-year progress report”."""
        return f"{self.periods(period).label.lower()} {self.noun}"

    def source_of(self, report: AbstractReport) -> str:
        """How an outcome names the report that says it."""
        return f"{self.key}/{report.pk}"
