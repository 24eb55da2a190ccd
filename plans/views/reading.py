"""The whole plan as one document: the draft for those who write it, else what was handed in."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from districts.models import standing_of
from districts.requests import SignedInRequest
from plans.documents import Draft, stored_document
from plans.documents.cache import document_of
from plans.models import Plan, PlanVersion
from plans.permissions import may_edit
from plans.reading.access import text_or_404, version_or_404
from plans.reading.coverage_picture import coverage_context
from plans.reading.rendered import draft_part, draft_sections, version_part, version_sections
from plans.reading.shared import readers_of
from plans.reading.summary import summary_context
from plans.reports.versions import closed_version
from plans.views.since import since_it_was_closed
from plans.workflow import Label, label_for

COVERAGE = "plans/_coverage.html"
ONE_SHEET = "plans/document/_one_sheet.html"


@require_safe
def read(request: SignedInRequest, slug: str, fiscal_year: int) -> HttpResponse:
    text = text_or_404(request, slug, fiscal_year)
    if isinstance(text, PlanVersion):
        return _version_page(request, text)
    return _draft_page(request, text)


@require_safe
def version(request: SignedInRequest, slug: str, fiscal_year: int, number: int) -> HttpResponse:
    return _version_page(request, version_or_404(request, slug, fiscal_year, number))


@require_safe
def summary(request: SignedInRequest, slug: str, fiscal_year: int) -> HttpResponse:
    """The same on one sheet."""
    return _sheet(request, text_or_404(request, slug, fiscal_year))


@require_safe
def version_summary(
    request: SignedInRequest, slug: str, fiscal_year: int, number: int
) -> HttpResponse:
    return _sheet(request, version_or_404(request, slug, fiscal_year, number))


def _sheet(request: SignedInRequest, text: Draft | PlanVersion) -> HttpResponse:
    plan = text.plan
    place = [plan.district.slug, plan.cycle_id]
    if isinstance(text, PlanVersion):
        version, read_url = text, reverse("plans:version", args=[*place, text.number])
        sheet = version_part(text, ONE_SHEET, lambda: summary_context(document_of(text)))
    else:
        version, read_url = None, reverse("plans:read", args=place)
        sheet = draft_part(text, ONE_SHEET, lambda: summary_context(text.document))
    context = {
        "plan": plan,
        "label": _label(request, plan),
        "version": version,
        "now": timezone.now(),
        "read_url": read_url,
        "sheet": sheet,
    }
    return render(request, "plans/summary.html", context)


def _draft_page(request: SignedInRequest, draft: Draft) -> HttpResponse:
    plan = draft.plan
    closed = closed_version(plan)
    sha256 = closed.sha256 if closed else None
    since = since_it_was_closed(draft, sha256, at=timezone.now())
    context = {
        "plan": plan,
        "label": _label(request, plan),
        "version": None,
        "readers": readers_of(plan) if plan.is_editable else [],
        "closed": closed,
        "is_moved": bool(since and since.moved),
        "may_edit": may_edit(request.user, plan) and plan.is_editable,
        "sections": draft_sections(draft),
    }
    return render(request, "plans/plan_read.html", context)


def _version_page(request: SignedInRequest, version: PlanVersion) -> HttpResponse:
    """The text comes from the version's one JSON column, however long the plan is."""
    context = {
        "plan": version.plan,
        "label": _label(request, version.plan),
        "version": version,
        "closed": None,
        "signatures": version.signatures.order_by("signed_at"),
        "submissions": version.events.submissions().select_related("taken_by"),
        "may_edit": False,
        "sections": version_sections(version),
    }
    return render(request, "plans/plan_read.html", context)


@require_safe
def coverage(request: SignedInRequest, slug: str, fiscal_year: int) -> HttpResponse:
    """Of the same text that the reader reads, drawn once for each state of it."""
    text = text_or_404(request, slug, fiscal_year)
    if isinstance(text, PlanVersion):
        plan, version = text.plan, text
        body = version_part(text, COVERAGE, lambda: coverage_context(stored_document(text)))
    else:
        plan, version = text.plan, None
        body = draft_part(text, COVERAGE, lambda: coverage_context(text.document))
    context = {"plan": plan, "label": _label(request, plan), "version": version, "body": body}
    return render(request, "plans/coverage.html", context)


def _label(request: SignedInRequest, plan: Plan) -> Label:
    standing = standing_of(request.user)
    if standing.reads_as_department(plan.district_id):
        return label_for(plan.status, is_department=True)
    return label_for(plan.status, is_department=False, writes=may_edit(request.user, plan))
