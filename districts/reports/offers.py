"""The published figures that stand beside a target, for a person to take or to leave.

As the baseline of a plan, and as the result of a report (R49).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from districts.measures import MEASURES, OF_INDICATOR, Certainty, Group
from districts.models import District
from districts.reports.series import Line, Series, published_measures
from districts.words import school_year

HUNDREDTHS = Decimal("0.01")
GROUPS = {group.label.casefold(): group for group in Group}


@dataclass(frozen=True)
class Offer:
    """The last figure published of a measure, for the students that a target is about."""

    measure: str
    label: str
    group: str
    unit: str
    value: Decimal
    school_year: str
    source: str
    certainty: Certainty
    series: Series  # the years before it, of these students and of all

    @property
    def key(self) -> str:
        return f"{self.measure}.{self.group}"

    @property
    def as_shown(self) -> str:
        """Tells it from the figure of another year, and from what it is corrected to."""
        return f"{self.key}.{self.school_year}.{self.value:f}"

    @property
    def students(self) -> str:
        return str(Group(self.group).label)

    @property
    def cited(self) -> str:
        """Where it is from, as a field of a data source has room for."""
        return f"{self.source}: {self.label}, {self.students}"


def offers_of(
    district: District, targets: Iterable[tuple[str, int | None, str]]
) -> dict[str, list[Offer]]:
    """By the key of a target, given with its indicator and group of students. One query.

    A group written in other words than the Department’s is offered the figure of all students,
    which says so.
    """
    wanted = list(targets)
    measures = {measure for _, number, _ in wanted for measure in OF_INDICATOR.get(number or 0, ())}
    if not measures:
        return {key: [] for key, _, _ in wanted}
    series = {each.measure.key: each for each in published_measures(district, sorted(measures))}
    return {
        key: [
            _offer(series[measure], line)
            for measure in OF_INDICATOR.get(number or 0, ())
            if measure in series and (line := _line(series[measure], group)) is not None
        ]
        for key, number, group in wanted
    }


def offer_as_shown(district: District, shown: str) -> Offer | None:
    """The figure that a page showed; none where another was published meanwhile. One query."""
    measure = shown.partition(".")[0]
    if measure not in MEASURES:
        return None
    offers = (
        _offer(series, line)
        for series in published_measures(district, [measure])
        for line in series.lines
    )
    return next((offer for offer in offers if offer.as_shown == shown), None)


def _line(series: Series, student_group: str) -> Line | None:
    wanted = GROUPS.get(" ".join(student_group.split()).casefold(), Group.ALL)
    lines = {line.group: line for line in series.lines}
    return lines.get(wanted)


def _offer(series: Series, line: Line) -> Offer:
    point = line.points[-1]
    return Offer(
        measure=series.measure.key,
        label=series.measure.label,
        group=line.group.value,
        unit=series.measure.unit.label,
        value=point.value.quantize(HUNDREDTHS).normalize(),
        school_year=school_year(point.fiscal_year),
        source=point.source,
        certainty=point.certainty,
        series=Series(
            series.measure,
            tuple(each for each in series.lines if each.group in {Group.ALL, line.group}),
        ),
    )
