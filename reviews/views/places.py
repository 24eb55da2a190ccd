"""Pointing to a row or a field of the version that is read: for a question, or a required change.

A page of links, which leads back to the form with the place in its address; so it needs no script
and no choice of three thousand fields.
"""

from dataclasses import dataclass, replace
from urllib.parse import urlencode
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from districts.requests import SignedInRequest
from plans.documents.kinds import SINGLE
from plans.documents.places import Place, called_in, fields_in, rows_in
from plans.reading.differences import WITH_TEXT
from plans.sections import SECTIONS, SectionKey
from reviews.permissions import may_ask
from reviews.views.access import packet_or_404

ON_A_PAGE = 50  # rows
FORMS = {"question": "reviews:ask", "change": "reviews:return"}  # that a place is chosen for


@dataclass(frozen=True)
class Link:
    words: str
    url: str


@require_safe
def plan_places(request: SignedInRequest, slug: str, fiscal_year: int) -> HttpResponse:
    """Sections; of one its rows, a page of them; of one row its fields."""
    packet = packet_or_404(request, slug, fiscal_year)
    if not may_ask(request.user, packet.plan):
        raise PermissionDenied
    asks = request.GET.get("for", "question")
    section = request.GET.get("section", "")
    if asks not in FORMS:
        raise Http404
    if section not in WITH_TEXT:  # the board's vote, or nothing chosen yet
        section = ""
    row = Place.read(request.GET.get("row", ""))
    name = called_in(packet.document, row) if row else ""
    if row and not name and row.row:
        raise Http404
    here = reverse("reviews:places", args=[slug, fiscal_year])
    back = reverse(FORMS[asks], args=[slug, fiscal_year])
    kept = {"for": asks, "section": section, **_into(request)}
    rows = Paginator(list(rows_in(packet.document, section)) if section else [], ON_A_PAGE)
    page = rows.get_page(request.GET.get("page"))
    context = {
        "packet": packet,
        "plan": packet.plan,
        "asks": asks,
        "sections": [
            Link(SECTIONS[key].title, f"{here}?{urlencode({**kept, 'section': key.value})}")
            for key in WITH_TEXT
        ],
        "section": SECTIONS[SectionKey(section)].title if section else "",
        "whole": f"{back}?{urlencode({'section': section, **_into(request)})}#new",
        "page": page,
        "rows": [
            Link(words, f"{here}?{urlencode({**kept, 'row': str(place)})}")
            for place, _, words in page.object_list
        ],
        "query": urlencode(kept),
        "row": name,
        "fields": _fields(row or _own(section), back, _into(request)),
        "whole_row": f"{back}?{_query(row, _into(request))}#new" if row else "",
    }
    return render(request, "reviews/plan_places.html", context)


def _into(request: SignedInRequest) -> dict[str, str]:
    """The drafted change that the place is for, where it is not for a new one."""
    try:
        return {"into": str(UUID(request.GET.get("into", "")))}
    except ValueError:
        return {}


def _own(section: str) -> Place | None:
    """The fields that a section has once."""
    return next((Place(key) for key, kind in SINGLE.items() if kind.section.value == section), None)


def _fields(place: Place | None, back: str, into: dict[str, str]) -> list[Link]:
    if place is None:
        return []
    found = {field.words: replace(place, field=field.part_name) for field in fields_in(place.kind)}
    return [Link(words, f"{back}?{_query(one, into)}#new") for words, one in found.items()]


def _query(place: Place | None, into: dict[str, str]) -> str:
    return urlencode({"place": str(place), **into})
