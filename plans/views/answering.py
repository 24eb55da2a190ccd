"""What a script that saves as one types is answered: parts of the page, which it swaps in.

Of a save: what each form is filled from now, and the panel of a conflict. What the rules find asks
for the whole plan, so the script asks for it by itself, once it has nothing more to save.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse
from django.template.loader import render_to_string

from districts.requests import SignedInRequest
from plans.documents import Draft
from plans.forms.conflicts import Conflict
from plans.forms.drafting import DraftForm
from plans.reading.removed import what_an_edit_voids
from plans.sections import SectionKey
from plans.services import Saved
from plans.views.beside import Beside, figures_url
from plans.views.editor import findings_of, rail_context
from plans.views.saving import shown_again, unread_in

TO_A_SCRIPT = {
    "X-Saved": "in part",  # by which it knows that this is its answer, and no page
    "Cache-Control": "no-store",  # at the address of the page, which Back would show
}


@dataclass(frozen=True)
class SavedForm:
    """A form of a page that goes on after a script saved it."""

    form_id: str
    form: DraftForm
    saved_at: datetime | None
    conflict: Conflict | None = None


def saved_form(
    form_id: str, sent: DraftForm, before: dict[str, Any] | None, saved: Saved
) -> SavedForm:
    """The page goes on showing what was sent, so each field is filled from that, not from theirs.

    `before` is the row as it was stored.
    """
    sent.version, sent.was = saved.row.version, sent.digests(before)
    return SavedForm(form_id, sent, saved.row.saved_at)


def asked_form(
    form_id: str, sent: DraftForm, row: dict[str, Any], saved: Saved, draft: Draft
) -> SavedForm:
    """With the panel of a conflict.

    A field in conflict is filled from what it was, so that it is asked about until one is chosen.
    """
    form, conflict = shown_again(sent, row, saved, draft)
    was, was_sent = sent.filled_from or {}, sent.digests(row)
    form.was |= {
        name: was.get(name, "") if name in saved.conflicts else was_sent[name] for name in was_sent
    }
    return SavedForm(form_id, form, saved.row.saved_at, conflict)


def answer_script(
    request: SignedInRequest, forms: Sequence[SavedForm], *, new_at: str = ""
) -> HttpResponse:
    """What changed on the page. A row that was new is at the address `new_at` now."""
    is_asked = any(each.conflict for each in forms)
    context = {
        "forms": forms,
        "is_asked": is_asked,
        "is_new": bool(new_at),
        "unread": unread_in(each.form for each in forms),
    }
    status = HTTPStatus.CONFLICT if is_asked else HTTPStatus.OK
    headers = TO_A_SCRIPT | ({"Location": new_at} if new_at else {})
    return _rendered(request, "plans/_saved.html", context, status, headers)


def answer_signed_since(request: SignedInRequest, draft: Draft, form_id: str) -> HttpResponse:
    """Nothing was saved: the page tells of the signatures, and carries that it did."""
    context = {"voids": what_an_edit_voids(draft.plan), "form_id": form_id}
    status = HTTPStatus.CONFLICT
    return _rendered(request, "plans/_signed_since.html", context, status, TO_A_SCRIPT)


def answer_findings(
    request: SignedInRequest,
    draft: Draft,
    key: SectionKey,
    *,
    row_id: int | None = None,
    beside: Beside | None = None,
) -> HttpResponse:
    """What stands between here and submitting, now, and beside the row's form."""
    context = rail_context(draft, findings_of(draft), key, row_id=row_id)
    context |= {"beside": beside, "figures_url": figures_url(draft)}
    return _rendered(request, "plans/_found.html", context, HTTPStatus.OK, TO_A_SCRIPT)


def answer_list(request: SignedInRequest, context: dict[str, Any], template: str) -> HttpResponse:
    """The list of a section as it is now, by its template, and what the page says of it."""
    context |= {"list": template}
    return _rendered(request, "plans/_listed.html", context, HTTPStatus.OK, TO_A_SCRIPT)


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
