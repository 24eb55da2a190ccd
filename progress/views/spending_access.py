"""The first question of the pages of spending: which plan, which report, and may they see it?"""

from dataclasses import dataclass

from django.http import Http404
from django.shortcuts import get_object_or_404

from districts.requests import SignedInRequest
from plans.models import Plan
from plans.services.signing import current_version
from progress.calendar import EXPENDITURE_PERIODS
from progress.documents.certified import in_force
from progress.documents.spending import EXPENDITURE, ExpenditureDocument, expenditure_document
from progress.models import ExpenditureReport, ExpenditureVersion
from progress.permissions import may_certify, may_judge, may_prepare, may_read_draft
from progress.reading.access import plan_or_404
from progress.workflow import EDITABLE


@dataclass(frozen=True)
class Opened:
    """A report as this person sees it: as it stands, or as it was certified last."""

    report: ExpenditureReport
    document: ExpenditureDocument
    is_draft: bool  # what is shown may still be edited
    may_write: bool
    may_certify: bool
    may_judge: bool

    @property
    def plan(self) -> Plan:
        return self.report.plan

    @property
    def closed(self) -> ExpenditureVersion | None:
        """The version of the draft as it stands, to be certified; none once it was edited."""
        version: ExpenditureVersion | None = current_version(self.report)
        if version is None or not self.is_draft or version.signatures.exists():
            return None
        return version


def report_or_404(request: SignedInRequest, slug: str, fiscal_year: int, period: str) -> Opened:
    """The report that stands for the period. Others than the district's own people see what was
    certified of it, and nothing before (R59)."""
    plan = plan_or_404(request, slug, fiscal_year)
    reports = ExpenditureReport.objects.standing().select_related(
        "plan__district", "plan__cycle", "measured_against", "certified_by", "prepared_by"
    )
    if period not in EXPENDITURE_PERIODS:
        raise Http404
    report = get_object_or_404(reports, plan=plan, period=period)
    is_draft = report.status in EDITABLE and may_read_draft(request.user, plan)
    return Opened(
        report,
        expenditure_document(report) if is_draft else _certified_or_404(report),
        is_draft,
        may_write=is_draft and may_prepare(request.user, plan),
        may_certify=may_certify(request.user, plan),
        may_judge=may_judge(request.user, plan),
    )


def _certified_or_404(report: ExpenditureReport) -> ExpenditureDocument:
    versions = in_force().filter(report__plan=report.plan_id, report__period=report.period)
    version = versions.first()
    if version is None:
        raise Http404
    return EXPENDITURE.document_of(version)
