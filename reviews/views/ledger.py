"""The effectiveness ledger: the sums over all districts, and one district over the years."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from districts.calendar import eastern_day, fiscal_year_of
from districts.measures import MEASURES, Measure
from districts.models import District
from districts.words import NONE, figure, school_year
from reviews.permissions import ledgers_of, may_see_sums
from reviews.reports.ledger import (
    BESIDE,
    Came,
    Ledger,
    LedgerYear,
    TargetRow,
    added_up,
    by_focus_area,
    by_object_group,
    read_ledger,
    sum_by_district,
    sum_by_year,
    summed,
)
from reviews.views.bars import bars_of

FOR_THE_DEPARTMENT = (
    "The sums over all districts are for the Department. A district has the ledger of its own."
)


@dataclass(frozen=True)
class YearRow:
    """A row of a table: its name, where it leads, its figures, and what its targets came to."""

    name: str
    slug: str
    year: LedgerYear
    targets: str

    @property
    def is_published(self) -> bool:
        """Whether what was funded is known from the published figures alone."""
        return self.year.allocation is None and self.year.published is not None


@require_safe
def ledger_sums(request):
    """All districts summed, by year; then the focus areas, object codes and districts.

    A district goes on to its own ledger: the entry in the header is the same for everybody.
    """
    if not may_see_sums(request.user) and (own := ledgers_of(request.user).order_by("name")[:1]):
        return redirect("reviews:ledger_district", own[0].slug)
    only_department(request.user)
    ledger = read_ledger(District.objects.order_by("name"), last=next_year())
    chosen = chosen_year(request, ledger.planned_years)
    shown = ledger.of_year(chosen)
    context = _context(ledger, chosen, sum_by_year(ledger.years), of="all districts") | {
        "districts": _district_rows(shown),
        "total": YearRow("", "", summed(shown.years), targets_words(shown.targets)),
    }
    return render(request, "reviews/ledger.html", context)


@require_safe
def ledger_district(request, slug):
    """One district over the years, with its targets and the published results beside them."""
    is_department = may_see_sums(request.user)
    seen = ledgers_of(request.user).order_by("name")
    offered = list(seen.filter(slug=slug) if is_department else seen)
    district = next((each for each in offered if each.slug == slug), None)
    if district is None:
        raise Http404
    ledger = read_ledger([district], last=next_year())
    chosen = chosen_year(request, ledger.planned_years)
    context = _context(ledger, chosen, ledger.years, of=district.name) | {
        "district": district,
        "may_see_sums": is_department,
        "others": [each for each in offered if each != district],
        "targets": ledger.of_year(chosen).targets,
        "measures": [MEASURES[key] for key in BESIDE],
        "results": _results(ledger.years),
    }
    return render(request, "reviews/ledger_district.html", context)


def only_department(user) -> None:
    if not may_see_sums(user):
        raise PermissionDenied(FOR_THE_DEPARTMENT)


def next_year() -> int:
    """The last year of the ledger: plans of the next fiscal year are approved before it begins."""
    return fiscal_year_of(eastern_day(timezone.now())) + 1


def chosen_year(request, years: Iterable[int]) -> int | None:
    """The year that is asked for; none stands for all of them."""
    asked = request.GET.get("fy", "")
    return next((year for year in years if str(year) == asked), None)


def _context(
    ledger: Ledger, chosen: int | None, by_year: Sequence[LedgerYear], *, of: str
) -> dict[str, Any]:
    shown = ledger.of_year(chosen)
    targets: defaultdict[int | None, list[TargetRow]] = defaultdict(list)
    for target in ledger.targets:
        targets[target.fiscal_year].append(target)
    return {
        "of": of,
        "chosen": chosen,
        "planned_years": ledger.planned_years,
        "bars": bars_of(by_year, of=of),
        "years": [
            YearRow(f"FY{each.fiscal_year}", "", each, targets_words(targets[each.fiscal_year]))
            for each in reversed(by_year)
        ],
        "parts": [
            ("Focus area", by_focus_area(shown)),
            ("Object codes", by_object_group(shown)),
        ],
        "sum": added_up(shown.dollars),
    }


def _district_rows(shown: Ledger) -> list[YearRow]:
    by_district = sum_by_district(shown.years)
    targets: defaultdict[int, list[TargetRow]] = defaultdict(list)
    for target in shown.targets:
        targets[target.district_id].append(target)
    return [
        YearRow(district.name, district.slug, by_district[key], targets_words(targets[key]))
        for key, district in shown.districts.items()
        if key in by_district
    ]


def _results(years: Sequence[LedgerYear]) -> list[tuple[str, list[tuple[str, str]]]]:
    """The published results by year, the latest first."""
    return [
        (
            school_year(year.fiscal_year or 0),
            [_beside(year, MEASURES[key]) for key in BESIDE],
        )
        for year in reversed(years)
        if year.beside
    ]


def targets_words(targets: Sequence[TargetRow]) -> str:
    """“5 of 7 met, 2 without a figure”."""
    judged = [each for each in targets if each.is_met is not None]
    met = sum(each.came == Came.MET for each in judged)
    without = len(targets) - len(judged)
    words = f"{met} of {len(judged)} met" if judged else ""
    lacking = f"{without} without a figure" if without else ""
    return ", ".join(each for each in (words, lacking) if each) or NONE


def _beside(year: LedgerYear, measure: Measure) -> tuple[str, str]:
    return measure.label, figure(year.beside.get(measure.key), measure.unit)
