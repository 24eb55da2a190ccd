"""The page on which a withholding is corrected, with a reason and a letter, which it previews."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from districts.calendar import eastern_day
from districts.requests import SignedInRequest, status_of
from plans.forms.attempts import attempt
from plans.models import Plan, PlanEvent, WithholdingCorrection
from plans.reports.withheld import corrections_of
from plans.services.letters import DECISIONS_GO_TO, people_of
from plans.workflow import label_for
from reviews import services
from reviews.forms import CorrectWithholdingForm
from reviews.permissions import may_correct
from reviews.reports.handed_in import handed_in_version
from reviews.views.access import reviewed_plan_or_404
from reviews.views.letter import paragraphs_of
from reviews.views.withholding import page_before


@require_http_methods(["GET", "HEAD", "POST"])
def plan_correct_withholding(request: SignedInRequest, slug: str, fiscal_year: int) -> HttpResponse:
    """The plan, handed in or not: funds are withheld of both."""
    plan, now = reviewed_plan_or_404(request, slug, fiscal_year), timezone.now()
    if not may_correct(request.user, plan):
        raise PermissionDenied("A decision is corrected by the Commissioner or a delegate.")
    version, event = handed_in_version(plan), services.withholding_of(plan)
    if request.method != "POST" and event is None:
        return redirect(page_before(plan, version))
    corrections = corrections_of(plan)
    form = _form(request, plan, event, corrections, at=now)
    if form.is_bound and form.is_valid():
        said = {name: form.cleaned_data[name] for name in ("withheld", "read", "what")}
        act: dict[str, Any] = {"plan_id": plan.pk, "by": request.user, "at": now, **said}
        if attempt(form, lambda: services.correct_withholding(**act, terms=form.terms())):
            messages.success(request, f"The withholding of {plan.district} is corrected.")
            return redirect(page_before(plan, version))
    context = {
        "plan": plan,
        "form": form,
        "label": label_for(plan.status, is_department=True),
        "version": version,
        "back": page_before(plan, version),
        "event": event,
        "corrections": corrections,
        "why_not_theirs": services.why_not_theirs(request.user, plan),
        "readers": people_of(plan, DECISIONS_GO_TO),
        "preview": _preview(request, form, plan, event, at=now) if event else [],
    }
    return render(request, "reviews/plan_correct_withholding.html", context, status=status_of(form))


def _form(
    request: SignedInRequest,
    plan: Plan,
    event: PlanEvent | None,
    corrections: list[WithholdingCorrection],
    *,
    at: datetime,
) -> CorrectWithholdingForm:
    """With what stands; asking for a preview judges nothing, and gives back what was typed."""
    stands = corrections[0].reason if corrections else event.reason if event else ""
    terms = services.terms_read(stands)
    initial: dict[str, Any] = {
        "withheld": event.pk if event else None,
        "read": corrections[0].number if corrections else 0,
        "stands_by": terms.answer_by if terms else None,
        **(vars(terms) if terms else {}),
    }
    limits: dict[str, Any] = {
        "today": eastern_day(at),
        "allocation": services.allocation_of(plan),
    }
    if request.method == "POST" and "preview" not in request.POST:
        return CorrectWithholdingForm(request.POST, initial=initial, **limits)
    form = CorrectWithholdingForm(initial=initial, **limits)
    form.initial.update({name: request.POST[name] for name in form.fields if name in request.POST})
    return form


def _preview(
    request: SignedInRequest,
    form: CorrectWithholdingForm,
    plan: Plan,
    event: PlanEvent,
    *,
    at: datetime,
) -> list[list[str]]:
    letter = services.preview_corrected_withholding(
        plan,
        event,
        what=str(form["what"].value() or "").strip(),
        terms=form.terms_so_far(),
        by=request.user,
        at=at,
    )
    return paragraphs_of(letter)
