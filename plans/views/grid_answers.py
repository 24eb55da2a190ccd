"""What a script that saves the grid is answered: what each line's cells are filled from now."""

from datetime import datetime
from http import HTTPStatus
from uuid import UUID

from django.http import HttpResponse
from django.template.loader import render_to_string

from districts.requests import SignedInRequest
from plans.documents import Draft, read_anew
from plans.forms.grid import GridLineForm, prefix_of
from plans.services import Saved
from plans.views.answering import TO_A_SCRIPT, SavedForm, asked_form, saved_form
from plans.views.editor import row_urls
from plans.views.grid_rows import Sent
from plans.views.saving import unread_in


def answer_saved(
    request: SignedInRequest, draft: Draft, sent: Sent, *, at: datetime
) -> HttpResponse:
    """The parts that changed; of a line in conflict, the panel that asks."""
    done = sent.done
    assert done is not None  # noqa: S101  all of it was refused otherwise
    now = read_anew(draft.plan) if done.is_asked else None
    before = {UUID(each["lineage"]): each for each in draft.rows["line"]}
    forms = [
        _answered(draft, now, lineage, sent.forms[lineage], saved, before)
        for lineage, saved in done.saved.items()
    ]
    url = row_urls(draft, "line")
    context = {
        "forms": forms,
        "own": [
            (prefix_of(lineage), url(saved.row.pk))
            for lineage, saved in done.saved.items()
            if lineage not in before
        ],
        "order_was": _order_was(request),
        "saved_at": at,
        "is_asked": done.is_asked,
        "is_order_theirs": done.is_order_theirs,
        "gone": [prefix_of(lineage) for lineage in done.gone],
        "kept": [
            (lineage, prefix_of(lineage), saved.by.name if saved.by else "Somebody")
            for lineage, saved in done.changed_since.items()
        ],
        "unread": unread_in(each.form for each in forms),
    }
    status = HTTPStatus.CONFLICT if done.is_asked else HTTPStatus.OK
    page = render_to_string("plans/_grid_saved.html", context, request)
    return HttpResponse(page, status=status, headers=TO_A_SCRIPT)


def _answered(
    draft: Draft,
    now: Draft | None,
    lineage: UUID,
    form: GridLineForm,
    saved: Saved,
    before: dict[UUID, dict],
) -> SavedForm:
    if now is not None and saved.conflicts:
        stored = next(each for each in now.rows["line"] if each["lineage"] == str(lineage))
        return asked_form(prefix_of(lineage), form, stored, saved, now)
    return saved_form(prefix_of(lineage), form, before.get(lineage), saved)


def _order_was(request: SignedInRequest) -> str:
    """The lines of the page that are stored now, as it says that they stand."""
    return request.POST.get("order", "")
