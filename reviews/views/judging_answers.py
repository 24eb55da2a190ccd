"""One required change with its answer and what became of the text: accepted, or asked again."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from districts.requests import SignedInRequest, status_of
from plans.documents.cache import document_of
from plans.forms.attempts import attempt
from plans.models import ChangeVerdict, RequiredChange
from plans.reading.asked_there import There, place_of, there
from plans.reports.asked_list import changes_judged, verdict_of
from plans.sections import SECTIONS, SectionKey
from plans.workflow import WITH_DEPARTMENT
from reviews import services
from reviews.forms import JudgeAnswerForm
from reviews.permissions import may_judge_answers
from reviews.reports.packet import Packet
from reviews.views.access import packet_or_404


@require_http_methods(["GET", "HEAD", "POST"])
def plan_change(request: SignedInRequest, slug: str, fiscal_year: int, number: int) -> HttpResponse:
    packet = packet_or_404(request, slug, fiscal_year)
    plan = packet.plan
    change = next((one for one in changes_judged(plan) if one.number == number), None)
    if change is None:
        raise Http404
    is_theirs = may_judge_answers(request.user, plan)
    if request.method == "POST" and not is_theirs:
        raise PermissionDenied
    form = JudgeAnswerForm(request.POST or None, initial=_seen(packet, change))
    act: dict[str, Any] = {"plan_id": plan.pk, "by": request.user, "at": timezone.now()}
    if (
        form.is_bound
        and form.is_valid()
        and attempt(form, lambda: services.judge_answer(number=number, **form.cleaned_data, **act))
    ):
        messages.success(request, _told(number, form.cleaned_data["verdict"]))
        return redirect("plans:asked", slug, fiscal_year)
    is_in = number in packet.answers_in
    can_judge = is_theirs and is_in and plan.status in WITH_DEPARTMENT
    context = {
        "packet": packet,
        "plan": plan,
        "change": change,
        "where": ", ".join(filter(None, (_section(change), change.place))),
        "rounds": list(change.rounds.all()),
        "verdict": verdict_of(change),
        "judged": packet.judged.get(number),
        "is_in": is_in,
        "there": _there(packet, change) if is_in else None,
        "form": form if can_judge or form.is_bound else None,
    }
    return render(request, "reviews/plan_change.html", context, status=status_of(form))


def _seen(packet: Packet, change: RequiredChange) -> dict[str, Any]:
    return {"version": packet.version.number, "seen": len(change.verdicts.all())}


def _section(change: RequiredChange) -> str:
    return SECTIONS[SectionKey(change.section)].title


def _told(number: int, verdict: str) -> str:
    if verdict == ChangeVerdict.Verdict.ACCEPTED:
        return f"The answer to change {number} is accepted. The district sees it."
    return (
        f"Change {number} is asked again with the next return. The district sees nothing of it"
        " before."
    )


def _there(packet: Packet, change: RequiredChange) -> There | None:
    """From the version returned to the one that is read."""
    before = document_of(change.version)
    return there(before, packet.document, change.section, place_of(change))
