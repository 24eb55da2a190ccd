"""Reminders of a returned plan: each required change has the day it is due (R40, R41).

What is owed by then is the plan, handed in again with its answers. So they end when it comes in,
and no sooner: a word typed as an answer ends nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from email.utils import parseaddr
from functools import partial

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.functional import lazy

from districts.calendar import eastern_day
from districts.models import User
from districts.words import day as day_in_words
from notices.models import REMINDER
from notices.pages import Page, link_to
from notices.reminders import Batch, Reminder
from plans.models import Plan, RequiredChange
from plans.reminders.occurrences import until_now
from plans.reminders.owed import ANSWERS, DISTRICTS, at_its_hour, held_until, people_told
from plans.workflow import Status


@dataclass(frozen=True)
class AnswersOwed:
    """What a returned plan owes: since when, the first due date, and how much has no answer yet."""

    plan: Plan
    number: int  # none: it is to be signed and submitted
    asked_on: date
    due_on: date


def batches_of_answers(at: datetime) -> Iterator[Batch]:
    owed = _owed(at)
    for first in range(0, len(owed), DISTRICTS):
        page = owed[first : first + DISTRICTS]
        plans = [each.plan.pk for each in page]
        yield Batch(list(_due(page, at)), partial(_again, at, plans))


def _again(at: datetime, plans: list[int]) -> Iterator[Reminder]:
    return _due(_owed(at, plan__in=plans), at)


def _due(owed: list[AnswersOwed], at: datetime) -> Iterator[Reminder]:
    """By the rules of the plan's cycle, counted from the day the answers are due."""
    people = people_told([each.plan.district_id for each in owed]) if owed else {}
    for each in owed:
        occurrences = until_now(at, each.plan.cycle, due_on=each.due_on, since=each.asked_on)
        for person in people.get(each.plan.district_id, []):
            for occurrence in occurrences:
                is_latest = occurrence == occurrences[-1]
                day = eastern_day(at) if is_latest else occurrence.day
                series = f"{each.plan.about}/{ANSWERS}/user-{person.pk}"
                rule = f"{ANSWERS}-{occurrence.rule}"
                yield Reminder(
                    key=f"{REMINDER}/{each.plan.about}/{rule}/{each.due_on}/user-{person.pk}",
                    series=series,
                    about=each.plan.about,
                    to_id=person.pk,
                    address=person.email,
                    rule=rule,
                    why=f"{occurrence.why}: answers to changes, {day_in_words(each.due_on)}",
                    concerns=each.plan.district.name,
                    due_on=each.due_on,
                    what_is_due=ANSWERS,
                    page=_page(each.plan),
                    leaves_at=at_its_hour(occurrence, each.plan.cycle),
                    subject=_subject(each, person, day),
                    body=_body(each, person, day),
                )


def _owed(at: datetime, **only: object) -> list[AnswersOwed]:
    """One query, and two for rules and changes where anything is owed. None while it is held."""
    changes: dict[Plan, list[RequiredChange]] = {}
    for change in (
        RequiredChange.objects.with_submission()
        .filter(
            was_handed_in=False,
            plan__status=Status.RETURNED,
            plan__district__retired_at=None,
            plan__cycle__reminders_from__lte=at,
            asked_at__lte=at,
            **only,
        )
        .select_related("plan__district", "plan__cycle")
        .prefetch_related("plan__cycle__reminder_rules", "plan__cycle__changes")
        .order_by("plan__district__name", "plan", "number")
    ):
        holds = held_until(change.plan.cycle)
        if holds is None or holds <= at:
            changes.setdefault(change.plan, []).append(change)
    return [
        AnswersOwed(
            plan=plan,
            number=sum(not change.is_answered for change in asked),
            asked_on=eastern_day(max(change.asked_at for change in asked)),
            due_on=min(change.due_on for change in asked),
        )
        for plan, asked in changes.items()
    ]


def _text(owed: AnswersOwed, person: User, day: date) -> tuple[str, str]:
    days = (owed.due_on - day).days
    text = render_to_string(
        "emails/answers_reminder.txt",
        {
            "person": person,
            "plan": owed.plan,
            "district": owed.plan.district,
            "number": owed.number,
            "due_on": owed.due_on,
            "days": days,
            "late": -days,
            "link": link_to(_page(owed.plan)),
            "office": parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
        },
    )
    subject, _, body = text.strip().partition("\n")
    return subject.strip(), body.strip() + "\n"


def _page(plan: Plan) -> Page:
    return Page("plan_changes", (plan.district.slug, plan.cycle_id))


_subject = lazy(lambda *about: _text(*about)[0], str)
_body = lazy(lambda *about: _text(*about)[1], str)
