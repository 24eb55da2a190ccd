"""What a plan came to, on a page of its own: for its district, and for the Department."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from districts.requests import SignedInRequest
from plans.documents.cache import made_of
from plans.models import Plan, PlanVersion
from plans.reading.access import visible_plan_or_404
from reviews.permissions import reads_as_department
from reviews.reports.evidence import measurement_of
from reviews.reports.findings import FindingSheet, planned_sheet


@require_safe
def plan_findings(request: SignedInRequest, slug: str, fiscal_year: int) -> HttpResponse:
    """Of a plan that was approved: before, there is nothing to measure against."""
    plan = decided_plan_or_404(request, slug, fiscal_year)
    measured = measurement_of(plan.pk, planned=_kept)
    if measured is None:
        raise Http404
    context = {
        "plan": plan,
        "version": measured.version,
        "sheet": measured.sheet,
        "back": page_of(request, plan),
    }
    return render(request, "reviews/plan_findings.html", context)


def _kept(version: PlanVersion) -> FindingSheet:
    return made_of("planned-sheet", version, planned_sheet)


def decided_plan_or_404(request: SignedInRequest, slug: str, fiscal_year: int) -> Plan:
    """The plan's row, of one that was approved, for its district and for the Department."""
    plan = visible_plan_or_404(request, slug, fiscal_year)
    if not plan.events.approvals().exists():
        raise Http404
    return plan


def page_of(request: SignedInRequest, plan: Plan) -> str:
    """The plan's own page, where this reader has it."""
    if reads_as_department(request.user, plan):
        return reverse("reviews:plan", args=[plan.district.slug, plan.cycle_id])
    return plan.get_absolute_url()
