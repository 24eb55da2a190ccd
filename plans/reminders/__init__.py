"""Who is to be reminded of a plan or amendment that is not handed in, and when it leaves.

Every question here is asked of a moment, and answered with all that is due on or before it, a page
of districts at a time. How many queries a page takes does not depend on what is on it.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from functools import partial

from districts.calendar import eastern_day, last_letter_hour
from districts.models import District
from notices.reminders import Batch, Reminder
from plans.models import Cycle, CycleChange
from plans.reminders.answers import batches_of_answers
from plans.reminders.conditions import batches_of_conditions
from plans.reminders.nobody import tell_of
from plans.reminders.occurrences import Occurrence, until_now
from plans.reminders.owed import (
    ANSWERS,
    CONDITION,
    GO_TO,
    HEAR_OF_MOVES,
    PLAN,
    QUESTION,
    Owed,
    PageOwed,
    at_its_hour,
    everything_owed,
    held_until,
    last_move,
    page_owed,
    pages_owed,
)
from plans.reminders.questions import batches_of_questions
from plans.reminders.to_come import Move, Scheduled, ScheduledLetters, Upcoming, moves, upcoming
from plans.reminders.writing import MOVED, correction_of, reminder_of

__all__ = [
    "ANSWERS",
    "CONDITION",
    "GO_TO",
    "HEAR_OF_MOVES",
    "MOVED",
    "PLAN",
    "QUESTION",
    "Move",
    "Occurrence",
    "Owed",
    "Scheduled",
    "ScheduledLetters",
    "Upcoming",
    "due",
    "everything_owed",
    "held",
    "held_until",
    "last_hour",
    "moves",
    "unreachable",
    "upcoming",
]


def due(at: datetime) -> Iterator[Reminder]:
    """Every reminder of a plan due on or before `at`, for what is still not handed in then.

    While a change of a cycle holds its letters (ADR 29), none of them is due.
    """
    for batch in batches(at):
        yield from batch.reminders


def batches(at: datetime) -> Iterator[Batch]:
    """The same, for a page of districts at a time; last, who has nobody there to remind."""
    unreached: dict[Cycle, list[Owed]] = defaultdict(list)
    for page in pages_owed(at):
        yield Batch(list(_of_districts(page, at)), partial(_again, at, page.districts))
        for owed in page.owed:
            if _is_due(owed, at) and not owed.people and owed.occurrences(at):
                unreached[owed.cycle].append(owed)
    told = list(_of_the_department(unreached, at))
    yield Batch(told, lambda: told)  # to the Department, and of no one plan
    yield from batches_of_answers(at)
    yield from batches_of_conditions(at)
    yield from batches_of_questions(at)


def _again(at: datetime, districts: list[District]) -> Iterator[Reminder]:
    return _of_districts(page_owed(at, pk__in=[each.pk for each in districts]), at)


def _of_districts(page: PageOwed, at: datetime) -> Iterator[Reminder]:
    today = eastern_day(at)
    for owed in page.owed:
        if _is_due(owed, at):
            yield from _corrections(owed, held_until(owed.cycle), today)
            yield from _by_the_rules(owed, at)


def _is_due(owed: Owed, at: datetime) -> bool:
    holds = held_until(owed.cycle)
    return holds is None or holds <= at


def _of_the_department(unreached: dict[Cycle, list[Owed]], at: datetime) -> Iterator[Reminder]:
    for cycle, districts in unreached.items():
        first = until_now(at, cycle)[0]
        districts.sort(key=lambda owed: owed.district.name)
        yield from tell_of(cycle, districts, leaves_at=at_its_hour(first, cycle))


def _corrections(owed: Owed, holds: datetime | None, today: date) -> Iterator[Reminder]:
    """One to each person whose last letter named another due date than the present one."""
    move = last_move(owed.cycle)
    if move is None or holds is None:
        return
    for person, said in owed.wrongly_told:
        yield correction_of(owed, person, said, move, holds, today)


def _by_the_rules(owed: Owed, at: datetime) -> Iterator[Reminder]:
    """What the cycle's rules call for. A correction says the same, so it takes their place."""
    occurrences = owed.occurrences(at)
    corrected = {person for person, _ in owed.wrongly_told}
    for person in owed.people:
        for occurrence in occurrences:
            is_latest = occurrence == occurrences[-1]
            leaves_at = occurrence.leaves_at
            if is_latest and person not in corrected:
                leaves_at = at_its_hour(occurrence, owed.cycle)
            day = eastern_day(at) if is_latest else occurrence.day
            yield reminder_of(owed, person, occurrence, day, leaves_at)


def last_hour(at: datetime) -> datetime:
    """The last 9:00 am in Connecticut: what an act makes due at another time waits for the next."""
    return last_letter_hour(at)


def held(at: datetime) -> set[int]:
    """The years whose letters are held at `at`: those of cycles changed just now."""
    return set(CycleChange.objects.filter(held_until__gt=at).values_list("cycle", flat=True))


def hold_ended(since: datetime, at: datetime) -> bool:
    return CycleChange.objects.filter(held_until__gt=since, held_until__lte=at).exists()


def unreachable(at: datetime) -> Iterator[str]:
    """Each district that is owed a reminder and where nobody it goes to can sign in."""
    for owed in everything_owed(at):
        if not owed.people and owed.occurrences(at):
            yield f"{owed}: nobody who can sign in is plan coordinator or superintendent"
