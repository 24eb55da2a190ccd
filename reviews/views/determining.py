"""The determination on an expenditure report: made, read, and the list of those that are owed."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from districts.models import User
from districts.requests import SignedInRequest
from plans.forms.attempts import attempt
from plans.models import Plan
from plans.reading.access import visible_plan_or_404
from plans.services.letters import DECISIONS_GO_TO, people_of
from progress.models import ExpenditureReport
from progress.workflow import ReportStatus
from reviews import services
from reviews.forms import Typed
from reviews.models import SpendingDetermination
from reviews.permissions import may_determine, may_read_reviews, readable_plans
from reviews.reports.determinations import (
    annual_report,
    determined_before,
    is_closed,
    made,
    spent_lines,
    standing_determination,
    waiting,
)
from reviews.views.access import reviewed_plan_or_404
from reviews.views.findings import page_of
from reviews.views.letter import paragraphs_of

ON_A_PAGE = 50


@require_safe
def determination_list(request: SignedInRequest) -> HttpResponse:
    """Which reports have none yet, and what was determined on the others."""
    if not may_read_reviews(request.user):
        raise PermissionDenied
    plans = readable_plans(request.user)
    context = {
        "waiting": list(waiting(plans)),
        "made": Paginator(made(plans), ON_A_PAGE).get_page(request.GET.get("page")),
        "accepted": ReportStatus.ACCEPTED,
    }
    return render(request, "reviews/determinations.html", context)


@require_safe
def plan_determination(request: SignedInRequest, slug: str, fiscal_year: int) -> HttpResponse:
    """For the district and for the Department: what was determined, by line, and the letter."""
    plan = visible_plan_or_404(request, slug, fiscal_year)
    determination = standing_determination(plan)
    if determination is None:
        raise Http404
    context = {
        "plan": plan,
        "determination": determination,
        "lines": list(determination.lines.all()),
        "earlier": determination.supersedes_id,
        "is_closed": is_closed(plan),
        "letter": paragraphs_of(determination.letter),
        "back": page_of(request, plan),
    }
    return render(request, "reviews/plan_determination.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def plan_determine(request: SignedInRequest, slug: str, fiscal_year: int) -> HttpResponse:
    plan = reviewed_plan_or_404(request, slug, fiscal_year)
    report = annual_report(plan)
    if report is None:
        raise Http404
    if not may_determine(request.user, plan):
        raise PermissionDenied("The Commissioner or a delegate determines expenditure reports.")
    has_one = SpendingDetermination.objects.filter(report=report).exists()
    if request.method != "POST" and has_one:
        return redirect("reviews:determination", slug, fiscal_year)
    typed = Typed.of(request.POST or None, spent_lines(report), fiscal_year=fiscal_year)
    if typed.form.is_bound and typed.is_valid() and _done(request, report, typed):
        messages.success(
            request, f"The FY{fiscal_year} expenditure report of {plan.district} is determined."
        )
        return redirect("reviews:determination", slug, fiscal_year)
    return _page(request, plan, report, typed)


def _done(request: SignedInRequest, report: ExpenditureReport, typed: Typed) -> bool:
    act: dict[str, Any] = {"report_id": report.pk, "by": request.user, "at": timezone.now()}
    return attempt(typed.form, lambda: services.determine(**act, **typed.said()))


def _page(
    request: SignedInRequest, plan: Plan, report: ExpenditureReport, typed: Typed
) -> HttpResponse:
    readers: list[User] = people_of(plan, DECISIONS_GO_TO)
    context = {
        "plan": plan,
        "report": report,
        "form": typed.form,
        "lines": typed.lines,
        "refused": typed.refused,
        "expended": sum(form.line.expended for form in typed.lines),
        "is_accepted": report.status == ReportStatus.ACCEPTED,
        "earlier": determined_before(report),
        "why_not_theirs": services.why_not_theirs_to_determine(request.user, plan, report),
        "readers": readers,
        "back": page_of(request, plan),
    }
    is_refused = typed.form.is_bound and (typed.form.errors or typed.refused)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if is_refused else HTTPStatus.OK
    return render(request, "reviews/plan_determine.html", context, status=status)
