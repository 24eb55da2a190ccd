"""Asking a district about its plan without returning it (R40a): ask, and go on with a question."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from districts.calendar import eastern_day
from districts.requests import SignedInRequest, status_of
from plans.documents.places import Place, called_in
from plans.forms.attempts import attempt
from plans.models import QuestionEntry
from plans.permissions import answer_questions
from plans.reading.asked import answerers, thread_of, where_asked
from plans.reports.asked_list import questions_of
from plans.services.letters import people_of
from plans.workflow import ASKED_ABOUT, QUESTIONS_STAND
from reviews import services
from reviews.forms import AskForm, AskFurtherForm, CloseQuestionForm
from reviews.permissions import may_ask
from reviews.reports.packet import Packet
from reviews.views.access import packet_or_404

FURTHER, CLOSE = "further", "close"  # the two forms of a question's page


@require_http_methods(["GET", "HEAD", "POST"])
def plan_ask(request: SignedInRequest, slug: str, fiscal_year: int) -> HttpResponse:
    """The form for a new question; the section, and a row or field there, come with the address."""
    packet = packet_or_404(request, slug, fiscal_year)
    plan, now = packet.plan, timezone.now()
    if not may_ask(request.user, plan):
        raise PermissionDenied
    if request.method != "POST" and plan.status not in ASKED_ABOUT:
        return redirect("reviews:plan", slug, fiscal_year)
    place = Place.read(request.GET.get("place", ""))
    form = AskForm(
        request.POST or None,
        initial={
            "version": packet.version.number,
            "place": place,
            "section": place.section if place else request.GET.get("section", ""),
        },
    )
    act: dict[str, Any] = {"plan_id": plan.pk, "by": request.user, "at": now}
    if (
        form.is_bound
        and form.is_valid()
        and attempt(form, lambda: services.ask_question(**form.cleaned_data, **act))
    ):
        messages.success(
            request, f"{plan.district} is asked, and keeps its plan as it is. Letters leave now."
        )
        return redirect("plans:asked", slug, fiscal_year)
    context = {
        "packet": packet,
        "plan": plan,
        "form": form,
        "where": _where(packet, form),
        "readers": people_of(plan, answer_questions(form["section"].value() or "")),
    }
    return render(request, "reviews/plan_ask.html", context, status=status_of(form))


def _where(packet: Packet, form: AskForm) -> str:
    """What the place is called that the form carries."""
    place = form["place"].value()
    place = Place.read(place) if isinstance(place, str) else place
    return called_in(packet.document, place) if place else ""


@require_http_methods(["GET", "HEAD", "POST"])
def plan_question(
    request: SignedInRequest, slug: str, fiscal_year: int, number: int
) -> HttpResponse:
    """What was asked and answered, with a form to ask further and one to close the question."""
    packet = packet_or_404(request, slug, fiscal_year)
    plan, now = packet.plan, timezone.now()
    question = next((one for one in questions_of(plan) if one.number == number), None)
    if question is None:
        raise Http404
    is_theirs = may_ask(request.user, plan)
    if request.method == "POST" and not is_theirs:
        raise PermissionDenied
    thread = thread_of(question)
    last = thread[-1][0]
    forms = _forms(request, last)
    act: dict[str, Any] = {"plan_id": plan.pk, "number": number, "by": request.user, "at": now}
    sent = next((name for name, form in forms.items() if form.is_bound), "")
    if sent and forms[sent].is_valid() and _done(forms[sent], sent, act):
        told = "asked further. Letters leave now." if sent == FURTHER else "closed."
        messages.success(request, f"Question {number} is {told}")
        return redirect("plans:asked", slug, fiscal_year)
    waits = last.did == QuestionEntry.Did.ASKED
    context = {
        "packet": packet,
        "plan": plan,
        "question": question,
        "where": where_asked(question),
        "thread": thread,
        "waits": waits,
        "answerers": answerers(question.section),
        "sent": forms.get(sent),
        "further": forms[FURTHER]
        if is_theirs and plan.status in ASKED_ABOUT and (not waits or sent == FURTHER)
        else None,
        "close": forms[CLOSE]
        if is_theirs
        and plan.status in QUESTIONS_STAND
        and (last.did != QuestionEntry.Did.CLOSED or sent == CLOSE)
        else None,
        "today": eastern_day(now),
    }
    status = status_of(forms[sent]) if sent else HTTPStatus.OK
    return render(request, "reviews/plan_question.html", context, status=status)


def _forms(request: SignedInRequest, last: QuestionEntry) -> dict[str, Any]:
    """Both, of which the one whose button was pressed is bound."""
    kinds = {FURTHER: AskFurtherForm, CLOSE: CloseQuestionForm}
    return {
        name: kind(
            request.POST if name in request.POST else None,
            prefix=name,
            initial={"seen": last.number},
        )
        for name, kind in kinds.items()
    }


def _done(form: Any, name: str, act: dict[str, Any]) -> bool:
    verb: Any = services.ask_further if name == FURTHER else services.close_question
    return attempt(form, lambda: verb(**form.cleaned_data, **act))
