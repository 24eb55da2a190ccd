"""How a save that a script sent is answered: with what changed on the page, not with a page.

`templates/plans/_saved.html` carries the row's new version, when it was saved, and the findings.
A clash is answered with the panel of both texts and the version that keeps one's own. The verbs
are those of the ordinary form.
"""

from http import HTTPStatus
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from districts.requests import SignedInRequest
from plans.documents import Draft, read_anew
from plans.sections import SectionKey
from plans.views.editor import findings_of, rail_context
from plans.views.stale import Clash


def form_id(place: str, row_id: int | None) -> str:
    """What tells a form of the page from the others."""
    return f"{place}-{row_id}" if place else "section"


def saved(
    request: SignedInRequest, draft: Draft, key: SectionKey, row: Any, *, place: str = ""
) -> HttpResponse:
    """The saved row's version and moment, and all findings anew."""
    now = read_anew(draft.plan)
    context = {
        **rail_context(now, findings_of(now), key),
        "form_id": form_id(place, row.pk),
        "version": row.version,
        "saved_at": row.saved_at,
    }
    return render(request, "plans/_saved.html", context)


def clashed(request: SignedInRequest, row: Any, clash: Clash, *, place: str = "") -> HttpResponse:
    """Both texts, and the version that keeps one's own if it is saved again."""
    context = {
        "form_id": form_id(place, row.pk),
        "version": clash.version,
        "clash": clash,
        "here_url": request.path,
    }
    return render(request, "plans/_clashed.html", context, status=HTTPStatus.CONFLICT)
