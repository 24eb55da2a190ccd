"""A picture of money by year: a frame for what was funded, filled as far as it was spent.

Always beside the table of its figures.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from districts.words import money, num
from reviews.reports.ledger import LedgerYear

WIDTH, HEIGHT = 360, 196
LEFT, RIGHT, TOP, BOTTOM = 60, 22, 10, 24  # room for the words of the axes
MARKS = 4  # about so many on the axis of dollars
YEARS_MARKED = 5
ROOM_BETWEEN = 0.3  # of a year's width
A_MILLION = 10**6


@dataclass(frozen=True)
class Mark:
    at: float
    words: str


@dataclass(frozen=True)
class Bar:
    x: float
    width: float
    funded: tuple[float, float] | None  # its top and its height
    spent: tuple[float, float] | None


@dataclass(frozen=True)
class Bars:
    title: str
    description: str
    bars: tuple[Bar, ...]
    values: tuple[Mark, ...]
    years: tuple[Mark, ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT


def bars_of(years: Sequence[LedgerYear], *, of: str) -> Bars | None:
    """Of rows of one year each, the earliest first; none where there is no money to show."""
    most = max((amount or 0 for year in years for amount in _amounts(year)), default=0)
    if not most:
        return None
    step = _round_step(most)
    marks = [step * number for number in range(ceil(most / step) + 1)]
    axis = _Axis(years[0].fiscal_year or 0, years[-1].fiscal_year or 0, marks[-1])
    bars = (
        Bar(
            axis.x(year.fiscal_year or 0),
            axis.bar_width,
            axis.span(year.funded),
            axis.span(year.expended),
        )
        for year in years
    )
    return Bars(
        title=f"Alliance money by fiscal year, {of}",
        description=_said(years),
        bars=tuple(bars),
        values=tuple(Mark(axis.y(mark), _shortly(mark)) for mark in marks),
        years=tuple(Mark(axis.middle(year), f"FY{year}") for year in axis.marked),
    )


class _Axis:
    """Where a year and an amount lie."""

    def __init__(self, first: int, last: int, most: int):
        self.first, self.last, self.most = first, last, most
        self.each = (WIDTH - LEFT - RIGHT) / (last - first + 1)
        self.bar_width = round(self.each * (1 - ROOM_BETWEEN), 1)

    @property
    def marked(self) -> range:
        step = max(1, ceil((self.last - self.first) / YEARS_MARKED))
        return range(self.last, self.first - 1, -step)

    def x(self, year: int) -> float:
        return round(LEFT + (year - self.first + ROOM_BETWEEN / 2) * self.each, 1)

    def middle(self, year: int) -> float:
        return round(self.x(year) + self.bar_width / 2, 1)

    def y(self, amount: int) -> float:
        return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * amount / self.most, 1)

    def span(self, amount: int | None) -> tuple[float, float] | None:
        if amount is None:
            return None
        top = self.y(amount)
        return top, round(HEIGHT - BOTTOM - top, 1)


def _amounts(year: LedgerYear) -> tuple[int | None, ...]:
    return year.funded, year.expended


def _round_step(most: int) -> int:
    rough = max(most / MARKS, 1)
    power = 10 ** floor(log10(rough))
    return int(next(times * power for times in (1, 2, 5, 10) if times * power >= rough))


def _shortly(amount: int) -> str:
    return f"${num(amount / A_MILLION)}M" if amount >= A_MILLION else money(amount)


def _said(years: Sequence[LedgerYear]) -> str:
    """What the picture shows, for who does not see it."""
    funded = [year for year in years if year.funded is not None]
    spent = [year for year in years if year.expended is not None]
    sentences = []
    if funded:
        first, last = funded[0], funded[-1]
        sentences.append(f"Funded: {money(first.funded)} in FY{first.fiscal_year}")
        sentences[-1] += (
            f", {money(last.funded)} in FY{last.fiscal_year}." if last is not first else "."
        )
    if spent:
        named = ", ".join(f"{money(year.expended)} in FY{year.fiscal_year}" for year in spent)
        sentences.append(f"Reported as spent: {named}.")
    else:
        sentences.append("No spending was reported.")
    return " ".join(sentences)
