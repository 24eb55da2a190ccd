"""How a save is answered: what both sides changed is asked, and no word is lost.

A page that is sent by its button is answered with a page; a script by `plans.views.answering`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from districts.requests import SignedInRequest
from plans.documents import Draft
from plans.forms.conflicts import Conflict, conflict_over
from plans.forms.drafting import DraftForm
from plans.services import Saved
from plans.workflow import label_for


def form_id(place: str, row_id: int | None) -> str:
    """What tells a form of the page from the others."""
    return f"{place}-{row_id}" if place else "section"


def shown_again(
    sent: DraftForm, row: dict[str, Any], saved: Saved | None, draft: Draft
) -> tuple[DraftForm, Conflict | None]:
    """The form as it is stored now, with what was typed where it is in conflict, and the panel.

    Where nothing was saved, it is as it was sent.
    """
    if saved is None:
        return _as_sent(sent, row, draft), None
    names, both = saved.conflicts, sent.pressed("both")
    form = type(sent).of_row(row, typed=sent, keep=[*names, *both], draft=draft, prefix=sent.prefix)
    if not names and not both:
        return form, None
    theirs = type(sent).of_row(row, draft=draft, prefix=sent.prefix)
    for name in both:
        form.join(name, theirs)
    if not names:
        return form, None
    by, at = saved.by or draft.plan.started_by, saved.at or draft.plan.started_at
    return form, conflict_over(form, theirs, names, by=by.name, at=at, joins=True)


def _as_sent(sent: DraftForm, row: dict[str, Any], draft: Draft) -> DraftForm:
    """The form as it came back; a field that its page did not have, or left, is as it is stored."""
    carried, left = sent.filled_from, sent.left_to_a_colleague
    keep = [name for name in sent.fields if sent.came_back(name) and name not in left]
    form = type(sent).of_row(row, typed=sent, keep=keep, draft=draft, prefix=sent.prefix)
    if carried is None:
        form.version = sent.sent_version
    form.was |= {name: digest for name, digest in (carried or {}).items() if name in keep}
    return form


SEEN_SIGNATURES = "seen-signatures"  # of which the page told that an edit voids them


def seen_signatures(request: SignedInRequest) -> list[str]:
    return request.POST.get(SEEN_SIGNATURES, "").split()


@dataclass(frozen=True)
class Unread:
    """A field whose words were kept as typed, since they could not be read."""

    field_id: str
    label: str
    why: str


TO_FIX = "#to-fix"  # of the summary, which the browser gives the focus


def unread_in(forms: Iterable[DraftForm]) -> list[Unread]:
    return [
        Unread(field.auto_id, str(field.label), " ".join(map(str, field.errors)))
        for form in forms
        for field in form
        if field.errors
    ]


def saved_at_anchor(form_id: str) -> str:
    """Of the words that say when it was saved, beside the button: the focus goes on from there."""
    return f"#{form_id}-saved"


def give_back(
    request: SignedInRequest,
    draft: Draft,
    forms: Iterable[DraftForm],
    why: str,
    *,
    status: int = HTTPStatus.CONFLICT,
) -> HttpResponse:
    """What was typed and can no longer be saved, to be copied: no word is lost."""
    plan = draft.plan
    plan.refresh_from_db(fields=["status"])
    context = {
        "plan": plan,
        "label": label_for(plan.status, is_department=False),
        "why": why,
        "typed": [line for form in forms for line in form.all_words()],
    }
    return render(request, "plans/unsaved.html", context, status=status)
