"""What a row of a plan said before, for the plan's own people, and the way back to it."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from districts.requests import SignedInRequest
from plans.documents import Draft
from plans.documents.kinds import KINDS, Kind
from plans.documents.naming import called
from plans.forms.drafting import DraftForm
from plans.forms.rows import ROW_FORMS
from plans.forms.sections import SECTION_FORMS
from plans.permissions import may_edit, may_record_vote
from plans.reading.access import draft_or_404
from plans.reading.row_history import Said, sittings_of
from plans.reports.row_history import A_PAGE, event_of, events_of, people_in
from plans.sections import SECTIONS, SectionKey
from plans.views.editor import row_url, section_url
from plans.workflow import VOTE_IS_OPEN, label_for

TAKEN, FIELD = "taken", "field"  # in an address: the event whose words fill a field of the form


@dataclass(frozen=True)
class Taken:
    """Earlier words that stand in a form and are not saved."""

    label: str
    by: str
    at: datetime


@require_safe
def row_history(
    request: SignedInRequest, slug: str, fiscal_year: int, kind_key: str, row_id: int
) -> HttpResponse:
    draft, kind = draft_or_404(request, slug, fiscal_year), _kind_or_404(kind_key)
    events = events_of(draft.plan, kind, row_id, to=_number(request.GET.get("to")))
    if not events:
        raise Http404
    is_whole = len(events) <= A_PAGE
    is_there = kind.key == "vote" or any(row["id"] == row_id for row in draft.rows[kind.key])
    form_page = _form_page(draft, kind, row_id) if is_there else ""
    what = called(kind, row_id, draft.rows).name if is_there and kind.is_list else kind.title
    context = {
        "plan": draft.plan,
        "label": label_for(draft.plan.status, is_department=False),
        "section": SECTIONS[kind.section],
        "section_url": section_url(draft, kind.section),
        "what": what or SECTIONS[kind.section].title,
        "form_page": form_page,
        "may_take": bool(form_page) and _may_write(request, draft, kind),
        "sittings": sittings_of(
            events,
            kind,
            said=partial(_said, _form_of(kind), draft),
            people=people_in(events),
            started_by=draft.plan.started_by.name,
            is_whole=is_whole,
        ),
        "older": None if is_whole else events[-1].id,
        "is_latest": "to" not in request.GET,
        "removed_url": reverse("plans:removed", args=[slug, fiscal_year]),
    }
    return render(request, "plans/row_history.html", context)


def form_with_taken(
    request: SignedInRequest, draft: Draft, kind: Kind, stored: dict[str, Any], row_id: int
) -> tuple[DraftForm, Taken | None]:
    """The form as stored; where the address asks so, one field as an event of the row has it."""
    form, name = _form_of(kind), request.GET.get(FIELD, "")
    event_id = _number(request.GET.get(TAKEN))
    event = event_of(draft.plan, kind, row_id, event_id) if event_id else None
    if event is None or name not in form.base_fields:
        return form.of_row(stored, draft=draft), None
    before = form.of_row(event.row, draft=draft)
    again = form.of_row(stored, typed=before, keep=[name], draft=draft)
    by = people_in([event]).get(event.saved_by or 0, "")
    return again, Taken(str(again.fields[name].label), by, event.at)


def history_url(draft: Draft, kind: Kind, row_id: int) -> str:
    return row_url(draft, kind.key, row_id, "row_history")


def _kind_or_404(key: str) -> Kind:
    kind = KINDS.get(key)
    if kind is None or not (key in ROW_FORMS or kind.section in SECTION_FORMS):
        raise Http404
    return kind


def _form_of(kind: Kind) -> type[DraftForm]:
    return ROW_FORMS[kind.key] if kind.key in ROW_FORMS else SECTION_FORMS[kind.section]


def _said(form: type[DraftForm], draft: Draft, row: dict[str, Any]) -> dict[str, Said]:
    shown = form.of_row(row, draft=draft)
    return {
        name: Said(str(field.label), shown.in_words(name), shown.was[name])
        for name, field in shown.fields.items()
    }


def _form_page(draft: Draft, kind: Kind, row_id: int) -> str:
    """Where its form stands; a milestone's stands on its strategy's page."""
    if not kind.is_list:
        return section_url(draft, kind.section)
    return row_url(draft, kind.key, row_id)


def _may_write(request: SignedInRequest, draft: Draft, kind: Kind) -> bool:
    if kind.section == SectionKey.BOARD_APPROVAL:
        return draft.plan.status in VOTE_IS_OPEN and may_record_vote(request.user, draft.plan)
    return may_edit(request.user, draft.plan) and draft.plan.is_open_in(kind.section)


def _number(said: str | None) -> int | None:
    return int(said) if said and said.isdecimal() and len(said) < 19 else None
