"""The page on which a return that was made by mistake is undone."""

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
from reviews.forms import UndoReturnForm
from reviews.permissions import may_undo_return
from reviews.views.access import packet_or_404


@require_http_methods(["GET", "HEAD", "POST"])
def plan_undo_return(request: SignedInRequest, slug: str, fiscal_year: int) -> HttpResponse:
    packet = packet_or_404(request, slug, fiscal_year)
    plan = packet.plan
    if not may_take(request.user, Step.UNDO_RETURN, plan):
        raise PermissionDenied
    returned = services.return_to_undo(plan)
    open_return = returned if Step.UNDO_RETURN in steps_from(plan.status) else None
    if request.method != "POST" and open_return is None:
        return redirect("reviews:plan", slug, fiscal_year)
    if open_return and not may_undo_return(request.user, plan, open_return.taken_by_id):
        raise PermissionDenied
    form = UndoReturnForm(request.POST or None, initial={"returned": getattr(returned, "pk", 0)})
    if form.is_bound and form.is_valid():
        act: dict[str, Any] = {"plan_id": plan.pk, "by": request.user, "at": timezone.now()}
        if attempt(form, lambda: services.undo_return(**form.cleaned_data, **act)):
            messages.success(
                request, f"The return to {plan.district} is undone. Letters leave now."
            )
            return redirect("reviews:plan", slug, fiscal_year)
    context = {
        "packet": packet,
        "plan": plan,
        "form": form,
        "returned": returned,
        "stands": services.why_it_stands(plan, open_return) if open_return else "",
        "readers": people_of(plan, DECISIONS_GO_TO),
    }
    return render(request, "reviews/plan_undo_return.html", context, status=status_of(form))
