"""More time for a report, as its district asks for it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from districts.requests import SignedInRequest
from plans.forms.extensions import TimeForms
from plans.reading.access import own_plan_or_404
from plans.reading.extensions import said_of_time, time_context, time_status
from progress.services.extensions import report_time

ASKERS = "Whoever writes the reports, and the superintendent, ask for more time."


@require_http_methods(["GET", "HEAD", "POST"])
def extension(
    request: SignedInRequest, slug: str, fiscal_year: int, kind: str, period: str
) -> HttpResponse:
    plan, what = own_plan_or_404(request, slug, fiscal_year), report_time(kind, period)
    is_theirs = what.may_ask(request.user, plan)
    if request.method == "POST" and not is_theirs:
        raise PermissionDenied(ASKERS)
    said = said_of_time(what, plan)
    forms = TimeForms.of(request.POST, what, seen=said.seen)
    if told := forms.do(plan, what, by=request.user, at=timezone.now()):
        messages.success(request, told)
        return redirect(request.path)
    context = time_context(what, plan, said, forms, is_theirs=is_theirs) | {
        "back_to": reverse("progress:reports", args=[slug, fiscal_year]),
        "askers": ASKERS,
    }
    return render(request, "plans/extension.html", context, status=time_status(forms))
