"""Reading a progress report, and what can be done with it."""

from http import HTTPStatus
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from districts.calendar import eastern_day
from districts.requests import SignedInRequest
from plans.documents.cache import document_in
from plans.reading.access import visible_plan_or_404
from progress.documents import PROGRESS
from progress.models import ProgressReport, ProgressVersion
from progress.permissions import may_certify, may_judge, may_prepare, may_read_draft
from progress.reading.access import (
    Readable,
    plan_url,
    readable_or_404,
    standing_or_404,
)
from progress.reading.asked import last_return
from progress.reading.findings import lines_of
from progress.reading.labels import label_of
from progress.reading.rendered import document_text
from progress.services import current_version, why_not_theirs
from progress.services.progress import KIND
from progress.workflow import EDITABLE, FILED, ReportStatus


@require_safe
def report(request: SignedInRequest, slug: str, fiscal_year: int, period: str) -> HttpResponse:
    """The report that stands: the district’s as it is now, the Department’s as it was certified."""
    standing = standing_or_404(request, slug, fiscal_year, period)
    return _page(request, standing, readable_or_404(request, standing))


@require_safe
def former(
    request: SignedInRequest, slug: str, fiscal_year: int, period: str, report_id: int
) -> HttpResponse:
    """A report that another has taken the place of: as it was certified."""
    plan = visible_plan_or_404(request, slug, fiscal_year)
    old = get_object_or_404(
        ProgressReport.objects.filter(
            plan=plan, period=period, status=ReportStatus.SUPERSEDED
        ).select_related("measured_against", "prepared_by", "certified_by"),
        pk=report_id,
    )
    old.plan = plan
    return _page(request, old, readable_or_404(request, old))


def _page(request: SignedInRequest, standing: ProgressReport, read: Readable) -> HttpResponse:
    version = read.version
    document = document_in(PROGRESS, version) if version else KIND.document_of(standing)
    found = KIND.findings(document, eastern_day(timezone.now())) if version is None else []
    is_own = may_read_draft(request.user, standing.plan)
    shown = read.report
    context = {
        "report": shown,
        "plan": standing.plan,
        "plan_url": plan_url(request, standing.plan),
        "document": document,
        "name": KIND.name_of(shown),
        "version": version,
        "signature": version.signatures.first() if version else None,
        "label": label_of(shown.status, is_department=not is_own),
        "lines": lines_of(found, document, at=_where_it_is_written(shown)),
        "text": document_text(document, version),
        "is_own": is_own,
        "asked": last_return(shown) if is_own else None,
        "late_by": _late_by(document.due_on, shown),
        "events": shown.events.select_related("taken_by").order_by("-pk"),
        "former": _former(shown),
        "is_being_corrected": shown.pk != standing.pk or shown.status == ReportStatus.SUPERSEDED,
        **(_acts(request, standing) if shown.pk == standing.pk else {}),
    }
    return render(request, "progress/report_read.html", context, status=HTTPStatus.OK)


def _where_it_is_written(report: ProgressReport) -> str:
    where = [report.plan.district.slug, report.plan.cycle_id, report.period]
    return reverse("progress:write", args=where)


def _late_by(due_on: Any, report: ProgressReport) -> int:
    """Days between the due date and the certification; of one that is owed, today."""
    day = eastern_day(report.certified_at or timezone.now())
    return max(0, (day - due_on).days)


def _former(report: ProgressReport) -> list[ProgressReport]:
    """Those that it took the place of, the latest first."""
    return list(
        ProgressReport.objects.filter(
            plan=report.plan,
            period=report.period,
            status=ReportStatus.SUPERSEDED,
            pk__lt=report.pk,
        )
        .select_related("certified_by")
        .order_by("-pk")
    )


def _acts(request: SignedInRequest, report: ProgressReport) -> dict[str, Any]:
    """The buttons: what this person may do with it now."""
    user, plan = request.user, report.plan
    is_open = report.status in EDITABLE
    closed: ProgressVersion | None = current_version(report) if is_open else None
    is_new = closed is not None and not closed.signatures.exists()
    prepares = may_prepare(user, plan)
    certifies = is_new and may_certify(user, plan)
    not_theirs = why_not_theirs(KIND, report, closed, user) if certifies else ""
    judges = report.status == ReportStatus.CERTIFIED and may_judge(user, plan)
    return {
        "may_write": is_open and prepares,
        "may_close": is_open and prepares and closed is None,
        "closed": closed if is_new else None,
        "may_certify": certifies and not not_theirs,
        "not_theirs": not_theirs,
        "may_judge": judges,
        "may_correct": report.status in FILED and prepares,
    }
