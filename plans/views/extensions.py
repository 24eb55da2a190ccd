"""More time for a plan: what the district asked, what the Department said, and the form to ask."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from districts.requests import SignedInRequest
from plans.forms.extensions import TimeForms
from plans.reading.access import own_plan_or_404
from plans.reading.extensions import said_of_time, time_context, time_status
from plans.services.extensions import PLAN_TIME

ASKERS = "The superintendent and the plan coordinator ask for more time."


@require_http_methods(["GET", "HEAD", "POST"])
def extension(request: SignedInRequest, slug: str, fiscal_year: int) -> HttpResponse:
    plan = own_plan_or_404(request, slug, fiscal_year)
    is_theirs = PLAN_TIME.may_ask(request.user, plan)
    if request.method == "POST" and not is_theirs:
        raise PermissionDenied(ASKERS)
    said = said_of_time(PLAN_TIME, plan)
    forms = TimeForms.of(request.POST, PLAN_TIME, seen=said.seen)
    if told := forms.do(plan, PLAN_TIME, by=request.user, at=timezone.now()):
        messages.success(request, told)
        return redirect(request.path)
    context = time_context(PLAN_TIME, plan, said, forms, is_theirs=is_theirs) | {
        "back_to": plan.get_absolute_url(),
        "askers": ASKERS,
    }
    return render(request, "plans/extension.html", context, status=time_status(forms))
