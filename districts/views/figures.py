"""What the Department published of a district over the years: pictures, and their tables."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from districts.measures import Certainty, Group, Topic, Unit
from districts.models import District
from districts.permissions import may_see_roster
from districts.reading.figures import HOW_SURE, panel_of
from districts.reports import Point, Series, published_of
from districts.words import NONE, figure

POINTS = "points_"  # how the measure of an indicator's points begins


@dataclass(frozen=True)
class IndicatorRow:
    name: str
    cells: tuple[tuple[str, str], ...]  # for each group the figure, and the points it earned


@require_safe
def district_figures(request, slug):
    """Published figures are for whoever signs in: any district may look at any other's."""
    district = get_object_or_404(District, slug=slug)
    by_topic = published_of(district)
    accountability = by_topic.pop(Topic.ACCOUNTABILITY, [])
    groups = _groups(accountability)
    elsewhere = {one.measure.key: one for found in by_topic.values() for one in found}
    context = {
        "district": district,
        "topics": [
            (topic, [panel_of(series, of=district.name) for series in found])
            for topic, found in by_topic.items()
        ],
        "accountability": Topic.ACCOUNTABILITY,
        "groups": [group.label for group in groups],
        "indicators": _indicators(accountability, elsewhere, groups),
        "certainties": [(HOW_SURE[certainty], certainty.label) for certainty in Certainty],
        "may_see_roster": may_see_roster(request.user),
    }
    return render(request, "districts/district_figures.html", context)


def _groups(found: Iterable[Series]) -> list[Group]:
    there = {line.group for series in found for line in series.lines}
    return [group for group in Group if group in there]


def _indicators(
    found: Iterable[Series], elsewhere: Mapping[str, Series], groups: Iterable[Group]
) -> list[IndicatorRow]:
    """Each measure with the points that it earned beside it, where it earns some.

    Indicator 4 is measured `elsewhere` on the page, over more years.
    """
    measured, points = {}, {}
    for series in found:
        key = series.measure.key
        if key.startswith(POINTS):
            points[key.removeprefix(POINTS)] = series
        else:
            measured[key] = series
    named = {key: (series.measure.label, series) for key, series in measured.items()}
    for key in points.keys() - named.keys():
        named[key] = (points[key].measure.label.removesuffix(": points"), elsewhere[key])
    return [
        IndicatorRow(name, tuple(_cell(series, points.get(key), group) for group in groups))
        for key, (name, series) in sorted(named.items(), key=_by_number)
    ]


def _by_number(named: tuple[str, tuple[str, Series]]) -> int:
    number, dot, _ = named[1][0].partition(" · ")
    return int(number) if dot else 0


def _cell(series: Series, points: Series | None, group: Group) -> tuple[str, str]:
    """The latest figure, and the points of the same year."""
    earned = _of_group(points, group) if points else None
    latest = _of_group(series, group)
    if latest is None:
        return NONE, ""
    return (
        figure(latest.value, series.measure.unit),
        figure(earned.value, Unit.POINTS) if earned else "",
    )


def _of_group(series: Series, group: Group) -> Point | None:
    return next((line.points[-1] for line in series.lines if line.group == group), None)
