"""The page on which an approval is corrected, with a reason and a letter, which it previews."""

from datetime import datetime
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
from reviews.models import Determination
from reviews.permissions import may_correct
from reviews.reports.packet import Packet
from reviews.services.conditions import why_it_stays
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
    form = _form(request, packet, decided)
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
        "stay": [
            (one, why)
            for one in packet.conditions
            if (why := why_it_stays(one.watches, is_met=one.met_on is not None))
        ],
        "preview": _preview(request, form, packet, decided, at=now) if decided else [],
        "letter": paragraphs_of(decided.letter) if decided else [],
        "readers": people_of(plan, DECISIONS_GO_TO),
    }
    return render(request, "reviews/plan_correct.html", context, status=status_of(form))


def _form(request: SignedInRequest, packet: Packet, decided: Determination | None) -> CorrectForm:
    """Asking for a preview judges nothing: what was typed is shown again, in form and letter."""
    conditions = [
        one
        for one in packet.conditions
        if not why_it_stays(one.watches, is_met=one.met_on is not None)
    ]
    if request.method == "POST" and "preview" not in request.POST:
        return CorrectForm(request.POST, conditions=conditions)
    form = CorrectForm(initial=_as_decided(decided), conditions=conditions)
    typed = {name: request.POST[name] for name in form.fields if name in request.POST}
    form.initial.update(typed)
    return form


def _as_decided(decided: Determination | None) -> dict[str, Any]:
    if decided is None:
        return {}
    said = {name: getattr(decided, name) for name in services.CORRECTED}
    return said | {"decision": decided.pk}


def _preview(
    request: SignedInRequest,
    form: CorrectForm,
    packet: Packet,
    decided: Determination,
    *,
    at: datetime,
) -> list[list[str]]:
    words = {name: str(form[name].value() or "").strip() for name in services.CORRECTED}
    letter = services.preview_correction(
        packet.plan,
        decided,
        what=str(form["what"].value() or "").strip(),
        words=words,
        conditions=form.conditions(),
        by=request.user,
        at=at,
    )
    return paragraphs_of(letter)
