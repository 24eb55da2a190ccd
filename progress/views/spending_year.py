"""The spending of a district's year, and of all districts."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from districts.calendar import eastern_day
from districts.models import standing_of
from districts.requests import SignedInRequest
from plans.documents.cache import document_in
from plans.models import Cycle, taking_part
from plans.reading.access import visible_plan_or_404
from progress.documents.spending import EXPENDITURE, object_codes
from progress.models import ExpenditureReport
from progress.permissions import may_prepare, may_read_draft
from progress.reading.labels import NOT_STARTED, label_of
from progress.reports.approved import approved_version
from progress.reports.certified import Certified
from progress.reports.due import expenditure_reports_due
from progress.reports.pace import carried_in_estimate, pace_of, spending_by_district
from progress.views.spending_grid import groups_of, read_rows
from progress.workflow import ReportStatus


@require_safe
def year(request: SignedInRequest, slug: str, fiscal_year: int) -> HttpResponse:
    """The four reports of a district's year, its pace and its projection."""
    plan = visible_plan_or_404(request, slug, fiscal_year)
    today = eastern_day(timezone.now())
    (spending,) = spending_by_district([plan.district], fiscal_year)
    reads_drafts = may_read_draft(request.user, plan)
    is_approved = approved_version(plan) is not None
    writes = may_prepare(request.user, plan) and is_approved
    reports = [
        {
            "due": one,
            "label": label_of(one.status, is_department=not reads_drafts)
            if one.status
            else NOT_STARTED,
            **_figures(spending.reports.get(one.period), spending.money.authorized),
            "is_late": is_approved and one.is_late_on(today),
            "may_read": one.status is not None and (reads_drafts or one.period in spending.reports),
            "may_start": writes and one.status is None and one.is_open_on(today),
        }
        for one in expenditure_reports_due(plan)
    ]
    context = {
        "plan": plan,
        "is_approved": is_approved,
        "spending": spending,
        "reports": reports,
        "estimate": carried_in_estimate(plan.district_id, fiscal_year)
        if spending.money.carried_in is None
        else None,
        "today": today,
    }
    return render(request, "progress/spending_year.html", context)


def _figures(report: Certified | None, authorized: int) -> dict[str, Any]:
    """Of a certified report; none of another."""
    if report is None:
        return {"expended": None, "obligated": None, "pace": ""}
    return {
        "expended": report.expended,
        "obligated": report.obligated,
        "pace": pace_of(report, authorized).percent,
    }


@require_safe
def superseded(
    request: SignedInRequest, slug: str, fiscal_year: int, report_id: int
) -> HttpResponse:
    """A report that another took the place of, as it was certified, with the reason."""
    plan = visible_plan_or_404(request, slug, fiscal_year)
    reports = ExpenditureReport.objects.filter(plan=plan, status=ReportStatus.SUPERSEDED)
    report = get_object_or_404(
        reports.select_related("superseded_by__started_by", "certified_by"), pk=report_id
    )
    version = report.versions.exclude(signatures=None).order_by("-number").first()
    if version is None:
        raise Http404
    document = document_in(EXPENDITURE, version)
    context = {
        "plan": plan,
        "report": report,
        "version": version,
        "document": document,
        "groups": list(groups_of(read_rows(document), object_codes())),
    }
    return render(request, "progress/spending_superseded.html", context)


@require_safe
def of_all(request: SignedInRequest, fiscal_year: int) -> HttpResponse:
    """The spending of every district of a year, for the Department: what is behind comes first."""
    if not standing_of(request.user).is_department:
        raise PermissionDenied("The Department reads the spending of all districts.")
    cycle = get_object_or_404(Cycle, pk=fiscal_year)
    districts = list(taking_part(fiscal_year).order_by("name"))
    rows = spending_by_district(districts, fiscal_year)
    context = {
        "cycle": cycle,
        "rows": rows,
        "years": Cycle.objects.order_by("-pk").values_list("pk", flat=True),
        "behind": [row for row in rows if row.pace and row.pace.is_behind],
        "without": [row for row in rows if row.last is None],
        "authorized": sum(row.money.authorized for row in rows),
        "expended": sum(row.last.expended for row in rows if row.last),
        "obligated": sum(row.last.obligated for row in rows if row.last),
    }
    return render(request, "progress/spending_of_all.html", context)
