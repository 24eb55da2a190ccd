"""What a module that computes reminders hands over, and where such modules are found."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from importlib import import_module

from django.conf import settings
from django.db.models import Q

from notices.models import REMINDER, About
from notices.pages import Page


@dataclass(frozen=True)
class Reminder:
    """A letter that is due on or before the moment asked about.

    `series` is shared by all reminders to one person about one thing: of several missed ones
    only the latest leaves, the earlier are recorded as passed over.

    `leaves_at` is when the clock makes it due. One that is found only later, because an act made it
    due (a plan opened again, a password set), leaves at the next hour of reminders.
    """

    key: str
    series: str
    about: About
    to_id: int
    address: str
    rule: str
    why: str
    concerns: str
    due_on: date
    leaves_at: datetime
    subject: str
    body: str
    page: Page
    what_is_due: str = ""  # on `due_on`


@dataclass(frozen=True)
class Batch:
    """Reminders that are read together, of so many things that a lock of them is short.

    All of one series are in one batch. `again` reads the same once more, as it is by then.
    """

    reminders: list[Reminder]
    again: Callable[[], Iterable[Reminder]]


def batches(at: datetime) -> Iterator[Batch]:
    """Every reminder due on or before `at`, from each module named in REMINDER_SOURCES."""
    for source in settings.REMINDER_SOURCES:
        yield from import_module(source).batches(at)


def due(at: datetime) -> Iterator[Reminder]:
    for batch in batches(at):
        yield from batch.reminders


def held(at: datetime) -> Q:
    """The reminders that are neither sent nor closed at `at`, whatever is due."""
    years = {
        year for source in settings.REMINDER_SOURCES for year in import_module(source).held(at)
    }
    return Q(kind=REMINDER, fiscal_year__in=sorted(years))


def hold_ended(since: datetime, at: datetime) -> bool:
    """Whether letters that were held come due after `since` and by `at`, at whatever hour."""
    return any(import_module(source).hold_ended(since, at) for source in settings.REMINDER_SOURCES)


def last_hour(at: datetime) -> datetime:
    """The last hour of reminders at or before `at`."""
    return max(import_module(source).last_hour(at) for source in settings.REMINDER_SOURCES)


def unreachable(at: datetime) -> Iterable[str]:
    """Whoever is owed a reminder at `at` and has nobody to write to, a line for each."""
    for source in settings.REMINDER_SOURCES:
        yield from import_module(source).unreachable(at)


def latest_of_each_series(reminders: Iterable[Reminder]) -> list[Reminder]:
    latest: dict[str, Reminder] = {}
    for reminder in reminders:
        other = latest.setdefault(reminder.series, reminder)
        if reminder.leaves_at > other.leaves_at:
            latest[reminder.series] = reminder
    return list(latest.values())
