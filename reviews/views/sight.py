"""The line of sight: from a dollar to what came of it, of a district or of all, over years."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from districts.models import District
from districts.words import num
from progress.models import Implementation
from reviews.permissions import ledgers_of, may_see_sums
from reviews.reports.ledger import (
    End,
    Ledger,
    Sight,
    StrategyRow,
    TargetRow,
    read_dollars,
    sight_of,
    sight_of_all,
    strategies_of,
)
from reviews.views.flow import flow_of, result_words, through_name
from reviews.views.ledger import chosen_year, only_department


@dataclass(frozen=True)
class SightRow:
    """One strategy, or domain, in one focus area, with the targets it serves."""

    area: str
    through: str
    status: str
    dollars: int
    ends: tuple[tuple[str, str, str], ...]  # the objective, the target, what it came to


@require_safe
def sight_district(request, slug):
    """Its strategies and targets, one by one; below, each year by itself."""
    district = ledgers_of(request.user).filter(slug=slug).first()
    if district is None:
        raise Http404
    ledger, strategies = read_dollars([district]), strategies_of([district.pk])
    chosen = chosen_year(request, ledger.planned_years)
    sight = sight_of(ledger.of_year(chosen), _of_year(strategies, chosen))
    of = f"{district.name}, {_named(chosen)}"
    years = ledger.planned_years if chosen is None else []
    by_year = [(year, sight_of(ledger.of_year(year), _of_year(strategies, year))) for year in years]
    context = _context(ledger, sight, chosen, of=of, through="Strategy") | {
        "district": district,
        "may_see_sums": may_see_sums(request.user),
        "by_year": [(f"FY{year} by itself", each, _rows(each)) for year, each in by_year],
    }
    return render(request, "reviews/sight.html", context)


@require_safe
def sight_sums(request):
    """Strategies summed by their domain, targets by their indicator."""
    only_department(request.user)
    districts = list(District.objects.order_by("name"))
    ledger = read_dollars(districts)
    strategies = strategies_of([district.pk for district in districts])
    chosen = chosen_year(request, ledger.planned_years)
    sight = sight_of_all(ledger.of_year(chosen), _of_year(strategies, chosen))
    of = f"all districts, {_named(chosen)}"
    context = _context(ledger, sight, chosen, of=of, through="Domain") | {"may_see_sums": True}
    return render(request, "reviews/sight.html", context)


def _named(year: int | None) -> str:
    return f"FY{year}" if year else "all years"


def _of_year(rows: Iterable[StrategyRow], year: int | None) -> list[StrategyRow]:
    return [row for row in rows if year in {None, row.fiscal_year}]


def _context(
    ledger: Ledger, sight: Sight, chosen: int | None, *, of: str, through: str
) -> dict[str, Any]:
    return {
        "sight": sight,
        "flow": flow_of(sight, of=of, through_head=through),
        "rows": _rows(sight),
        "through": through,
        "chosen": chosen,
        "planned_years": ledger.planned_years,
    }


def _rows(sight: Sight) -> list[SightRow]:
    ends = {end.key: _end(end) for end in sight.ends}
    return [
        SightRow(
            area=sight.areas[area] or "No focus area named",
            through=through_name(each),
            status=Implementation(each.status).label if each.status else "",
            dollars=each.by_area[area],
            ends=tuple(ends[key] for key in each.ends),
        )
        for each in sight.through
        for area in sight.areas
        if area in each.by_area
    ]


def _end(end: End) -> tuple[str, str, str]:
    name = f"{end.number} {end.name}".strip() or "No indicator"
    if len(end.targets) > 1:
        return "", name, result_words(end)
    (target,) = end.targets
    return end.objective, name, _result(target)


def _result(target: TargetRow) -> str:
    """“Part way: 48.2 of 51, from 46.1”."""
    if target.actual is None:
        return str(target.came)
    start = "" if target.baseline is None else f", from {num(target.baseline)}"
    goal = "" if target.target is None else f"; the target is {num(target.target)}"
    return f"{target.came}: {num(target.actual)}{start}{goal}"
