"""More time for a plan: what the district asked, what the Department said, and the form to ask."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from districts.calendar import eastern_day
from districts.requests import SignedInRequest, status_of
from districts.words import day
from plans import services
from plans.forms.attempts import attempt
from plans.forms.extensions import AskForTimeForm, TakeBackForm
from plans.models import ExtensionEntry, Plan
from plans.permissions import may_ask_for_time
from plans.reading.access import own_plan_or_404
from plans.reading.extensions import label_of_extension
from plans.reports.extensions import extension_entries
from plans.workflow import MAY_BE_EXTENDED

ASKERS = "The superintendent and the plan coordinator ask for more time."
TAKE_BACK = "take_back"  # the button of the second form


@require_http_methods(["GET", "HEAD", "POST"])
def extension(request: SignedInRequest, slug: str, fiscal_year: int) -> HttpResponse:
    plan = own_plan_or_404(request, slug, fiscal_year)
    is_theirs = may_ask_for_time(request.user, plan)
    if request.method == "POST" and not is_theirs:
        raise PermissionDenied(ASKERS)
    now = timezone.now()
    entries = extension_entries(plan)
    last = entries[-1] if entries else None
    takes_back = TAKE_BACK in request.POST
    ask = AskForTimeForm(None if takes_back else request.POST or None)
    back = TakeBackForm(
        request.POST if takes_back else None, initial={"seen": last.number if last else 1}
    )
    sent = back if takes_back else ask
    if sent.is_bound and sent.is_valid() and attempt(sent, lambda: _do(request, plan, sent)):
        return redirect("plans:extension", slug, fiscal_year)
    is_to_come = plan.status in MAY_BE_EXTENDED
    waits = is_to_come and last is not None and last.did == ExtensionEntry.Did.ASKED
    context = {
        "plan": plan,
        "entries": entries,
        "label": label_of_extension(last, is_to_come=is_to_come) if last else None,
        "is_to_come": is_to_come,
        "waits": waits,
        "ask": ask if is_theirs and (ask.is_bound or (is_to_come and not waits)) else None,
        "back": back if is_theirs and waits else None,
        "errors": sent if sent.is_bound else None,
        "askers": ASKERS,
        "today": eastern_day(now),
    }
    status = status_of(sent) if sent.is_bound else HTTPStatus.OK
    return render(request, "plans/extension.html", context, status=status)


def _do(request: SignedInRequest, plan: Plan, form: AskForTimeForm | TakeBackForm) -> None:
    act: dict[str, Any] = {"plan_id": plan.pk, "by": request.user, "at": timezone.now()}
    if isinstance(form, TakeBackForm):
        services.ask_no_more(**form.cleaned_data, **act)
        messages.success(request, f"You ask for no more time. The plan is due {day(plan.due_on)}.")
        return
    entry = services.ask_for_time(**form.cleaned_data, **act)
    messages.success(
        request,
        f"The Department is asked for time until {day(entry.until)}. Until it answers, the plan is"
        f" due {day(plan.due_on)}.",
    )
