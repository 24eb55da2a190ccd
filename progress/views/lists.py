"""The reports that a plan calls for, each with its due date and how it stands."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from districts.calendar import eastern_day
from districts.models import standing_of
from districts.requests import SignedInRequest
from districts.words import Label, day
from notices.pages import Page, path_of
from plans.models import Plan
from plans.reading.access import visible_plan_or_404
from progress import services
from progress.models import ProgressReport
from progress.permissions import may_prepare, may_read_draft
from progress.reading.access import plan_url
from progress.reading.labels import NOT_STARTED, label_of
from progress.reports.approved import approved_version
from progress.services.all_kinds import KINDS
from progress.services.extensions import PAGES
from progress.services.kinds import Kind
from progress.services.progress import KIND
from progress.views.refusals import says_refusal
from progress.workflow import EDITABLE, FILED, ReportStatus


@dataclass(frozen=True)
class Due:
    """One report of the year’s calendar."""

    kind: Kind
    period: str
    title: str
    due_on: date
    label: Label
    words: str
    url: str  # "" where there is nothing to read
    is_late: bool
    start_url: str = ""
    time_url: str = ""  # where more time is asked for


@require_safe
def reports(request: SignedInRequest, slug: str, fiscal_year: int) -> HttpResponse:
    plan = visible_plan_or_404(request, slug, fiscal_year)
    may_start = may_prepare(request.user, plan)
    is_own = may_read_draft(request.user, plan)
    is_approved = approved_version(plan) is not None
    today = eastern_day(timezone.now())
    due = [
        line
        for kind in KINDS.values()
        for line in _of_kind(
            kind, plan, today, is_own=is_own, is_approved=is_approved, may_start=may_start
        )
    ]
    context = {
        "plan": plan,
        "plan_url": plan_url(request, plan),
        "due": sorted(due, key=lambda line: line.due_on),
        "is_approved": is_approved,
        "is_own": is_own,
        "may_start": may_start,
        "today": today,
    }
    return render(request, "progress/report_list.html", context)


def _of_kind(
    kind: Kind, plan: Plan, today: date, *, is_own: bool, is_approved: bool, may_start: bool
) -> list[Due]:
    standing = kind.reports.filter(plan=plan).exclude(status=ReportStatus.SUPERSEDED)
    found: dict[str, Any] = {
        report.period: report for report in standing.select_related("certified_by", "supersedes")
    }
    lines = []
    for period in kind.periods:
        report = found.get(period)
        due_on = kind.due_on(plan, period)
        is_read = report is not None and (is_own or _was_certified(report))
        address = (plan.district.slug, plan.cycle_id, period.value)
        lines.append(
            Due(
                kind=kind,
                period=period.value,
                title=f"{period.label} {kind.noun}",
                due_on=due_on,
                label=label_of(report.status, is_department=not is_own) if report else NOT_STARTED,
                words=_words(report),
                url=path_of(Page(kind.page, address)) if is_read else "",
                is_late=today > due_on and (report is None or report.status not in FILED),
                start_url=path_of(Page(kind.start_page, address))
                if report is None and may_start and is_approved and kind.start_page
                else "",
                time_url=path_of(Page(PAGES[kind.key], address))
                if is_own and is_approved and (report is None or report.status in EDITABLE)
                else "",
            )
        )
    return lines


def _was_certified(report: Any) -> bool:
    return report.status != ReportStatus.DRAFT or report.supersedes_id is not None


def _words(report: Any) -> str:
    if report is None or report.certified_at is None:
        return ""
    return f"Certified {day(report.certified_at)} by {report.certified_by.name}"


@require_POST
@says_refusal
def start(request: SignedInRequest, slug: str, fiscal_year: int, period: str) -> HttpResponse:
    plan = visible_plan_or_404(request, slug, fiscal_year)
    if not may_read_draft(request.user, plan) and not standing_of(request.user).is_department:
        raise Http404
    if period not in ProgressReport.Period:
        raise Http404
    if not may_prepare(request.user, plan):
        raise PermissionDenied("The plan coordinator or the fiscal officer starts a report.")
    report = services.start(
        kind=KIND, plan_id=plan.pk, period=period, by=request.user, at=timezone.now()
    )
    messages.success(
        request,
        f"The {KIND.name_of(report)} is open. It is measured against version"
        f" {report.measured_against.number} of the plan.",
    )
    return redirect("progress:write", slug, fiscal_year, period)
