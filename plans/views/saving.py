"""How a save is answered: what both sides changed is asked, and no word is lost.

A page that is sent by its button is answered with a page. What a script sent is answered with what
changed on it (`templates/plans/_saved.html`): each form's new version and digests, and the
findings; a conflict, with its panel.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from districts.requests import SignedInRequest
from plans.documents import Draft
from plans.forms.conflicts import Conflict, conflict_over
from plans.forms.drafting import DraftForm
from plans.reading.removed import what_an_edit_voids
from plans.sections import SectionKey
from plans.services import Saved
from plans.views.editor import findings_of, rail_context
from plans.workflow import label_for


@dataclass(frozen=True)
class SavedForm:
    """A form of a page that goes on after a script saved it."""

    form_id: str
    form: DraftForm
    saved_at: datetime | None
    conflict: Conflict | None = None


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


def saved_form(
    form_id: str, sent: DraftForm, row: dict[str, Any], saved: Saved, draft: Draft
) -> SavedForm:
    """The page goes on showing what was sent, so each field is filled from that, not from theirs.

    A field in conflict is filled from what it was, so that it is asked about until one is chosen.
    """
    form, conflict = shown_again(sent, row, saved, draft)
    was, was_sent = sent.filled_from or {}, sent.digests(row)
    form.was |= {
        name: was.get(name, "") if name in saved.conflicts else was_sent[name] for name in was_sent
    }
    return SavedForm(form_id, form, saved.row.saved_at, conflict)


TO_A_SCRIPT = {"X-Saved": "in part"}  # by which it knows that this is its answer, and no page


def answer_script(
    request: SignedInRequest,
    draft: Draft,
    key: SectionKey,
    forms: Sequence[SavedForm],
    *,
    row_id: int | None = None,
    new_at: str = "",
) -> HttpResponse:
    """What changed on the page: of each form, what it is filled from now, and all findings.

    A row that was new is at the address `new_at` now.
    """
    is_asked = any(each.conflict for each in forms)
    context = {
        **rail_context(draft, findings_of(draft), key, row_id=row_id),
        "forms": forms,
        "is_asked": is_asked,
        "is_new": bool(new_at),
        "unread": unread_in(each.form for each in forms),
    }
    status = HTTPStatus.CONFLICT if is_asked else HTTPStatus.OK
    headers = TO_A_SCRIPT | ({"Location": new_at} if new_at else {})
    return _rendered(request, "plans/_saved.html", context, status, headers)


def answer_script_signed_since(
    request: SignedInRequest, draft: Draft, form_id: str
) -> HttpResponse:
    """Nothing was saved: the page tells of the signatures, and carries that it did."""
    context = {"voids": what_an_edit_voids(draft.plan), "form_id": form_id}
    status = HTTPStatus.CONFLICT
    return _rendered(request, "plans/_signed_since.html", context, status, TO_A_SCRIPT)


def _rendered(
    request: SignedInRequest,
    template: str,
    context: dict[str, Any],
    status: int,
    headers: dict[str, str],
) -> HttpResponse:
    return HttpResponse(
        render_to_string(template, context, request), status=status, headers=headers
    )


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
