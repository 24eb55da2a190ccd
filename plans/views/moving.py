"""Moving a row of a list up or down, by buttons that name the neighbour it passes."""

import re
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from districts.requests import SignedInRequest
from plans import services
from plans.documents import Draft, read_anew
from plans.documents.kinds import LISTED
from plans.documents.naming import called
from plans.reading.access import draft_or_404
from plans.services import Way
from plans.views.editor import section_url
from plans.views.kinds import KINDS
from plans.views.refusals import says_refusal
from plans.views.saving import seen_signatures

MOVE = "move"  # the name of the buttons
SENT = re.compile(r"(objective|target|strategy|milestone)-([0-9]{1,18})-(up|down)-([0-9]{1,18})")


@dataclass(frozen=True)
class Move:
    """What a button says: which row, which way, past which."""

    kind_key: str
    row_id: int
    way: Way
    past_id: int


def move_asked(request: SignedInRequest) -> Move:
    sent = SENT.fullmatch(request.POST.get(MOVE, ""))
    if sent is None:
        raise Http404
    kind_key, row_id, way, past_id = sent.groups()
    return Move(kind_key, int(row_id), Way(way), int(past_id))


@require_POST
@says_refusal()
def move(request: SignedInRequest, slug: str, fiscal_year: int) -> HttpResponse:
    """From a list, and back to it."""
    draft, asked = draft_or_404(request, slug, fiscal_year), move_asked(request)
    here = section_url(draft, KINDS[asked.kind_key].section)
    return redirect(here + moved(request, draft, asked))


def moved(request: SignedInRequest, draft: Draft, asked: Move) -> str:
    """Move it and say so; answers where on its page the focus goes: the same button, while it is
    of use. Never the other one, by which a key pressed once more would move it back.

    Raises:
        PermissionDenied, StepNotAllowed.
    """
    kind = LISTED[asked.kind_key]
    try:
        place = services.move_row(
            plan_id=draft.plan.pk,
            model=kind.model,  # type: ignore[arg-type]
            row_id=asked.row_id,
            way=asked.way,
            past_id=asked.past_id,
            seen=seen_signatures(request),
            by=request.user,
            at=timezone.now(),
        )
    except services.SignedSince as refusal:
        messages.error(request, str(refusal))
        return ""
    except services.RowGone:
        messages.error(
            request, "The list has changed since you opened the page, so nothing was moved."
        )
        return ""
    is_now = called(kind, asked.row_id, read_anew(draft.plan).rows)
    messages.success(request, f"Moved: {is_now.words}.")
    if asked.way in place.ways:
        return f"#{asked.way}-{asked.kind_key}-{asked.row_id}"
    return f"#{asked.kind_key}-{asked.row_id}"
