"""Reminders of a question that the Department asks about a plan, by the day it is to be answered.

They end with its answer, or as the Department closes it; a decision ends what is open. Its letter
left as it was asked, so only the last days before it is due remind, and those after it.
"""

from collections.abc import Collection, Iterator
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
from plans.models import Question, QuestionEntry
from plans.reminders.occurrences import Occurrence, until_now
from plans.reminders.owed import DISTRICTS, QUESTION, at_its_hour, is_held, people_told
from plans.workflow import QUESTIONS_STAND

FROM = -3  # days: of the year's rules those from the third day before. Our default


def batches_of_questions(at: datetime) -> Iterator[Batch]:
    owed = _owed(at)
    for first in range(0, len(owed), DISTRICTS):
        page = owed[first : first + DISTRICTS]
        yield Batch(list(_due(page, at)), partial(_again, at, [each.pk for each in page]))


def _again(at: datetime, asked: Collection[int]) -> Iterator[Reminder]:
    return _due(_owed(at, pk__in=asked), at)


def _owed(at: datetime, **only: object) -> list[QuestionEntry]:
    """One query, and two for rules and changes where anything is owed. None while it is held."""
    waiting = (
        QuestionEntry.objects.waiting()
        .filter(
            question__plan__status__in=sorted(QUESTIONS_STAND),
            question__plan__district__retired_at=None,
            question__plan__cycle__reminders_from__lte=at,
            written_at__lte=at,
            **only,
        )
        .select_related("question__plan__district", "question__plan__cycle")
        .prefetch_related("question__plan__cycle__reminder_rules", "question__plan__cycle__changes")
        .order_by("question__plan__district__name", "question__plan", "question__number")
    )
    return [each for each in waiting if not is_held(each.question.plan.cycle, at)]


def _due(owed: list[QuestionEntry], at: datetime) -> Iterator[Reminder]:
    """By the rules of the plan's cycle, counted from the day the answer is due."""
    people = people_told([each.question.plan.district_id for each in owed]) if owed else {}
    for each in owed:
        plan = each.question.plan
        called_for = until_now(
            at, plan.cycle, due_on=each.due_on, since=eastern_day(each.written_at)
        )
        occurrences = [one for one in called_for if one.days >= FROM]
        for person in people.get(plan.district_id, []):
            for occurrence in occurrences:
                is_latest = occurrence == occurrences[-1]
                day = eastern_day(at) if is_latest else occurrence.day
                yield _reminder(each, person, occurrence, day)


def _reminder(asked: QuestionEntry, person: User, occurrence: Occurrence, day: date) -> Reminder:
    plan, number, due_on = asked.question.plan, asked.question.number, occurrence.due_on
    rule = f"{QUESTION}-{occurrence.rule}"
    which = f"{number}-{asked.number}"  # asked further, it is another asking
    return Reminder(
        key=f"{REMINDER}/{plan.about}/{rule}/{which}/{due_on}/user-{person.pk}",
        series=f"{plan.about}/{QUESTION}-{which}/user-{person.pk}",
        about=plan.about,
        to_id=person.pk,
        address=person.email,
        rule=rule,
        why=f"{occurrence.why}: question {number}, {day_in_words(due_on)}",
        concerns=plan.district.name,
        due_on=due_on,
        what_is_due=QUESTION,
        page=_page(asked.question),
        leaves_at=at_its_hour(occurrence, plan.cycle),
        subject=_subject(asked.question, due_on, person, day),
        body=_body(asked.question, due_on, person, day),
    )


def _text(question: Question, due_on: date, person: User, day: date) -> tuple[str, str]:
    days = (due_on - day).days
    text = render_to_string(
        "emails/question_reminder.txt",
        {
            "person": person,
            "question": question,
            "plan": question.plan,
            "district": question.plan.district,
            "due_on": due_on,
            "days": days,
            "late": -days,
            "link": link_to(_page(question)),
            "office": parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
        },
    )
    subject, _, body = text.strip().partition("\n")
    return subject.strip(), body.strip() + "\n"


def _page(question: Question) -> Page:
    plan = question.plan
    return Page("plan_question", (plan.district.slug, plan.cycle_id, question.number))


_subject = lazy(lambda *about: _text(*about)[0], str)
_body = lazy(lambda *about: _text(*about)[1], str)
