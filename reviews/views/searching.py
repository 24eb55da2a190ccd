"""Search in the text of plans: of all districts for the Department, of its own for a district."""

from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from districts.requests import SignedInRequest
from plans.models import Cycle
from reviews.permissions import may_read_reviews, may_search
from reviews.reports.cycles import cycles_in_play, usual_cycle
from reviews.reports.searching import LONGEST, CannotSearch, search

ALL = "all"  # the years


@require_safe
def search_plans(request: SignedInRequest) -> HttpResponse:
    if not may_search(request.user):
        raise PermissionDenied
    words = request.GET.get("q", "")
    cycles = cycles_in_play()
    year = _year(request, cycles)
    context: dict[str, Any] = {
        "words": words.replace("\0", " ").strip()[: LONGEST + 1],
        "years": [cycle.pk for cycle in reversed(cycles)],
        "year": year,
        "is_department": may_read_reviews(request.user),
        "longest": LONGEST,
    }
    if words.strip("\0 \t\r\n"):
        try:
            found = search(request.user, words, fiscal_year=year, page=request.GET.get("page", ""))
        except CannotSearch as refusal:
            context["refusal"] = str(refusal)
        else:
            query = urlencode({"q": context["words"], "fy": year or ALL})
            context |= {"found": found, "query": query}
    return render(request, "reviews/search.html", context)


def _year(request: SignedInRequest, cycles: list[Cycle]) -> int | None:
    """The one asked for, or none for all; where neither is said, a district searches all its
    plans, and the Department those of the year that it is at."""
    asked = request.GET.get("fy", "")
    named = next((cycle.pk for cycle in cycles if str(cycle.pk) == asked), None)
    if named or asked == ALL or not may_read_reviews(request.user):
        return named
    usual = usual_cycle(cycles, at=timezone.now())
    return usual.pk if usual else None
