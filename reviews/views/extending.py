"""More time for plans: what is asked and waits, and the page that grants one or refuses it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from districts.calendar import eastern_day
from districts.requests import SignedInRequest, status_of
from districts.words import day
from plans.forms.attempts import attempt
from plans.models import ExtensionEntry
from plans.reading.extensions import label_of_extension
from plans.reports.extensions import extension_entries
from plans.workflow import MAY_BE_EXTENDED
from reviews import services
from reviews.forms import ExtendForm
from reviews.permissions import may_extend, may_read_reviews, readable_plans
from reviews.reports.extensions import PAGE, asked_for_time, extends

Did = ExtensionEntry.Did


@require_safe
def extension_list(request: SignedInRequest) -> HttpResponse:
    if not may_read_reviews(request.user):
        raise Http404
    found = Paginator(asked_for_time(request.user), PAGE).get_page(request.GET.get("page"))
    theirs = extends(request.user, [each.plan_id for each in found])
    context = {
        "page": found,
        "rows": [(each, each.plan_id in theirs) for each in found],
        "today": eastern_day(timezone.now()),
    }
    return render(request, "reviews/extension_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def plan_extension(request: SignedInRequest, slug: str, fiscal_year: int) -> HttpResponse:
    """All that was asked and answered of one plan; of a draft the Department reads no more."""
    plans = readable_plans(request.user).select_related("district", "cycle")
    plan = get_object_or_404(plans, district__slug=slug, cycle=fiscal_year)
    entries = extension_entries(plan)
    if not entries:
        raise Http404
    is_theirs = may_extend(request.user, plan)
    if request.method == "POST" and not is_theirs:
        raise PermissionDenied
    last = entries[-1]
    form = ExtendForm(request.POST or None, initial={"seen": last.number, "until": last.until})
    act: dict[str, Any] = {"plan_id": plan.pk, "by": request.user, "at": timezone.now()}
    if form.is_bound and form.is_valid() and attempt(form, lambda: _decide(form, act)):
        messages.success(request, _told(form))
        return redirect("reviews:extensions")
    is_to_come = plan.status in MAY_BE_EXTENDED
    waits = is_to_come and last.did == Did.ASKED
    today = eastern_day(act["at"])
    context = {
        "plan": plan,
        "entries": entries,
        "last": last,
        "label": label_of_extension(last, is_to_come=is_to_come),
        "waits": waits,
        "form": form if is_theirs and (waits or form.is_bound) else None,
        "today": today,
    }
    return render(request, "reviews/plan_extension.html", context, status=status_of(form))


def _decide(form: ExtendForm, act: dict[str, Any]) -> ExtensionEntry:
    said = dict(form.cleaned_data)
    until = said.pop("until")
    if said.pop("verdict") == Did.GRANTED:
        return services.grant_time(until=until, **said, **act)
    return services.refuse_time(**said, **act)


def _told(form: ExtendForm) -> str:
    if form.cleaned_data["verdict"] == Did.GRANTED:
        until = day(form.cleaned_data["until"])
        return f"Granted until {until}. Letters leave now, and reminders follow this day."
    return "More time is refused. Letters leave now."
