"""What each page of a public plan is made of: for strangers, and for whoever checks it before.

A preview is the same page of a publication that nobody has made yet, so what is seen there is what
strangers will see.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string

from districts.words import school_year
from library.documents import Remover, passages_of
from library.models import Publication
from library.reading.columns import PLANS, TABLES
from library.reading.results import results_shown, results_told
from library.reading.shown import figures_of, money_of, targets_of
from library.reading.standing import has_letter, is_approved, label_of
from library.reading.text import PublicText, text_of, text_without
from library.reports.before import Before, before
from library.reports.published import other_years, public_record_of
from plans.reading.compared import Compared, compared
from plans.reading.summary import summary_context

PLAN, LETTER = "plan", "letter"
ONE_SHEET = "plans/document/_one_sheet.html"


@dataclass(frozen=True)
class PublicPage:
    words: str  # what the page is, to whoever chooses one
    template: str
    context_of: Callable[[Publication], dict[str, Any]]


def _plan(publication: Publication) -> dict[str, Any]:
    text = text_of(publication)
    earlier = before(publication)
    said = results_told([publication])
    results = results_shown(text, said.get(publication.plan_id, {}))
    return shown(publication) | {
        "money": money_of(text),
        "targets": [(each, results.get(each.number)) for each in targets_of(text)],
        "has_results": bool(results),
        "summary": text.made("summary", lambda: text.document.cover.summary),
        "figures": text.made("figures", lambda: figures_of(text.document)),
        "strategies": text.made("titles", lambda: _titles(text)),
        "before": earlier,
        "short": _compared(text, earlier).short if earlier else None,
        "tables": [table for table in TABLES.values() if table is not PLANS],
        "record": public_record_of(publication),
        "years": list(other_years(publication.plan)),
    }


def _text(publication: Publication) -> dict[str, Any]:
    return shown(publication) | {"sections": text_of(publication).sections}


def _summary(publication: Publication) -> dict[str, Any]:
    of = text_of(publication)
    sheet = of.made("sheet", lambda: render_to_string(ONE_SHEET, summary_context(of.document)))
    return shown(publication) | {"sheet": sheet}


def _changes(publication: Publication) -> dict[str, Any]:
    earlier = before(publication)
    found = _compared(text_of(publication), earlier) if earlier else None
    return shown(publication) | {
        "before": earlier,
        "short": found.short if found else None,
        "changed": found.sections if found else [],
    }


def _letter(publication: Publication) -> dict[str, Any]:
    """Of a publication that has one."""
    assert publication.determination  # noqa: S101
    remove = Remover(passages_of(publication.passages))
    paragraphs = remove(publication.determination.letter).strip().split("\n\n")
    return shown(publication) | {"paragraphs": [[each] for each in paragraphs]}


PAGES = {
    PLAN: PublicPage("The plan’s page", "library/plan.html", _plan),
    "text": PublicPage("The whole plan", "library/text.html", _text),
    "summary": PublicPage("On one page", "library/summary.html", _summary),
    "changes": PublicPage("What changed", "library/changes.html", _changes),
    LETTER: PublicPage("The decision letter", "library/letter.html", _letter),
}


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
    kept_back = {*now.kept_back, *(earlier.publication.kept_back or ())}
    was = text_without(earlier.publication.version, earlier.passages, kept_back)
    is_now = text_without(now.version, earlier.passages, kept_back)
    return compared(was.compared, is_now.compared)


def _titles(of: PublicText) -> tuple[tuple[int, str], ...]:
    return tuple((each.number, each.title) for each in of.document.strategies)
