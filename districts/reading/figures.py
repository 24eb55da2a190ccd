"""A published measure over the years, as a picture and as the table of the same figures."""

from dataclasses import dataclass

from districts.measures import Certainty
from districts.reading.charts import Chart, chart_of
from districts.reports import Series
from districts.words import NONE, figure, figure_year

HOW_SURE = {Certainty.EXACT: "high, exact", Certainty.TIED: "high", Certainty.TRANSCRIBED: "good"}


@dataclass(frozen=True)
class YearRow:
    year: str
    cells: tuple[str, ...]  # one for each group
    source: str
    how_sure: str


@dataclass(frozen=True)
class Panel:
    """A measure over the years."""

    series: Series
    chart: Chart | None
    groups: tuple[str, ...]
    rows: tuple[YearRow, ...]


def panel_of(series: Series, *, of: str) -> Panel:
    """`of` names whose figures they are."""
    return Panel(
        series=series,
        chart=chart_of(series, of=of),
        groups=tuple(line.group.label for line in series.lines),
        rows=tuple(_row(series, year) for year in reversed(series.years)),
    )


def _row(series: Series, fiscal_year: int) -> YearRow:
    unit, published = series.measure.unit, list(series.published(fiscal_year))
    in_order = list(Certainty)
    weakest = max((point.certainty for point in published), key=in_order.index)
    found = (line.of_year.get(fiscal_year) for line in series.lines)
    return YearRow(
        year=figure_year(fiscal_year, unit),
        cells=tuple(figure(point.value, unit) if point else NONE for point in found),
        source="; ".join(sorted({point.source for point in published})),
        how_sure=HOW_SURE[weakest],
    )
