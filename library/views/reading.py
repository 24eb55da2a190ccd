"""What anybody reads, without an account: the list of plans, and each plan from its frozen text."""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from districts.words import school_year
from library.documents import Remover, passages_of
from library.models import Publication
from library.reading.columns import PLANS, TABLES
from library.reading.results import results_shown, results_told
from library.reading.shown import figures_of, money_of, targets_of
from library.reading.standing import has_letter, is_approved, label_of
from library.reading.text import PublicText, text_of, text_without
from library.reports.before import Before, before
from library.reports.marks import mark_of_public
from library.reports.published import (
    in_view,
    other_years,
    public_record_of,
    publication_of,
    years_in_view,
)
from library.reports.waiting import waiting_count
from plans.documents.cache import get_or_make
from plans.reading.compared import Compared, compared
from plans.reading.summary import summary_context

ON_A_PAGE = 50
KEPT_FOR = 5 * 60  # seconds in which a proxy or a browser may show a page again
ONE_OF_A_FEW = re.compile(r"(fy=20\d\d)?&?(page=\d{1,2})?")  # other questions are not kept
ONE_SHEET = "plans/document/_one_sheet.html"
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
    publication = publication_or_404(slug, fiscal_year)
    text = text_of(publication)
    earlier = before(publication)
    said = results_told([publication])
    results = results_shown(text, said.get(publication.plan_id, {}))
    context = shown(publication) | {
        "money": money_of(text),
        "targets": [(each, results.get(each.number)) for each in targets_of(text)],
        "has_results": bool(results),
        "summary": text.made("summary", lambda: text.document.cover.summary),
        "figures": text.made("figures", lambda: figures_of(text.document)),
        "strategies": text.made("titles", lambda: _titles(text)),
        "before": earlier,
        "short": _compared(text, earlier).short if earlier else None,
        "tables": [table for table in TABLES.values() if table is not PLANS],
        "record": list(public_record_of(publication.plan_id)),
        "years": list(other_years(publication.plan)),
    }
    return render(request, "library/plan.html", context)


@page_for_anybody
def text(request: HttpRequest, slug: str, fiscal_year: int) -> HttpResponse:
    publication = publication_or_404(slug, fiscal_year)
    context = shown(publication) | {"sections": text_of(publication).sections}
    return render(request, "library/text.html", context)


@page_for_anybody
def summary(request: HttpRequest, slug: str, fiscal_year: int) -> HttpResponse:
    publication = publication_or_404(slug, fiscal_year)
    of = text_of(publication)
    sheet = of.made("sheet", lambda: render_to_string(ONE_SHEET, summary_context(of.document)))
    return render(request, "library/summary.html", shown(publication) | {"sheet": sheet})


@page_for_anybody
def changes(request: HttpRequest, slug: str, fiscal_year: int) -> HttpResponse:
    publication = publication_or_404(slug, fiscal_year)
    earlier = before(publication)
    found = _compared(text_of(publication), earlier) if earlier else None
    context = shown(publication) | {
        "before": earlier,
        "short": found.short if found else None,
        "changed": found.sections if found else [],
    }
    return render(request, "library/changes.html", context)


@page_for_anybody
def letter(request: HttpRequest, slug: str, fiscal_year: int) -> HttpResponse:
    publication = publication_or_404(slug, fiscal_year)
    decided = publication.determination
    if decided is None or not has_letter(publication):
        raise Http404
    remove = Remover(passages_of(publication.passages))
    paragraphs = remove(decided.letter).strip().split("\n\n")
    context = shown(publication) | {"paragraphs": [[each] for each in paragraphs]}
    return render(request, "library/letter.html", context)


def publication_or_404(slug: str, fiscal_year: int) -> Publication:
    """Of what is not public nothing is told, not even that it is there."""
    publication = publication_of(slug, fiscal_year)
    if publication is None:
        raise Http404
    return publication


def shown(publication: Publication) -> dict[str, Any]:
    """What every page of a public plan says of it."""
    label = label_of(publication)
    return {
        "publication": publication,
        "plan": publication.plan,
        "version": publication.version,
        "label": label,
        "school_year": school_year(publication.plan.cycle_id),
        "has_letter": has_letter(publication),
        "is_approved": is_approved(publication),
        "place": {
            "slug": publication.plan.district.slug,
            "fiscal_year": publication.plan.cycle_id,
        },
    }


def _compared(now: PublicText, earlier: Before) -> Compared:
    """Neither side says what is removed of the other."""
    was = text_without(earlier.publication.version, earlier.passages)
    is_now = text_without(now.version, earlier.passages)
    return compared(was.compared, is_now.compared)


def _titles(of: PublicText) -> tuple[tuple[int, str], ...]:
    return tuple((each.number, each.title) for each in of.document.strategies)
