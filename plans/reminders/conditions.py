"""Reminders of what an approval asks of a district by a day of its own (ADR 60).

They end when the Department records the condition as met. One that is met by a report has that
report's reminders, and none of these.
"""

from collections.abc import Collection, Iterator
from datetime import date, datetime, timedelta
from email.utils import parseaddr
from functools import partial

from django.conf import settings
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils.functional import lazy

from districts.calendar import eastern_day
from districts.models import User
from districts.words import day as day_in_words
from notices.models import REMINDER
from notices.pages import Page, link_to
from notices.reminders import Batch, Reminder
from plans.models import ApprovalCondition, Plan
from plans.reminders.occurrences import Occurrence, until_now
from plans.reminders.owed import CONDITION, DISTRICTS, at_its_hour, is_held, people_told
from plans.workflow import HELD_TO

A_WHILE = timedelta(hours=1)  # an approval may be called back in its first minutes
OF_A_REPORT = Q(watches__startswith="progress/") | Q(watches__startswith="expenditure/")


def batches_of_conditions(at: datetime) -> Iterator[Batch]:
    owed = _owed(at)
    for first in range(0, len(owed), DISTRICTS):
        page = owed[first : first + DISTRICTS]
        yield Batch(list(_due(page, at)), partial(_again, at, [each.pk for each in page]))


def _again(at: datetime, conditions: Collection[int]) -> Iterator[Reminder]:
    return _due(_owed(at, pk__in=conditions), at)


def _owed(at: datetime, **only: object) -> list[ApprovalCondition]:
    """One query, and two for rules and changes where anything is owed. None while it is held."""
    open_ones = (
        ApprovalCondition.objects.standing()
        .filter(
            met=None,
            event__taken_at__lte=at - A_WHILE,
            plan__status__in=sorted(HELD_TO),
            plan__district__retired_at=None,
            plan__cycle__reminders_from__lte=at,
            **only,
        )
        .exclude(OF_A_REPORT)
        .select_related("event", "plan__district", "plan__cycle")
        .prefetch_related("plan__cycle__reminder_rules", "plan__cycle__changes")
        .order_by("plan__district__name", "plan", "number")
    )
    return [each for each in open_ones if not is_held(each.plan.cycle, at)]


def _due(owed: list[ApprovalCondition], at: datetime) -> Iterator[Reminder]:
    """By the rules of the plan's cycle, counted from the day of the condition."""
    people = people_told([each.plan.district_id for each in owed]) if owed else {}
    for each in owed:
        since = eastern_day(each.event.taken_at)
        occurrences = until_now(at, each.plan.cycle, due_on=each.due_on, since=since)
        for person in people.get(each.plan.district_id, []):
            for occurrence in occurrences:
                is_latest = occurrence == occurrences[-1]
                day = eastern_day(at) if is_latest else occurrence.day
                yield _reminder(each, person, occurrence, day)


def _reminder(
    condition: ApprovalCondition, person: User, occurrence: Occurrence, day: date
) -> Reminder:
    plan = condition.plan
    rule = f"{CONDITION}-{occurrence.rule}"
    return Reminder(
        key=f"{REMINDER}/{plan.about}/{rule}/{condition.pk}/{condition.due_on}/user-{person.pk}",
        series=f"{plan.about}/{CONDITION}-{condition.pk}/user-{person.pk}",
        about=plan.about,
        to_id=person.pk,
        address=person.email,
        rule=rule,
        why=f"{occurrence.why}: a condition of the approval, {day_in_words(condition.due_on)}",
        concerns=plan.district.name,
        due_on=condition.due_on,
        what_is_due=CONDITION,
        page=_page(plan),
        leaves_at=at_its_hour(occurrence, plan.cycle),
        subject=_subject(condition, person, day),
        body=_body(condition, person, day),
    )


def _text(condition: ApprovalCondition, person: User, day: date) -> tuple[str, str]:
    days = (condition.due_on - day).days
    text = render_to_string(
        "emails/condition_reminder.txt",
        {
            "person": person,
            "condition": condition,
            "plan": condition.plan,
            "district": condition.plan.district,
            "days": days,
            "past": -days,
            "link": link_to(_page(condition.plan)),
            "office": parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
        },
    )
    subject, _, body = text.strip().partition("\n")
    return subject.strip(), body.strip() + "\n"


def _page(plan: Plan) -> Page:
    return Page("plan", (plan.district.slug, plan.cycle_id))


_subject = lazy(lambda *about: _text(*about)[0], str)
_body = lazy(lambda *about: _text(*about)[1], str)
