"""Recording that a condition of an approval is met."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from districts.calendar import eastern_day
from districts.requests import SignedInRequest, status_of
from districts.words import until
from plans.forms.attempts import attempt
from reviews import services
from reviews.forms import MetForm
from reviews.permissions import may_read_reviews, may_record_met, records_met_on
from reviews.reports.conditions import PAGE, count_past, open_conditions
from reviews.views.access import packet_or_404


@require_safe
def condition_list(request: SignedInRequest) -> HttpResponse:
    """What approvals asked for and nobody has recorded as met; the Department reads it."""
    if not may_read_reviews(request.user):
        raise Http404
    today = eastern_day(timezone.now())
    found = Paginator(open_conditions(request.user), PAGE).get_page(request.GET.get("page"))
    theirs = records_met_on(request.user, [each.plan_id for each in found])
    context = {
        "page": found,
        "past": count_past(request.user, on=today),
        "rows": [
            (each, until(each.due_on, today), each.due_on < today, each.plan_id in theirs)
            for each in found
        ],
    }
    return render(request, "reviews/condition_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def condition_met(
    request: SignedInRequest, slug: str, fiscal_year: int, number: int
) -> HttpResponse:
    packet = packet_or_404(request, slug, fiscal_year)
    plan, now = packet.plan, timezone.now()
    if not may_record_met(request.user, plan):
        raise PermissionDenied
    condition = next((one for one in packet.conditions if one.number == number), None)
    if condition is None:
        raise Http404
    page = reverse("reviews:plan", args=[slug, fiscal_year])
    if request.method != "POST" and condition.met_on:
        return redirect(f"{page}#conditions")
    today = eastern_day(now)
    form = MetForm(request.POST or None, initial={"met_on": today}, today=today)
    act: dict[str, Any] = {"plan_id": plan.pk, "number": number, "by": request.user, "at": now}
    if (
        form.is_bound
        and form.is_valid()
        and attempt(form, lambda: services.record_met(**act, **form.said()))
    ):
        messages.success(request, f"Condition {number} is recorded as met.")
        return redirect(page)
    context = {"packet": packet, "plan": plan, "form": form, "condition": condition}
    return render(request, "reviews/condition_met.html", context, status=status_of(form))
