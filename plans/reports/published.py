"""What was published of the indicators that a plan rests on: beside it, no part of its text."""

from dataclasses import dataclass

from districts.measures import OF_INDICATOR, Group, Measure
from districts.reports import Point, published_measures
from plans.documents import Draft, PlanDocument

USUAL = (1, 4, 8)  # of a plan that names none yet: achievement, absence, graduation
SHOWN = (Group.ALL, Group.HIGH_NEEDS)


@dataclass(frozen=True)
class Latest:
    """The last two figures of a measure and a group of students."""

    measure: Measure
    group: Group
    last: Point
    before: Point | None  # none where it was published once, or counted otherwise then


def published_beside(draft: Draft) -> list[Latest]:
    """Of the indicators that the needs assessment and the targets name, in one query."""
    numbers = _indicators(draft.document) or USUAL
    measures = [key for number in numbers for key in OF_INDICATOR.get(number, ())]
    return [
        Latest(series.measure, line.group, run[-1], run[-2] if len(run) > 1 else None)
        for series in published_measures(draft.plan.district, measures)
        for line in series.lines
        if line.group in SHOWN
        for run in line.runs(series.measure.breaks)[-1:]
    ]


def _indicators(document: PlanDocument) -> list[int]:
    named = {term.number for term in document.needs.indicators}
    for objective in document.objectives:
        named |= {target.indicator.number for target in objective.targets if target.indicator}
    return sorted(named)
