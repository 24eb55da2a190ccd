"""The page on which an approval is corrected, with a reason and a letter."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from districts.requests import SignedInRequest, status_of
from plans.forms.attempts import attempt
from plans.services.letters import DECISIONS_GO_TO, people_of
from reviews import services
from reviews.forms import CorrectForm
from reviews.permissions import may_correct
from reviews.views.access import packet_or_404
from reviews.views.letter import paragraphs_of


@require_http_methods(["GET", "HEAD", "POST"])
def plan_correct(request: SignedInRequest, slug: str, fiscal_year: int) -> HttpResponse:
    packet = packet_or_404(request, slug, fiscal_year)
    plan, now = packet.plan, timezone.now()
    if not may_correct(request.user, plan):
        raise PermissionDenied
    decided = getattr(plan, "determination", None)
    if request.method != "POST" and services.why_not_corrected(plan, decided, at=now):
        return redirect("reviews:plan", slug, fiscal_year)
    form = CorrectForm(request.POST or None, initial=_as_decided(decided))
    if form.is_bound and form.is_valid():
        act: dict[str, Any] = {"plan_id": plan.pk, "by": request.user, "at": now}
        if attempt(form, lambda: services.correct_decision(**act, **form.said())):
            messages.success(request, f"The approval of {plan.district} is corrected.")
            return redirect("reviews:plan", slug, fiscal_year)
    context = {
        "packet": packet,
        "plan": plan,
        "form": form,
        "decided": decided,
        "letter": paragraphs_of(decided.letter) if decided else [],
        "readers": people_of(plan, DECISIONS_GO_TO),
    }
    return render(request, "reviews/plan_correct.html", context, status=status_of(form))


def _as_decided(decided: Any) -> dict[str, Any]:
    if decided is None:
        return {}
    said = {name: getattr(decided, name) for name in services.CORRECTED}
    return said | {"decision": decided.pk}
