"""Where the lines of a chart lie: a picture of a series, always beside the table of its figures.

No line is drawn over a year that has no figure, nor over a change in how it is counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil, floor, log10

from districts.measures import Unit
from districts.reports import Point, Series
from districts.words import figure, figure_year, num

WIDTH, HEIGHT = 360, 196
LEFT, RIGHT, TOP, BOTTOM = 60, 22, 10, 24  # room for the words of the axes
MARKS = 4  # about so many on the axis of values
YEARS_MARKED = 5
A_MILLION = 10**6
FROM_NOTHING = {
    Unit.DOLLARS,
    Unit.DOLLARS_PER_PUPIL,
    Unit.STUDENTS,
}  # or a small change looks large


@dataclass(frozen=True)
class Mark:
    at: float
    words: str


@dataclass(frozen=True)
class DrawnLine:
    """`segments` are the points of a polyline each; `dots` a path that only its caps show."""

    name: str
    place: int  # among the lines of the chart, from 1: its dashes and its color
    segments: tuple[str, ...]
    dots: str


@dataclass(frozen=True)
class Chart:
    title: str
    description: str
    lines: tuple[DrawnLine, ...]
    values: tuple[Mark, ...]
    years: tuple[Mark, ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    bottom: int = HEIGHT - BOTTOM


def chart_of(series: Series, *, of: str) -> Chart | None:
    """None where there is one year only: nothing goes from one to another."""
    if len(series.years) < 2:
        return None
    unit, axis = series.measure.unit, _Axis(series)
    lines = tuple(
        DrawnLine(
            name=line.group.label,
            place=place,
            segments=tuple(
                " ".join(map(axis.corner, run))
                for run in line.runs(series.measure.breaks)
                if run[1:]
            ),
            dots=" ".join(f"M{axis.corner(point)}h0" for point in line.points),
        )
        for place, line in enumerate(series.lines, start=1)
    )
    return Chart(
        title=f"{series.measure.label}, {of}",
        description=_said(series),
        lines=lines,
        values=tuple(Mark(axis.y(value), _shortly(value, unit)) for value in axis.marks),
        years=tuple(Mark(axis.x(year), figure_year(year, unit)) for year in _marked(series.years)),
    )


class _Axis:
    """Where a year and a value lie."""

    def __init__(self, series: Series):
        values = [point.value for line in series.lines for point in line.points]
        self.first, self.last = series.years[0], series.years[-1]
        least = Decimal() if series.measure.unit in FROM_NOTHING else min(values)
        self.marks = _round_marks(least, max(values))
        self.least, self.most = self.marks[0], self.marks[-1]

    def x(self, year: int) -> float:
        share = (year - self.first) / (self.last - self.first)
        return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)

    def y(self, value: Decimal) -> float:
        share = float((value - self.least) / (self.most - self.least))
        return round(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM), 1)

    def corner(self, point: Point) -> str:
        return f"{self.x(point.fiscal_year)},{self.y(point.value)}"


def _round_marks(least: Decimal, most: Decimal) -> list[Decimal]:
    """Round numbers at equal steps, from at most the least to at least the most."""
    rough = float(most - least) / MARKS or float(abs(most)) / MARKS or 1.0
    power = Decimal(10) ** floor(log10(rough))
    step = next(each * power for each in (1, 2, 5, 10) if float(each * power) >= rough)
    first, last = floor(least / step), ceil(most / step)
    return [step * number for number in range(first, max(last, first + 1) + 1)]


def _shortly(value: Decimal, unit: Unit) -> str:
    """As there is room for beside a picture: $6.5M."""
    if unit == Unit.DOLLARS and abs(value) >= A_MILLION:
        return f"${num(value / A_MILLION)}M"
    return figure(value, unit)


def _marked(years: Sequence[int]) -> list[int]:
    """Some of the years from the first to the last, at equal steps and the last among them."""
    step = max(1, ceil((years[-1] - years[0]) / YEARS_MARKED))
    return list(range(years[-1], years[0] - 1, -step))[::-1]


def _said(series: Series) -> str:
    """What the picture shows, for who does not see it."""
    unit = series.measure.unit
    sentences = []
    for line in series.lines:
        first, last = line.points[0], line.points[-1]
        sentences.append(
            f"{line.group.label}: {figure(first.value, unit)} in"
            f" {figure_year(first.fiscal_year, unit)}"
            + (
                f", {figure(last.value, unit)} in {figure_year(last.fiscal_year, unit)}."
                if last is not first
                else "."
            )
        )
    if series.years_without:
        named = ", ".join(figure_year(year, unit) for year in series.years_without)
        sentences.append(f"No figure for {named}.")
    return " ".join(sentences)
