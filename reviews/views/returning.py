"""Returning a plan to its district with required changes."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from districts.requests import SignedInRequest
from plans.permissions import may_take
from plans.rules.words import count
from plans.services.letters import DECISIONS_GO_TO, people_of
from plans.workflow import Step, steps_from
from reviews import services
from reviews.forms import ChangeRows, ReturnForm
from reviews.services.returning import usual_due_date
from reviews.views.access import packet_or_404
from reviews.views.attempts import NOT_READ, attempt, status_of


@require_http_methods(["GET", "HEAD", "POST"])
def plan_return(request: SignedInRequest, slug: str, fiscal_year: int) -> HttpResponse:
    packet = packet_or_404(request, slug, fiscal_year)
    plan, now = packet.plan, timezone.now()
    if not may_take(request.user, Step.RETURN, plan):
        raise PermissionDenied
    if request.method != "POST" and Step.RETURN not in steps_from(plan.status):
        return redirect("reviews:plan", slug, fiscal_year)
    form = ReturnForm(request.POST or None, initial={"version": packet.version.number})
    rows = ChangeRows(request.POST or None, due_on=usual_due_date(now))
    status = 200
    if "more" in request.POST:
        rows.add_more()
    elif request.method == "POST":
        if (
            rows.are_valid()
            and form.is_valid()
            and attempt(
                form,
                lambda: services.return_for_changes(
                    plan_id=plan.pk,
                    version=form.cleaned_data["version"],
                    changes=[services.ChangeAsked(**change) for change in rows.filled()],
                    key=form.cleaned_data["key"],
                    by=request.user,
                    at=now,
                ),
            )
        ):
            asked = count(len(rows.filled()), "change")
            messages.success(
                request,
                f"{plan.district} has its plan back, with {asked} asked. Letters leave now.",
            )
            return redirect("reviews:plan", slug, fiscal_year)
        status = status_of(form) if rows.are_valid() else NOT_READ
    context = {
        "packet": packet,
        "plan": plan,
        "form": form,
        "rows": rows,
        "readers": people_of(plan, DECISIONS_GO_TO),
    }
    return render(request, "reviews/plan_return.html", context, status=status)
