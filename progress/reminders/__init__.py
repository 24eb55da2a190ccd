"""Who is to be reminded of a report that is not filed, and when it leaves (domain.md, § 5).

By the rules of the plan's cycle, counted from the day the report is due. Every question is asked of
a moment, and answered with all that is due on or before it, a page of plans at a time. Where nobody
of the district can be reminded, the Department hears it of the district's plan (`plans.reminders`).
"""

from collections.abc import Iterator
from datetime import datetime
from email.utils import parseaddr
from functools import partial
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.functional import lazy

from districts.calendar import eastern_day, last_letter_hour
from districts.models import User
from districts.words import day as day_in_words
from notices.models import REMINDER
from notices.pages import Page, link_to
from notices.reminders import Batch, Reminder
from plans.reminders.occurrences import Occurrence, until_now
from plans.reminders.owed import at_its_hour
from progress.reminders.owed import GO_TO, Owed, owed_on, pages_of_plans, plans_again

__all__ = ["GO_TO", "Owed", "batches", "due", "held", "hold_ended", "last_hour", "unreachable"]

REPORT = "report"  # what is due on the day that such a letter names


def held(at: datetime) -> set[int]:
    """The years that plans name are held for every reminder of theirs: no more are named here."""
    return set()


def due(at: datetime) -> Iterator[Reminder]:
    for batch in batches(at):
        yield from batch.reminders


def batches(at: datetime) -> Iterator[Batch]:
    for plans in pages_of_plans(at):
        keys = [plan.pk for plan in plans]
        yield Batch(list(_reminders(plans, at)), partial(_again, at, keys))


def _again(at: datetime, plans: list[int]) -> Iterator[Reminder]:
    return _reminders(plans_again(at, plans), at)


def _reminders(plans: list[Any], at: datetime) -> Iterator[Reminder]:
    for owed in owed_on(plans, at):
        occurrences = _until_now(owed, at)
        for person in owed.people:
            for occurrence in occurrences:
                is_latest = occurrence == occurrences[-1]
                yield _reminder(owed, person, occurrence, at=at, is_latest=is_latest)


def _until_now(owed: Owed, at: datetime) -> list[Occurrence]:
    """Of what fell before the plan was approved nothing, so that a late approval sends no pile."""
    return until_now(at, owed.plan.cycle, due_on=owed.due_on, since=owed.since)


def _reminder(
    owed: Owed, person: User, occurrence: Occurrence, *, at: datetime, is_latest: bool
) -> Reminder:
    day = eastern_day(at) if is_latest else occurrence.day
    verb = "was" if occurrence.days > 0 else "is"
    return Reminder(
        key=f"{REMINDER}/{owed.about}/{occurrence.rule}/{owed.due_on}/user-{person.pk}",
        series=f"{owed.about}/user-{person.pk}",
        about=owed.about,
        to_id=person.pk,
        address=person.email,
        rule=occurrence.rule,
        why=f"{occurrence.why}: the {owed.report.name} {verb} due on {day_in_words(owed.due_on)},"
        " and is not certified",
        concerns=owed.plan.district.name,
        due_on=owed.due_on,
        what_is_due=REPORT,
        page=_page(owed),
        leaves_at=at_its_hour(occurrence, owed.plan.cycle),
        subject=_subject(owed, person, day),
        body=_body(owed, person, day),
    )


def _page(owed: Owed) -> Page:
    """The report; of one that nobody has started, the list that starts it."""
    of_plan = (owed.plan.district.slug, owed.plan.cycle_id)
    if owed.is_started:
        return Page(owed.report.page, (*of_plan, owed.report.period))
    return Page("reports", of_plan)


def _text(owed: Owed, person: User, day: Any) -> tuple[str, str]:
    """Subject and body. `day` is that of which the letter speaks: by then it is so late."""
    days = (owed.due_on - day).days
    text = render_to_string(
        "emails/report_reminder.txt",
        {
            "person": person,
            "district": owed.plan.district,
            "plan": owed.plan,
            "name": owed.report.name,
            "is_started": owed.is_started,
            "due_on": owed.due_on,
            "days": days,
            "late": -days,
            "link": link_to(_page(owed)),
            "office": parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
        },
    )
    subject, _, body = text.strip().partition("\n")
    return subject.strip(), body.strip() + "\n"


# Written only when used: of all that is ever due, few letters leave.
_subject = lazy(lambda *about: _text(*about)[0], str)
_body = lazy(lambda *about: _text(*about)[1], str)


def hold_ended(since: datetime, at: datetime) -> bool:
    """A change of a cycle holds all of its letters: `plans.reminders` says when that ends."""
    return False


def last_hour(at: datetime) -> datetime:
    return last_letter_hour(at)


def unreachable(at: datetime) -> Iterator[str]:
    """Each district that is owed a reminder and where nobody it goes to can sign in."""
    for plans in pages_of_plans(at):
        for owed in owed_on(plans, at):
            if not owed.people and _until_now(owed, at):
                yield f"{owed}: nobody who can sign in is plan coordinator or superintendent"
