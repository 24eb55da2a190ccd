"""What the public page tells of a plan in plain figures: its money by focus area, its targets."""

from collections.abc import Iterable
from dataclasses import dataclass

from library.reading.text import PublicText
from plans.documents import PlanDocument
from plans.documents.shape import LinePart, TargetPart
from plans.documents.terms import ProfileFigure
from plans.models import BudgetLine
from plans.reading.coverage import Coverage, coverage_map
from plans.reading.document import shortened
from plans.reading.fields import said

ALLOCATION = BudgetLine.FundingSource.ALLOCATION.value
MOST = 3  # figures beside the money
LONGEST = 160  # characters of a strategy's name, beside its area


@dataclass(frozen=True)
class AreaMoney:
    """US dollars of the year's allocation; those of other sources apart."""

    number: int | None
    name: str
    strategies: str  # their titles
    dollars: int
    others: int
    bar: float  # percent of the area with the most
    of_hundred: str  # of each $100 of the allocation that is planned


@dataclass(frozen=True)
class MoneyShown:
    areas: tuple[AreaMoney, ...]  # the most first; those without a dollar are left out
    total: int
    others: int
    without: tuple[str, ...]  # areas of the program with no dollars
    people: int  # whole dollars of each $100, for salaries and benefits
    allocation: int | None
    strategies: int


@dataclass(frozen=True)
class TargetShown:
    number: str
    what: str
    group: str
    unit: str
    falls: bool
    baseline: str
    target: str
    due_on: str


def money_of(text: PublicText) -> MoneyShown:
    return text.made("money", lambda: _money(text.document))


def targets_of(text: PublicText) -> tuple[TargetShown, ...]:
    return text.made("targets", lambda: tuple(map(_target, text.document.targets)))


def figures_of(document: PlanDocument) -> list[ProfileFigure]:
    """A few of the Department’s on the district, which are no dollars: those have a panel."""
    return [each for each in document.district.figures if "dollars" not in each.label][:MOST]


def _money(document: PlanDocument) -> MoneyShown:
    rows = coverage_map(document).rows
    total = document.budgeted
    most = max((row.dollars(ALLOCATION) for row in rows), default=0)
    with_dollars = [row for row in rows if row.dollars()]
    areas = sorted(with_dollars, key=lambda row: row.dollars(ALLOCATION), reverse=True)
    return MoneyShown(
        areas=tuple(_area(row, total, most) for row in areas),
        total=total,
        others=sum(line.amount or 0 for line in document.lines) - total,
        without=tuple(row.name for row in rows if not row.dollars()),
        people=round(100 * _for_people(document.lines) / total) if total else 0,
        allocation=document.money.amount,
        strategies=len(document.strategies),
    )


def _area(row: Coverage, total: int, most: int) -> AreaMoney:
    dollars = row.dollars(ALLOCATION)
    return AreaMoney(
        number=row.area.number if row.area else None,
        name=row.area.short_name if row.area else row.name,
        strategies=shortened("; ".join(one.title for one in row.served_by), LONGEST),
        dollars=dollars,
        others=row.dollars() - dollars,
        bar=round(100 * dollars / most, 1) if most else 0,
        of_hundred=f"${100 * dollars / total:.2f}" if total else "—",
    )


def _for_people(lines: Iterable[LinePart]) -> int:
    return sum(
        line.amount or 0
        for line in lines
        if line.funding_source == ALLOCATION
        and line.object_code
        and (line.object_code.is_salary or line.object_code.is_benefit)
    )


def _target(target: TargetPart) -> TargetShown:
    return TargetShown(
        number=target.number,
        what=said(target, "measure") or said(target, "indicator"),
        group=said(target, "student_group"),
        unit=said(target, "unit"),
        falls=bool(target.indicator and target.indicator.falls),
        baseline=said(target, "baseline") or "—",
        target=said(target, "target_value") or "—",
        due_on=said(target, "due_on"),
    )
