"""A source of reminders for tests: whatever was put into `REMINDERS`."""

from datetime import datetime, timedelta
from functools import partial

from notices.models import About
from notices.pages import Page
from notices.reminders import Batch, Reminder
from notices.tests.factories import ANSONIA, POSTED_AT

DUE_AT = POSTED_AT + timedelta(days=30)
REMINDERS: list[Reminder] = []


def owe(person, *days: int, about: About = ANSONIA) -> None:
    """The person owes something on DUE_AT and hears of it these many days before."""
    for number in days:
        series = f"{about}/user-{person.pk}"
        REMINDERS.append(
            Reminder(
                key=f"reminder/{about}/due-{number}/{DUE_AT:%Y-%m-%d}/user-{person.pk}",
                series=series,
                about=about,
                to_id=person.pk,
                address=person.email,
                rule=f"due-{number}",
                why=f"{number} days before",
                concerns="Ansonia",
                due_on=DUE_AT.date(),
                page=Page("plan", ("ansonia", 2028)),
                what_is_due="plan",
                leaves_at=DUE_AT - timedelta(days=number),
                subject=f"Due in {number} days",
                body=f"It is due in {number} days.\n",
            )
        )


def due(at: datetime) -> list[Reminder]:
    return [reminder for reminder in REMINDERS if reminder.leaves_at <= at]


def batches(at: datetime) -> list[Batch]:
    return [Batch(due(at), partial(due, at))]


def unreachable(at: datetime) -> list[str]:
    return []


def held(at: datetime) -> set[int]:
    return set()


def hold_ended(since: datetime, at: datetime) -> bool:
    return False


def last_hour(at: datetime) -> datetime:
    """They leave at the time of day at which everything here is due."""
    days = (at - DUE_AT) // timedelta(days=1)
    return DUE_AT + timedelta(days=days)
