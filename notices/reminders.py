"""What a module that computes reminders hands over, and where such modules are found."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from importlib import import_module

from django.conf import settings


@dataclass(frozen=True)
class Reminder:
    """A letter that is due on or before the moment asked about.

    `series` is shared by all reminders to one person about one thing: of several missed ones
    only the latest leaves, the earlier are recorded as passed over.
    """

    key: str
    series: str
    about: str
    to_id: int
    address: str
    rule: str
    due_on: date
    leaves_at: datetime
    subject: str
    body: str


def due(at: datetime) -> Iterable[Reminder]:
    """Every reminder due on or before `at`, from each module named in REMINDER_SOURCES."""
    for source in settings.REMINDER_SOURCES:
        yield from import_module(source).due(at)
