"""The first question of every view here: which plan, and may they see it? If not, 404."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404

from districts.models import standing_of
from districts.requests import SignedInRequest
from notices.pages import Page, path_of
from plans.models import Plan
from plans.permissions import may_see
from progress.models import ProgressReport, ProgressVersion
from progress.permissions import may_read_draft
from progress.reports.opened import AnyReport, opened_report
from progress.workflow import EDITABLE


def plan_url(request: SignedInRequest, plan: Plan) -> str:
    """Where the plan is, for this reader: the district’s page of it, or the Department’s."""
    kind = "plan" if may_read_draft(request.user, plan) else "review"
    return path_of(Page(kind, (plan.district.slug, plan.cycle_id)))


def standing_or_404(
    request: SignedInRequest, slug: str, fiscal_year: int, period: str
) -> ProgressReport:
    """The report of the period that no other has taken the place of, if they may see its plan."""
    return visible_report_or_404(request, ProgressReport, slug, fiscal_year, period)


def visible_report_or_404(
    request: SignedInRequest,
    model: type[AnyReport],
    slug: str,
    fiscal_year: int,
    period: str,
) -> AnyReport:
    report = opened_report(model, slug, fiscal_year, period)
    if report is None or not may_see(request.user, report.plan):
        raise Http404
    return report


def own_report_or_404(
    request: SignedInRequest, slug: str, fiscal_year: int, period: str
) -> ProgressReport:
    """The same, for the district’s own people."""
    report = standing_or_404(request, slug, fiscal_year, period)
    if not may_read_draft(request.user, report.plan):
        raise Http404
    return report


@dataclass(frozen=True)
class Readable:
    """What somebody reads of a report: a frozen version, or the draft as it is now."""

    report: ProgressReport
    version: ProgressVersion | None  # None: the draft


def readable_or_404(request: SignedInRequest, report: ProgressReport) -> Readable:
    """The district reads its draft; the Department what was certified last, if anything was."""
    if may_read_draft(request.user, report.plan):
        if report.status in EDITABLE:
            return Readable(report, None)
        return Readable(report, _certified(report))
    if not standing_of(request.user).is_department:
        raise Http404
    version, plan = _certified(report), report.plan
    while version is None and report.supersedes_id:
        report = ProgressReport.objects.select_related("measured_against").get(
            pk=report.supersedes_id
        )
        report.plan = plan
        version = _certified(report)
    if version is None:
        raise Http404
    return Readable(report, version)


def _certified(report: ProgressReport) -> Any:
    """The last version that was certified."""
    versions = report.versions.filter(signatures__isnull=False).select_related("closed_by")
    return versions.defer("document").order_by("-number").first()
