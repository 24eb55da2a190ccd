"""Recommending a plan to the Commissioner."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from districts.calendar import eastern_day
from districts.requests import SignedInRequest
from plans.models import Plan
from plans.permissions import may_take, parts_of
from plans.workflow import Status, Step
from reviews import services
from reviews.forms import RecommendForm
from reviews.reports.deciders import deciders
from reviews.rules import gate
from reviews.views.access import packet_or_404
from reviews.views.acts import may_recommend
from reviews.views.attempts import attempt, status_of
from reviews.views.shared_draft import may_return, not_sent


@require_http_methods(["GET", "HEAD", "POST"])
def plan_recommend(request: SignedInRequest, slug: str, fiscal_year: int) -> HttpResponse:
    packet = packet_or_404(request, slug, fiscal_year)
    plan, now = packet.plan, timezone.now()
    if not may_take(request.user, Step.RECOMMEND, plan):
        raise PermissionDenied
    parts = parts_of(request.user, plan)
    if request.method != "POST" and not may_recommend(parts, packet, by=request.user.pk):
        return redirect("reviews:plan", slug, fiscal_year)
    form = RecommendForm(request.POST or None, initial={"version": packet.version.number})
    if (
        request.method == "POST"
        and form.is_valid()
        and attempt(
            form,
            lambda: services.recommend(
                plan_id=plan.pk, by=request.user, at=now, **form.cleaned_data
            ),
        )
    ):
        messages.success(request, _said(plan))
        return redirect("reviews:plan", slug, fiscal_year)
    context = {
        "packet": packet,
        "plan": plan,
        "form": form,
        "conditions": gate(packet, on=eastern_day(now)),
        "not_sent": not_sent(packet) if may_return(parts) else "",
        "deciders": deciders(at=now),
    }
    return render(request, "reviews/plan_recommend.html", context, status=status_of(form))


def _said(plan: Plan) -> str:
    plan.refresh_from_db(fields=["status"])
    if plan.status == Status.RECOMMENDED:
        return f"{plan.district} is recommended for approval. It is with the Commissioner."
    return "Your review is on record. The plan goes to the Commissioner once each review is in."
