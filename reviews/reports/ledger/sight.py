"""The line of sight: dollars, by focus area, through strategies to targets and what they came to.

A band carries dollars. That a strategy serves a target is said by the plan; its dollars are not
divided over its targets, since no plan says how.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from progress.models import Implementation
from reviews.reports.findings import Came
from reviews.reports.ledger.approved import Dollars, StrategyRow
from reviews.reports.ledger.targets import TargetRow
from reviews.reports.ledger.whole import Ledger

Area = int | None


@dataclass(frozen=True)
class Through:
    """A strategy, or the strategies of one domain; `name` is empty for dollars of no strategy."""

    key: str
    number: int | None
    name: str
    strategies: int
    status: str  # progress.models.Implementation; empty where several, or none is reported
    by_area: dict[Area, int]
    ends: tuple[str, ...]

    @property
    def dollars(self) -> int:
        return sum(self.by_area.values())

    @property
    def is_discontinued(self) -> bool:
        return self.status == Implementation.DISCONTINUED


@dataclass(frozen=True)
class End:
    """A target, or the targets of one indicator."""

    key: str
    number: str
    name: str
    objective: str
    targets: tuple[TargetRow, ...]

    @property
    def came(self) -> Counter[Came]:
        return Counter(target.came for target in self.targets)


@dataclass(frozen=True)
class Sight:
    """`is_spent`: whether the dollars are those reported as spent; budgeted until there are any."""

    is_spent: bool
    not_reported: tuple[int, ...]  # years of which nothing is: no dollars of them are in it
    areas: dict[Area, str]
    through: tuple[Through, ...]
    ends: tuple[End, ...]

    @property
    def dollars(self) -> int:
        return sum(each.dollars for each in self.through)

    def dollars_of_area(self, area: Area) -> int:
        return sum(each.by_area.get(area, 0) for each in self.through)


def sight_of(ledger: Ledger, strategies: Sequence[StrategyRow]) -> Sight:
    """Of one district: its strategies and targets, told over years by their lineage.

    Of several years each has the words and the result of the last.
    """
    last_of = {row.lineage: row for row in sorted(strategies, key=_year)}
    served: defaultdict[str, dict[str, None]] = defaultdict(dict)  # in order, each once
    for row in sorted(strategies, key=_year):
        served[row.lineage] |= dict.fromkeys(row.targets)
    ends = _ends_by_lineage(ledger.targets)
    known = {end.key for end in ends}
    reported, left_out = _reported(ledger.dollars)
    by_strategy = _by_area(
        ledger.dollars, lambda each: each.strategy or "", are_spent=bool(reported)
    )
    rows = sorted(last_of.values(), key=lambda row: (row.number, row.lineage))
    through = [
        Through(
            key=row.lineage,
            number=row.number,
            name=row.title,
            strategies=1,
            status=row.status,
            by_area=by_strategy.pop(row.lineage, {}),
            ends=tuple(each for each in served[row.lineage] if each in known),
        )
        for row in rows
    ]
    return _sight(ledger, [*through, *_of_no_strategy(by_strategy)], ends, reported, left_out)


def sight_of_all(ledger: Ledger, strategies: Sequence[StrategyRow]) -> Sight:
    """Of all districts: strategies summed by their domain, targets by their indicator."""
    domain_of = {_place(row): row.domain for row in strategies}
    indicator_of = {
        (row.district_id, row.fiscal_year, row.lineage): _indicator(row) for row in ledger.targets
    }
    counts = Counter(row.domain for row in strategies)
    served: defaultdict[str, set[str]] = defaultdict(set)
    for row in strategies:
        places = ((row.district_id, row.fiscal_year, target) for target in row.targets)
        served[row.domain] |= {indicator_of[place] for place in places if place in indicator_of}
    reported, left_out = _reported(ledger.dollars)
    by_domain = _by_area(
        ledger.dollars,
        lambda each: domain_of.get((each.district_id, each.fiscal_year, each.strategy or ""), ""),
        are_spent=bool(reported),
    )
    ends = _ends_by_indicator(ledger.targets)
    through = [
        Through(
            key=domain,
            number=None,
            name=domain,
            strategies=counts[domain],
            status="",
            by_area=by_domain.pop(domain, {}),
            ends=tuple(end.key for end in ends if end.key in served[domain]),
        )
        for domain in sorted(filter(None, counts))
    ]
    return _sight(ledger, [*through, *_of_no_strategy(by_domain)], ends, reported, left_out)


def _sight(
    ledger: Ledger,
    through: Iterable[Through],
    ends: Iterable[End],
    reported: set[tuple[int, int]],
    left_out: Iterable[int],
) -> Sight:
    held = tuple(through)
    found = {area for each in held for area in each.by_area}
    in_order: list[Area] = [area for area in ledger.areas if area in found]
    in_order += sorted((found - set(in_order)), key=str)
    return Sight(
        is_spent=bool(reported),
        not_reported=tuple(left_out) if reported else (),
        areas={area: ledger.areas.get(area or 0, "") for area in in_order},
        through=held,
        ends=tuple(ends),
    )


def _reported(dollars: Iterable[Dollars]) -> tuple[set[tuple[int, int]], list[int]]:
    """The districts and years of which spending is reported, and the years of which none is."""
    places = {(each.district_id, each.fiscal_year) for each in dollars}
    reported = {
        (each.district_id, each.fiscal_year) for each in dollars if each.expended is not None
    }
    years = {year for _, year in places} - {year for _, year in reported}
    return reported, sorted(years)


def _by_area(
    dollars: Iterable[Dollars], key: Callable[[Dollars], str], *, are_spent: bool
) -> dict[str, dict[Area, int]]:
    found: defaultdict[str, defaultdict[Area, int]] = defaultdict(lambda: defaultdict(int))
    for each in dollars:
        amount = (each.expended or 0) if are_spent else each.budgeted
        if amount:
            found[key(each)][each.focus_area] += amount
    return {name: dict(areas) for name, areas in found.items()}


def _of_no_strategy(left: dict[str, dict[Area, int]]) -> list[Through]:
    """Dollars whose line names no strategy of the plan, or is no longer in it."""
    together: Counter[Area] = Counter()
    for areas in left.values():
        together.update(areas)
    if not together:
        return []
    return [Through("", None, "", 0, "", dict(together), ())]


def _ends_by_lineage(targets: Iterable[TargetRow]) -> list[End]:
    """Of several years the last with a figure, else the last."""
    last: dict[str, TargetRow] = {}
    for row in sorted(targets, key=lambda row: (row.actual is not None, row.fiscal_year)):
        last[row.lineage] = row
    return [
        End(row.lineage, row.number, row.measure, row.objective, (row,))
        for row in sorted(last.values(), key=lambda row: (row.number, row.lineage))
    ]


def _ends_by_indicator(targets: Iterable[TargetRow]) -> list[End]:
    found: defaultdict[str, list[TargetRow]] = defaultdict(list)
    for row in targets:
        found[_indicator(row)].append(row)
    return [
        End(key, _number(rows[0]), rows[0].indicator_name, "", tuple(rows))
        for key, rows in sorted(
            found.items(), key=lambda item: (item[1][0].indicator or 0, item[0])
        )
    ]


LOCAL_MEASURES = 99


def _number(row: TargetRow) -> str:
    return "" if row.indicator in {None, LOCAL_MEASURES} else str(row.indicator)


def _indicator(row: TargetRow) -> str:
    return f"indicator-{row.indicator or 0}"


def _year(row: StrategyRow) -> int:
    return row.fiscal_year


def _place(row: StrategyRow) -> tuple[int, int, str]:
    return row.district_id, row.fiscal_year, row.lineage
