"""Search in the text of plans: of all districts for the Department, of its own for a district."""

from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from districts.requests import SignedInRequest
from plans.models import Cycle
from reviews.permissions import may_read_reviews, may_search
from reviews.reports.searching import LONGEST, CannotSearch, search


@require_safe
def search_plans(request: SignedInRequest) -> HttpResponse:
    if not may_search(request.user):
        raise PermissionDenied
    words, fy = request.GET.get("q", ""), request.GET.get("fy", "")
    years = list(Cycle.objects.order_by("-fiscal_year").values_list("fiscal_year", flat=True))
    year = next((year for year in years if str(year) == fy), None)
    context: dict[str, Any] = {
        "words": words.replace("\0", " ").strip()[: LONGEST + 1],
        "years": years,
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
            query = urlencode({"q": context["words"], **({"fy": year} if year else {})})
            context |= {"found": found, "query": query}
    return render(request, "reviews/search.html", context)
