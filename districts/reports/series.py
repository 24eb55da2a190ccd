"""What was published of a district over the years: by topic, measure and group of students."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.db.models import QuerySet

from districts.measures import MEASURES, Certainty, Group, Measure, Topic, certainty_of
from districts.models import District, PublishedFigure
from districts.statements import Statement


@dataclass(frozen=True)
class Point:
    fiscal_year: int
    value: Decimal
    source: str
    certainty: Certainty


@dataclass(frozen=True)
class Line:
    """The figures of one group of students, by year."""

    group: Group
    points: tuple[Point, ...]

    @cached_property
    def of_year(self) -> dict[int, Point]:
        return {point.fiscal_year: point for point in self.points}

    def runs(self, breaks: Collection[int]) -> list[list[Point]]:
        """Its points in stretches of years that follow and continue one another."""
        found: list[list[Point]] = []
        for point in self.points:
            follows = found and found[-1][-1].fiscal_year == point.fiscal_year - 1
            if follows and point.fiscal_year not in breaks:
                found[-1].append(point)
            else:
                found.append([point])
        return found


@dataclass(frozen=True)
class Series:
    """A measure of a district over the years, for each group that it was published of."""

    measure: Measure
    lines: tuple[Line, ...]

    @cached_property
    def years(self) -> list[int]:
        """Those of which something was published, the earliest first."""
        return sorted({point.fiscal_year for line in self.lines for point in line.points})

    @cached_property
    def years_without(self) -> list[int]:
        """Those between of which nothing was."""
        if not self.years:
            return []
        return sorted(set(range(self.years[0], self.years[-1] + 1)) - set(self.years))

    def published(self, fiscal_year: int) -> Iterable[Point]:
        found = (line.of_year.get(fiscal_year) for line in self.lines)
        return (point for point in found if point is not None)


_IN_ORDER = {key: place for place, key in enumerate(MEASURES)}
_GROUPS = {group: place for place, group in enumerate(Group.values)}
_COLUMNS = ("measure", "student_group", "fiscal_year", "value", "source")


def _rows(district_id: int) -> QuerySet:
    held = PublishedFigure.objects.filter(district=district_id)
    return held.order_by("fiscal_year").values(*_COLUMNS)


_ALL = Statement(_rows, 7)


def published_of(district: District) -> dict[Topic, list[Series]]:
    """Every series, by topic in the order of a page; a topic without a figure is left out."""
    found = _series(_ALL.ask(district.pk))
    return {
        topic: of_topic
        for topic in Topic
        if (of_topic := [one for one in found if one.measure.topic == topic])
    }


def published_measures(district: District, measures: Sequence[str]) -> list[Series]:
    """The series of some measures, in the order of a page."""
    return _series(_rows(district.pk).filter(measure__in=measures))


def _series(rows: Iterable[dict]) -> list[Series]:
    points: defaultdict[str, defaultdict[str, list[Point]]]
    points = defaultdict(lambda: defaultdict(list))
    for row in rows:
        measure, group, year = row["measure"], row["student_group"], row["fiscal_year"]
        point = Point(year, row["value"], row["source"], certainty_of(measure, group, year))
        points[measure][group].append(point)
    return [
        Series(
            MEASURES[measure],
            tuple(
                Line(Group(group), tuple(points[measure][group]))
                for group in sorted(points[measure], key=_GROUPS.__getitem__)
            ),
        )
        for measure in sorted(points, key=_IN_ORDER.__getitem__)
    ]
