"""The first question of the pages of spending: which plan, which report, and may they see it?"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.http import Http404

from districts.requests import SignedInRequest
from plans.documents.cache import document_in
from plans.models import Plan
from plans.services.signing import current_version
from progress.calendar import EXPENDITURE_PERIODS
from progress.documents.certified import certified_last
from progress.documents.spending import (
    EXPENDITURE,
    Codes,
    ExpenditureDocument,
    ReportRow,
    expenditure_document,
    object_codes,
    rows_of_report,
)
from progress.models import ExpenditureReport, ExpenditureVersion
from progress.permissions import may_certify, may_judge, may_prepare, may_read_draft
from progress.reading.access import visible_report_or_404
from progress.workflow import EDITABLE


@dataclass(frozen=True)
class Opened:
    """A report as this person sees it: as it stands, or as it was certified last. What a page
    does not ask for is not read."""

    report: ExpenditureReport
    certified: ExpenditureVersion | None  # what is shown; none: the draft, which may be edited
    may_write: bool
    may_certify: bool
    may_judge: bool

    @property
    def plan(self) -> Plan:
        return self.report.plan

    @property
    def is_draft(self) -> bool:
        return self.certified is None

    @cached_property
    def document(self) -> ExpenditureDocument:
        if self.certified is not None:
            return document_in(EXPENDITURE, self.certified)
        return expenditure_document(self.report, names=self.codes, codes=self.rows)

    @cached_property
    def codes(self) -> Codes:
        return object_codes()

    @cached_property
    def rows(self) -> Sequence[ReportRow]:
        return rows_of_report(self.report)

    @cached_property
    def closed(self) -> ExpenditureVersion | None:
        """The version of the draft as it stands, to be certified; none once it was edited."""
        if not (self.is_draft and self.report.is_closed):
            return None
        version: ExpenditureVersion | None = current_version(self.report)
        if version is None or version.signatures.exists():
            return None
        return version


def report_or_404(request: SignedInRequest, slug: str, fiscal_year: int, period: str) -> Opened:
    """The report that stands for the period. Others than the district's own people see what was
    certified of it, and nothing before (R59)."""
    if period not in EXPENDITURE_PERIODS:
        raise Http404
    report = visible_report_or_404(request, ExpenditureReport, slug, fiscal_year, period)
    plan = report.plan
    is_draft = report.status in EDITABLE and may_read_draft(request.user, plan)
    return Opened(
        report,
        None if is_draft else _certified_or_404(report),
        may_write=is_draft and may_prepare(request.user, plan),
        may_certify=may_certify(request.user, plan),
        may_judge=may_judge(request.user, plan),
    )


def _certified_or_404(report: ExpenditureReport) -> ExpenditureVersion:
    version = certified_last(report.plan_id, report.period)
    if version is None:
        raise Http404
    return version
