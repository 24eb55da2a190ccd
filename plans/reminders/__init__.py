"""Who is to be reminded of a plan or amendment that is not handed in, and when it leaves.

Every question here is asked of a moment, and answered with all that is due on or before it. How
many queries it takes does not depend on how many districts there are.
"""

from collections.abc import Iterator
from datetime import datetime

from districts.calendar import eastern_day
from notices.reminders import Reminder
from plans.reminders.occurrences import Occurrence, until_now
from plans.reminders.owed import ENDS_REMINDERS, GO_TO, Owed, everything_owed
from plans.reminders.to_come import Move, Scheduled, Upcoming, moves, scheduled, upcoming
from plans.reminders.writing import reminder_of

__all__ = [
    "ENDS_REMINDERS",
    "GO_TO",
    "Move",
    "Occurrence",
    "Owed",
    "Scheduled",
    "Upcoming",
    "due",
    "everything_owed",
    "moves",
    "scheduled",
    "unreachable",
    "upcoming",
]


def due(at: datetime) -> Iterator[Reminder]:
    """Every reminder of a plan due on or before `at`, for what is still not handed in then."""
    today = eastern_day(at)
    for owed in everything_owed(at):
        occurrences = until_now(at, owed.cycle)
        for person in owed.people:
            for occurrence in occurrences:
                is_latest = occurrence == occurrences[-1]
                yield reminder_of(owed, person, occurrence, today if is_latest else occurrence.day)


def unreachable(at: datetime) -> Iterator[str]:
    """Each district that is owed a reminder and has no plan coordinator and no superintendent."""
    for owed in everything_owed(at):
        if not owed.people and until_now(at, owed.cycle):
            yield f"{owed}: nobody is plan coordinator or superintendent"
