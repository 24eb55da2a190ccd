"""The page on which all who may return a plan write the return together, and one of them sends it.

One page, one save: whichever button is pressed, each change that was written on is saved first.
"""

from datetime import datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from districts.requests import SignedInRequest, refuse, status_of
from plans.forms.attempts import attempt
from plans.forms.drafting import KeptForm
from plans.models import Plan
from plans.permissions import may_take
from plans.reading.ended import what_ended
from plans.rules.words import count
from plans.services.letters import DECISIONS_GO_TO, people_of
from plans.workflow import Step, StepNotAllowed, steps_from
from reviews import services
from reviews.forms import ReturnForm, WordsForm, typed_rows
from reviews.reports.packet import Packet
from reviews.reports.said_lines import Change, Judged
from reviews.reports.wordings import wording_in_use, wordings_in_use
from reviews.views.access import packet_or_404
from reviews.views.shared_draft import (
    Saved,
    Wanted,
    not_sent,
    rows_on_page,
    save_typed,
    words_on_page,
)
from reviews.words import department_label

NOT_THEIRS = "This plan is not yours to return now, so nothing was saved."
NOT_INSERTED = "No wording was inserted: choose one, and leave a row empty for it."
CHOOSE_FIRST = "Nothing was sent: choose a text below first."


@require_http_methods(["GET", "HEAD", "POST"])
def plan_return(request: SignedInRequest, slug: str, fiscal_year: int) -> HttpResponse:
    packet = packet_or_404(request, slug, fiscal_year)
    if request.method == "POST":
        return _act(request, packet, at=timezone.now())
    if not may_take(request.user, Step.RETURN, packet.plan):
        raise PermissionDenied
    if Step.RETURN not in steps_from(packet.plan.status):
        return redirect("reviews:plan", slug, fiscal_year)
    form = ReturnForm(initial={"version": packet.version.number})
    return _show(request, packet, form)


def _act(request: SignedInRequest, packet: Packet, *, at: datetime) -> HttpResponse:
    plan = packet.plan
    act: dict[str, Any] = {"plan_id": plan.pk, "by": request.user, "at": at}
    try:
        if not may_take(request.user, Step.RETURN, plan):
            raise PermissionDenied
        typed = _with_wording(request.POST)
        saved = save_typed(typed, packet, **act)
    except PermissionDenied:
        ended = what_ended(request.user, at=at, slug=plan.district.slug, fiscal_year=plan.cycle_id)
        why = f"{ended} {NOT_THEIRS}".strip()
        return _not_saved(request, packet, why, status=HTTPStatus.FORBIDDEN)
    except StepNotAllowed as refusal:
        return _not_saved(request, packet, str(refusal), status=HTTPStatus.CONFLICT)
    form = ReturnForm(request.POST)
    if "send" in request.POST:
        return _send(request, packet, form, saved, act)
    if saved.conflicts:
        return _show(request, _anew(request, packet), form, saved, status=HTTPStatus.CONFLICT)
    if "insert" in request.POST and typed is request.POST:
        messages.error(request, NOT_INSERTED)
    elif Step.RETURN in steps_from(plan.status):
        messages.success(request, saved.words)
    return redirect(_places_of(request, plan, saved) or f"{request.path}{saved.place}")


def _places_of(request: SignedInRequest, plan: Plan, saved: Saved) -> str:
    """Where a row or field is chosen for the change whose button was pressed, now it is saved."""
    place = request.POST.get("point", "")
    if not place:
        return ""
    lineage = request.POST.get(f"change-{place}-id", "")
    wanted = {"for": "change", "section": request.POST.get(f"change-{place}-section", "")}
    if lineage in {str(one) for one in saved.seen.changes}:
        wanted["into"] = lineage
    page = reverse("reviews:places", args=[plan.district.slug, plan.cycle_id])
    return f"{page}?{urlencode(wanted)}"


def _with_wording(typed: QueryDict) -> QueryDict:
    """What was typed, with the example wording that was chosen in the first row left empty."""
    chosen = typed.get("wording", "")
    if "insert" not in typed or not (chosen.isascii() and chosen.isdigit() and len(chosen) < 8):
        return typed
    wording = wording_in_use(int(chosen))
    empty = next((row.form for row in typed_rows(typed) if row.is_blank), None)
    if wording is None or empty is None:
        return typed
    typed = typed.copy()
    typed[empty.add_prefix("text")] = wording.text
    typed[empty.add_prefix("section")] = wording.section
    return typed


def _send(
    request: SignedInRequest, packet: Packet, form: ReturnForm, saved: Saved, act: dict[str, Any]
) -> HttpResponse:
    plan = packet.plan
    if saved.conflicts:
        refuse(form, CHOOSE_FIRST)
    elif form.is_valid() and attempt(
        form, lambda: services.send_return(seen=saved.seen, **form.cleaned_data, **act)
    ):
        asked = count(len(saved.seen.changes) + len(saved.seen.again), "change")
        messages.success(
            request, f"{plan.district} has its plan back, with {asked} asked. Letters leave now."
        )
        return redirect("reviews:plan", plan.district.slug, plan.cycle_id)
    return _show(request, _anew(request, packet), form, saved, status=status_of(form))


def _anew(request: SignedInRequest, packet: Packet) -> Packet:
    """As it is after what was just saved, by whomever."""
    return packet_or_404(request, packet.plan.district.slug, packet.plan.cycle_id)


def _show(
    request: SignedInRequest,
    packet: Packet,
    form: ReturnForm,
    saved: Saved | None = None,
    *,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    """The draft as it is kept now; what the reader has not seen is marked."""
    context = {
        "packet": packet,
        "plan": packet.plan,
        "form": form,
        "rows": rows_on_page(packet, saved, Wanted.of(request.GET)),
        "wordings": wordings_in_use(),
        "again": _again(packet),
        "again_carried": " ".join(f"{one.of}:{one.number}" for one in packet.reopened.values()),
        "words": words_on_page(packet, saved),
        "not_sent": not_sent(packet),
        "readers": people_of(packet.plan, DECISIONS_GO_TO),
    }
    return render(request, "reviews/plan_return.html", context, status=status)


def _again(packet: Packet) -> list[tuple[Change, Judged]]:
    """The changes that this return asks again, each with the word on it."""
    changes = {change.number: change for change in packet.changes}
    return [(changes[number], judged) for number, judged in sorted(packet.reopened.items())]


def _not_saved(request: SignedInRequest, packet: Packet, why: str, *, status: int) -> HttpResponse:
    """What was typed and nobody's draft can take now, given back to be copied."""
    rows = [row for row in typed_rows(request.POST) if row.form.is_touched and not row.is_blank]
    words = WordsForm(request.POST)
    written: list[KeptForm] = [row.form for row in rows]
    if words.is_touched:
        written.append(words)
    context = {
        "plan": packet.plan,
        "label": department_label(packet.plan.status, was_returned=packet.was_returned),
        "why": why,
        "typed": [line for form in written for line in form.all_words()],
    }
    return render(request, "plans/unsaved.html", context, status=status)
