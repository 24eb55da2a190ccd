"""The page on which an approval is called back, while its letters are held."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from districts.requests import SignedInRequest, status_of
from plans.forms.attempts import attempt
from plans.permissions import may_take
from plans.services.letters import DECISIONS_GO_TO, people_of
from plans.workflow import Step, steps_from
from reviews import services
from reviews.forms import CallBackForm
from reviews.permissions import may_call_back
from reviews.views.access import packet_or_404


@require_http_methods(["GET", "HEAD", "POST"])
def plan_call_back(request: SignedInRequest, slug: str, fiscal_year: int) -> HttpResponse:
    packet = packet_or_404(request, slug, fiscal_year)
    plan, now = packet.plan, timezone.now()
    if not may_take(request.user, Step.CALL_BACK, plan):
        raise PermissionDenied
    decided = services.decision_to_call_back(plan)
    standing = decided if Step.CALL_BACK in steps_from(plan.status) else None
    if request.method != "POST" and standing is None:
        return redirect("reviews:plan", slug, fiscal_year)
    if standing and not may_call_back(request.user, plan, standing.decided_by_id):
        raise PermissionDenied
    form = CallBackForm(request.POST or None, initial={"decision": getattr(decided, "pk", 0)})
    if form.is_bound and form.is_valid():
        act: dict[str, Any] = {"plan_id": plan.pk, "by": request.user, "at": now}
        if attempt(form, lambda: services.call_back(**form.cleaned_data, **act)):
            messages.success(
                request, f"The approval of {plan.district} is called back. No letter of it left."
            )
            return redirect("reviews:plan", slug, fiscal_year)
    context = {
        "packet": packet,
        "plan": plan,
        "form": form,
        "decided": decided,
        "stands": services.why_it_cannot_be(plan, standing, at=now) if standing else "",
        "readers": people_of(plan, DECISIONS_GO_TO),
    }
    return render(request, "reviews/plan_call_back.html", context, status=status_of(form))
