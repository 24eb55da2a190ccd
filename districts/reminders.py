"""Reminders of the roster: administrators are told 12 months before designations end (R04).

A fiscal year that begins is the last of whoever is not designated for the next one. Each
administrator has one letter of a year, which names all such districts; renewals end it.
"""

from collections.abc import Iterator
from datetime import datetime

from django.template.loader import render_to_string
from django.utils.functional import lazy

from districts.calendar import (
    eastern_day,
    first_day,
    fiscal_year_of,
    last_day,
    last_letter_hour,
    letters_leave_at,
)
from districts.models import District, Membership, User
from districts.roles import Role
from districts.words import day
from notices.models import REMINDER, About
from notices.pages import Page, link_to
from notices.reminders import Batch, Reminder

ROSTER = Page("roster")
RULE = "designations-end"


def batches(at: datetime) -> Iterator[Batch]:
    yield Batch(list(_due(at)), lambda: _due(at))


def held(at: datetime) -> set[int]:
    """No act holds these letters."""
    return set()


def hold_ended(since: datetime, at: datetime) -> bool:
    return False


def last_hour(at: datetime) -> datetime:
    return last_letter_hour(at)


def unreachable(at: datetime) -> Iterator[str]:
    """Whether the Department lacks an administrator is told on the roster."""
    yield from ()


def _due(at: datetime) -> Iterator[Reminder]:
    """Two queries; one where nothing ends."""
    fiscal_year = fiscal_year_of(eastern_day(at))
    leaves_at = letters_leave_at(first_day(fiscal_year))
    if leaves_at > at:
        return
    ending = _ending(fiscal_year)
    if not ending:
        return
    for person in _administrators():
        yield _letter(person, fiscal_year, ending, leaves_at)


def _ending(fiscal_year: int) -> list[str]:
    """Districts designated for the year and not for the next."""
    then = District.objects.designated_for(fiscal_year + 1)
    now = District.objects.designated_for(fiscal_year).exclude(pk__in=then.values("pk"))
    return list(now.order_by("name").values_list("name", flat=True))


def _administrators() -> list[User]:
    held = Membership.objects.current().reachable().filter(role=Role.SYSADMIN)
    return [each.user for each in held.select_related("user").order_by("user")]


def _letter(person: User, fiscal_year: int, ending: list[str], leaves_at: datetime) -> Reminder:
    about = About("cycle", fiscal_year=fiscal_year)
    number = len(ending)
    return Reminder(
        key=f"{REMINDER}/{about}/{RULE}/user-{person.pk}",
        series=f"{about}/{RULE}/user-{person.pk}",
        about=about,
        to_id=person.pk,
        address=person.email,
        rule=RULE,
        why=f"Designations end on {day(last_day(fiscal_year))}, within 12 months (R04)",
        concerns=f"{number} district{'' if number == 1 else 's'}",
        due_on=last_day(fiscal_year),
        page=ROSTER,
        leaves_at=leaves_at,
        subject=_subject(person, fiscal_year, ending),
        body=_body(person, fiscal_year, ending),
    )


def _text_of(person: User, fiscal_year: int, ending: list[str]) -> tuple[str, str]:
    text = render_to_string(
        "emails/designations_end.txt",
        {
            "person": person,
            "ending": ending,
            "ends_on": last_day(fiscal_year),
            "next_year": fiscal_year + 1,
            "link": link_to(ROSTER),
        },
    )
    subject, _, body = text.strip().partition("\n")
    return subject.strip(), body.strip() + "\n"


_subject = lazy(lambda *about: _text_of(*about)[0], str)
_body = lazy(lambda *about: _text_of(*about)[1], str)
