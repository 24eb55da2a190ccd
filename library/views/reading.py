"""What anybody reads, without an account: the list of plans, and each plan from its frozen text."""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from library.models import Publication
from library.reading.pages import PAGES
from library.reading.standing import has_letter, label_of
from library.reports.marks import mark_of_public
from library.reports.published import in_view, publication_of, years_in_view
from library.reports.waiting import waiting_count
from plans.documents.cache import get_or_make

ON_A_PAGE = 50
KEPT_FOR = 5 * 60  # seconds in which a proxy or a browser may show a page again
ONE_OF_A_FEW = re.compile(r"(fy=20\d\d)?&?(page=\d{1,2})?")  # other questions are not kept
View = Callable[..., HttpResponse]


def for_anybody(view: View) -> View:
    """A page that needs no account, and that others than we may keep for some minutes."""

    @login_not_required
    @require_safe
    @wraps(view)
    def kept(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        patch_cache_control(response, public=True, max_age=KEPT_FOR)
        return response

    return kept


def page_for_anybody(view: View) -> View:
    """The same, of a page that is the same for every stranger: made once for all of them, and
    anew once anything was published, taken back or decided.

    Only who brings no cookie is answered so: their page says nothing of themselves.
    """

    @for_anybody
    @wraps(view)
    def kept(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.COOKIES or not ONE_OF_A_FEW.fullmatch(request.GET.urlencode()):
            return view(request, *args, **kwargs)
        body = get_or_make(
            f"public-page{request.get_full_path()}",
            made_from=mark_of_public(),
            make=lambda: view(request, *args, **kwargs).content,
            seconds=KEPT_FOR,
        )
        return HttpResponse(body)

    return kept


@page_for_anybody
def plan_list(request: HttpRequest) -> HttpResponse:
    asked = request.GET.get("fy", "")
    year = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 5 else None
    plans = in_view().filter(plan__cycle=year) if year else in_view()
    page = Paginator(plans, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "rows": [(one, label_of(one)) for one in page],
        "plans": page,
        "years": years_in_view(),
        "year": year,
        "query": f"fy={year}" if year else "",
        "unchecked": waiting_count(at=timezone.now()),
    }
    return render(request, "library/list.html", context)


@page_for_anybody
def plan(request: HttpRequest, slug: str, fiscal_year: int) -> HttpResponse:
    return _page(request, "plan", slug, fiscal_year)


@page_for_anybody
def text(request: HttpRequest, slug: str, fiscal_year: int) -> HttpResponse:
    return _page(request, "text", slug, fiscal_year)


@page_for_anybody
def summary(request: HttpRequest, slug: str, fiscal_year: int) -> HttpResponse:
    return _page(request, "summary", slug, fiscal_year)


@page_for_anybody
def changes(request: HttpRequest, slug: str, fiscal_year: int) -> HttpResponse:
    return _page(request, "changes", slug, fiscal_year)


@page_for_anybody
def letter(request: HttpRequest, slug: str, fiscal_year: int) -> HttpResponse:
    publication = publication_or_404(slug, fiscal_year)
    if not has_letter(publication):
        raise Http404
    return _page(request, "letter", slug, fiscal_year, of=publication)


def _page(
    request: HttpRequest, name: str, slug: str, fiscal_year: int, of: Publication | None = None
) -> HttpResponse:
    page = PAGES[name]
    context = page.context_of(of or publication_or_404(slug, fiscal_year))
    return render(request, page.template, context)


def publication_or_404(slug: str, fiscal_year: int) -> Publication:
    """Of what is not public nothing is told, not even that it is there."""
    publication = publication_of(slug, fiscal_year)
    if publication is None:
        raise Http404
    return publication
