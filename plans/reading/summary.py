"""A plan on one sheet, for a board's meeting: what is aimed at, by what, and for how many dollars.

What does not fit is counted, never left out in silence: the whole text is a link away.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from plans.documents import PlanDocument
from plans.documents.shape import StrategyPart, TargetPart
from plans.models import BudgetLine
from plans.reading.coverage import Coverage, coverage
from plans.reading.document import budget_by_strategy, shortened
from plans.reading.fields import said
from plans.reading.sums import Total

MOST = 8  # targets, and strategies, that a sheet has room for
LONGEST = 80  # characters of one of them
LONGEST_SUMMARY = 360
LONGEST_ASIDE = 40
NONE = "—"
ALLOCATION = BudgetLine.FundingSource.ALLOCATION


@dataclass(frozen=True)
class Dollars:
    """Of the current allocation, and of every other source; amounts that were not read apart."""

    allocation: int
    others: int
    unread: int

    def __bool__(self) -> bool:
        return bool(self.allocation or self.others or self.unread)


@dataclass(frozen=True)
class AreaLine:
    name: str
    strategies: str  # their numbers
    dollars: Dollars


@dataclass(frozen=True)
class TargetLine:
    """A target as a board asks for it: what is measured, of whom, from where to where."""

    number: str
    what: str
    group: str
    baseline: str
    target: str
    due_on: str


@dataclass(frozen=True)
class StrategyLine:
    number: int
    title: str
    focus_areas: str  # their numbers
    dollars: Dollars


def summary_context(document: PlanDocument) -> dict[str, Any]:
    """All that the template plans/document/_one_sheet.html needs."""
    areas = [_area(row) for row in coverage(document)]
    strategies = _strategies(document)
    greatest = sorted(strategies, key=_all_dollars, reverse=True)[:MOST]
    left_out = [line for line in strategies if line not in greatest]
    return {
        "document": document,
        "budget": budget_by_strategy(document),
        "has_others": any(line.funding_source != ALLOCATION for line in document.lines),
        "summary": shortened(document.cover.summary, LONGEST_SUMMARY),
        "areas": [line for line in areas if line.strategies or line.dollars],
        "areas_unserved": [line for line in areas if not (line.strategies or line.dollars)],
        "targets": [_target(target) for target in document.targets[:MOST]],
        "targets_more": len(document.targets[MOST:]),
        "strategies": [line for line in strategies if line in greatest],
        "strategies_more": len(left_out),
        "dollars_more": sum(_all_dollars(line) for line in left_out),
    }


def _dollars(totals: Iterable[Total]) -> Dollars:
    totals = list(totals)
    return Dollars(
        allocation=sum(total.amount for total in totals if total.source == ALLOCATION),
        others=sum(total.amount for total in totals if total.source != ALLOCATION),
        unread=sum(len(total.unread) for total in totals),
    )


def _all_dollars(line: StrategyLine) -> int:
    return line.dollars.allocation + line.dollars.others


def _area(row: Coverage) -> AreaLine:
    return AreaLine(
        name=shortened(row.name, LONGEST + len("10 ")),
        strategies=shortened(row.strategies, LONGEST_ASIDE),
        dollars=_dollars(row.totals),
    )


def _target(target: TargetPart) -> TargetLine:
    since = said(target, "baseline_year")
    baseline = filter(None, (said(target, "baseline"), since and f"({since})"))
    aimed_at = filter(None, (said(target, "target_value"), said(target, "unit")))
    return TargetLine(
        number=target.number,
        what=shortened(said(target, "measure"), LONGEST) or "No measure named yet",
        group=shortened(said(target, "student_group"), LONGEST_ASIDE) or NONE,
        baseline=shortened(" ".join(baseline), LONGEST_ASIDE) or NONE,
        target=shortened(" ".join(aimed_at), LONGEST_ASIDE) or NONE,
        due_on=said(target, "due_on") or NONE,
    )


def _strategies(document: PlanDocument) -> list[StrategyLine]:
    groups = budget_by_strategy(document).groups
    totals = {group.strategy.lineage: group.totals for group in groups if group.strategy}
    return [_strategy(part, totals.get(part.lineage, [])) for part in document.strategies]


def _strategy(part: StrategyPart, totals: list[Total]) -> StrategyLine:
    return StrategyLine(
        number=part.number,
        title=shortened(part.title, LONGEST) or "Not named yet",
        focus_areas=", ".join(str(area.number) for area in part.focus_areas) or NONE,
        dollars=_dollars(totals),
    )
