"""What follows when the cycle of the next year is opened from the last one."""

from dataclasses import dataclass
from datetime import date

from districts.models import District
from plans.models import Cycle, ReminderRule
from plans.models.cycles import MOVED
from plans.reports.cycles import OfferedArea, focus_areas_of


@dataclass(frozen=True)
class MovedDate:
    """One date of the calendar: in the last cycle, and as it opens in the next."""

    name: str
    was_on: date
    will_be_on: date


@dataclass(frozen=True)
class WhatFollows:
    """The next cycle before it is opened, and the districts it would be of."""

    cycle: Cycle  # not saved
    last: Cycle
    dates: list[MovedDate]
    assurances: int
    rules: list[ReminderRule]
    areas: list[OfferedArea]
    designated: list[str]
    not_designated: list[str]  # of those of the last cycle


def what_follows(last: Cycle) -> WhatFollows:
    """Six queries, however many districts there are."""
    cycle = last.next_year()
    designated, before = _designated(cycle), _designated(last)
    return WhatFollows(
        cycle=cycle,
        last=last,
        dates=[MovedDate(name, getattr(last, name), getattr(cycle, name)) for name in MOVED],
        assurances=last.assurances.count(),
        rules=list(last.reminder_rules.order_by("days")),
        areas=focus_areas_of(cycle),
        designated=designated,
        not_designated=[name for name in before if name not in designated],
    )


def _designated(cycle: Cycle) -> list[str]:
    found = District.objects.designated_for(cycle.fiscal_year).order_by("name")
    return list(found.values_list("name", flat=True))
