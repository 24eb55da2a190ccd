"""Which focus areas a plan serves: by which strategies, for which targets, with which dollars.

One list for the read plan, the map and its picture. All of it is read from the document.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from plans.documents import PlanDocument
from plans.documents.shape import LinePart, StrategyPart, TargetPart
from plans.documents.terms import FocusAreaTerm
from plans.models import BudgetLine
from plans.reading.sums import Total, totals_of

ALLOCATION = BudgetLine.FundingSource.ALLOCATION.value
NONE_NAMED = "No focus area named"


@dataclass(frozen=True)
class Coverage:
    """One focus area: its strategies, the targets that these serve, and its budget lines."""

    area: FocusAreaTerm | None  # none of what names no area
    served_by: tuple[StrategyPart, ...]
    targets: tuple[TargetPart, ...]
    totals: list[Total]

    @property
    def name(self) -> str:
        return f"{self.area.number} {self.area.short_name}" if self.area else NONE_NAMED

    @property
    def strategies(self) -> str:
        return ", ".join(str(strategy.number) for strategy in self.served_by)

    @property
    def is_used(self) -> bool:
        return bool(self.served_by or self.totals)

    @property
    def has_dollars(self) -> bool:
        """Or an amount that could not be read, which may be some."""
        return any(total.amount or total.unread for total in self.totals)

    @property
    def lacks(self) -> list[str]:
        """In words: a target is missing where a strategy is there that could serve one."""
        return [
            *([] if self.served_by else ["no strategy"]),
            *([] if self.targets or not self.served_by else ["no target"]),
            *([] if self.has_dollars else ["no dollars"]),
        ]

    @property
    def is_blank(self) -> bool:
        return not self.served_by and not self.has_dollars

    def dollars(self, *sources: str) -> int:
        """US dollars of these funding sources, of all where none is named."""
        return sum(t.amount for t in self.totals if not sources or t.source in sources)


@dataclass(frozen=True)
class CoverageMap:
    """The ten focus areas of the program, those of the statute beside them that are used, and what
    names none."""

    rows: tuple[Coverage, ...]
    totals: list[Total]

    @property
    def blank(self) -> list[Coverage]:
        return [row for row in self.rows if row.is_blank]

    @property
    def lacking(self) -> list[Coverage]:
        """Those that have something, and not all of it."""
        return [row for row in self.rows if row.area and row.lacks and not row.is_blank]


def coverage(document: PlanDocument) -> list[Coverage]:
    """Each focus area of the cycle, also where nothing serves it yet (R23)."""
    targets = document.targets
    return [
        _coverage(
            area,
            [one for one in document.strategies if area.number in _numbers(one)],
            [line for line in document.lines if _number(line) == area.number],
            targets,
        )
        for area in document.focus_areas
    ]


def coverage_map(document: PlanDocument) -> CoverageMap:
    areas = coverage(document)
    rows = [one for one in areas if one.is_used or (one.area and one.area.is_on_programme_page)]
    known = {one.area.number for one in areas if one.area}
    unplaced = _coverage(
        None,
        [one for one in document.strategies if not known & _numbers(one)],
        [line for line in document.lines if _number(line) not in known],
        document.targets,
    )
    return CoverageMap(
        (*rows, *([unplaced] if unplaced.is_used else [])), totals_of(document.lines)
    )


def _coverage(
    area: FocusAreaTerm | None,
    strategies: list[StrategyPart],
    lines: Iterable[LinePart],
    targets: Iterable[TargetPart],
) -> Coverage:
    served = {lineage for strategy in strategies for lineage in strategy.targets}
    return Coverage(
        area,
        tuple(strategies),
        tuple(target for target in targets if target.lineage in served),
        totals_of(lines),
    )


def _numbers(strategy: StrategyPart) -> set[int]:
    return {area.number for area in strategy.focus_areas}


def _number(line: LinePart) -> int | None:
    return line.focus_area.number if line.focus_area else None
