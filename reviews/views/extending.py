"""More time for plans and reports: what is asked and waits, and the page that answers one."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from districts.calendar import eastern_day
from districts.requests import SignedInRequest, status_of
from districts.words import day
from plans.forms.attempts import attempt
from plans.models import AbstractExtension, Plan
from plans.reading.extensions import said_of_time
from plans.services.extensions import PLAN_TIME, TimeFor
from progress.calendar import due_in_year
from progress.models import ReportExtension
from progress.services.extensions import report_time
from reviews import services
from reviews.forms import ExtendForm
from reviews.permissions import may_extend, may_read_reviews, readable_plans
from reviews.reports.extensions import PAGE, asked_for_time, extends

Did = AbstractExtension.Did


@dataclass(frozen=True)
class Asked:
    """What is asked, for what, and where it is answered."""

    entry: Any
    noun: str
    due_on: date
    url: str
    is_theirs: bool


@require_safe
def extension_list(request: SignedInRequest) -> HttpResponse:
    if not may_read_reviews(request.user):
        raise Http404
    found = Paginator(asked_for_time(request.user), PAGE).get_page(request.GET.get("page"))
    theirs = extends(request.user, [each.plan_id for each in found])
    context = {
        "page": found,
        "rows": [_asked(each, is_theirs=each.plan_id in theirs) for each in found],
        "today": eastern_day(timezone.now()),
    }
    return render(request, "reviews/extension_list.html", context)


def _asked(entry: Any, *, is_theirs: bool) -> Asked:
    plan = entry.plan
    where: list[Any] = [plan.district.slug, plan.cycle_id]
    if not isinstance(entry, ReportExtension):
        url = reverse("reviews:extension", args=where)
        return Asked(entry, "plan", plan.due_on, url, is_theirs)
    report = entry.report.split("/")
    what = report_time(*report)
    url = reverse("reviews:report_extension", args=[*where, *report])
    return Asked(entry, what.noun, what.due_on(plan), url, is_theirs)


@require_http_methods(["GET", "HEAD", "POST"])
def plan_extension(request: SignedInRequest, slug: str, fiscal_year: int) -> HttpResponse:
    """All that was asked and answered of one plan; of a draft the Department reads no more."""
    plan = _plan_or_404(request, slug, fiscal_year)
    of_year = ("Plans of", plan.cycle.plan_due_on)
    return _page_of_time(request, plan, PLAN_TIME, of_year=of_year)


@require_http_methods(["GET", "HEAD", "POST"])
def report_extension(
    request: SignedInRequest, slug: str, fiscal_year: int, kind: str, period: str
) -> HttpResponse:
    """Of one report of a plan, whether or not it was started."""
    plan = _plan_or_404(request, slug, fiscal_year)
    of_year = ("Such reports of", due_in_year(plan.cycle, kind, period))
    return _page_of_time(request, plan, report_time(kind, period), of_year=of_year)


def _plan_or_404(request: SignedInRequest, slug: str, fiscal_year: int) -> Plan:
    plans = readable_plans(request.user).select_related("district", "cycle")
    return get_object_or_404(plans, district__slug=slug, cycle=fiscal_year)


def _page_of_time(
    request: SignedInRequest, plan: Plan, what: TimeFor, *, of_year: tuple[str, date]
) -> HttpResponse:
    said = said_of_time(what, plan)
    if not said.entries:
        raise Http404
    is_theirs = may_extend(request.user, plan)
    if request.method == "POST" and not is_theirs:
        raise PermissionDenied
    initial = {"seen": said.seen, "until": said.last.until}
    form = ExtendForm(request.POST or None, initial=initial)
    act: dict[str, Any] = {"plan_id": plan.pk, "by": request.user, "at": timezone.now()}
    if form.is_bound and form.is_valid() and attempt(form, lambda: _decide(form, act, what)):
        messages.success(request, _told(form))
        return redirect("reviews:extensions")
    context = {
        "plan": plan,
        "noun": what.noun,
        "due_on": what.due_on(plan),
        "of_year": of_year,
        "said": said,
        "form": form if is_theirs and (said.waits or form.is_bound) else None,
        "today": eastern_day(act["at"]),
    }
    return render(request, "reviews/plan_extension.html", context, status=status_of(form))


def _decide(form: ExtendForm, act: dict[str, Any], what: TimeFor) -> None:
    said = dict(form.cleaned_data)
    until = said.pop("until")
    if said.pop("verdict") == Did.GRANTED:
        services.grant_time(until=until, **said, **act, what=what)
    else:
        services.refuse_time(**said, **act, what=what)


def _told(form: ExtendForm) -> str:
    if form.cleaned_data["verdict"] == Did.GRANTED:
        until = day(form.cleaned_data["until"])
        return f"Granted until {until}. Letters leave now, and reminders follow this day."
    return "More time is refused. Letters leave now."
