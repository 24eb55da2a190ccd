"""Asking a district about its plan without returning it (R40a): ask, ask further, close."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max

from districts.calendar import eastern_day
from districts.models import User
from districts.words import eastern
from plans.documents.places import Place
from plans.models import Plan, Question, QuestionEntry
from plans.sections import READABLE
from plans.services import Blocked, digest_of, locked_plan, refuse_other_words
from plans.services.question_letters import post_question_asked
from plans.services.questions import (
    add_entry,
    last_entry,
    refuse_unless_open,
    written_before,
)
from plans.workflow import ASKED_ABOUT, Status, StepNotAllowed
from reviews.calendar import business_days_after
from reviews.permissions import may_ask
from reviews.services.places import read_place
from reviews.services.turns import MovedOn, version_read

DAYS_TO_ANSWER = 5  # business days. Our default: R40a names none
Did = QuestionEntry.Did


def usual_answer_due(at: datetime) -> date:
    return business_days_after(eastern_day(at), DAYS_TO_ANSWER)


@transaction.atomic
def ask_question(
    *,
    plan_id: int,
    version: int,
    section: str,
    text: str,
    due_on: date | None,
    key: UUID,
    by: User,
    at: datetime,
    place: Place | None = None,
) -> Question:
    """Ask about a section of the version that was read, or a row or field there.

    No date: the usual days to answer.

    Raises:
        PermissionDenied: takes no part in the review of this plan.
        StepNotAllowed, MovedOn: the plan is not with the Department, or in another version.
        Blocked: nothing is asked, not about a section of the plan, or by a day that has passed.
    """
    plan = locked_plan(plan_id)
    said = {
        "plan": plan.pk,
        "section": section,
        "text": text.strip(),
        "due_on": str(due_on or ""),
        "place": str(place) if place else "",
    }
    entry = QuestionEntry.objects.filter(key=key).select_related("question").first()
    if entry is not None:
        refuse_other_words(entry, digest_of(**said))
        return entry.question
    _ask_whether(plan, by, at=at)
    judged = version_read(plan, version)
    about = ["Say which section the question is about."] if section not in READABLE else []
    if reasons := [*about, *_faults(text, due_on, at=at)]:
        raise Blocked(reasons)
    numbers = plan.questions.aggregate(last=Max("number"))
    question = Question.objects.create(
        plan=plan,
        version=judged,
        number=(numbers["last"] or 0) + 1,
        section=section,
        **read_place(judged, section, place),
    )
    return _asked(plan, question, said, text, due_on, key=key, by=by, at=at).question


@transaction.atomic
def ask_further(
    *,
    plan_id: int,
    number: int,
    seen: int,
    text: str,
    due_on: date | None,
    key: UUID,
    by: User,
    at: datetime,
) -> QuestionEntry:
    """Go on from an answer, or from a question that was closed.

    `seen` is the number of the entry that the page ended with.

    Raises:
        PermissionDenied, StepNotAllowed, Blocked: as asking does.
        MovedOn: a colleague went on or closed it meanwhile, or its answer came.
        Question.DoesNotExist.
    """
    plan = locked_plan(plan_id)
    question = plan.questions.get(number=number)
    said = {
        "question": question.pk,
        "seen": seen,
        "text": text.strip(),
        "due_on": str(due_on or ""),
    }
    if (written := written_before(question, key, said)) is not None:
        return written
    _ask_whether(plan, by, at=at)
    if _unmoved(question, seen, by).did == Did.ASKED:
        raise StepNotAllowed("This question has no answer yet, so there is nothing to go on from.")
    if reasons := _faults(text, due_on, at=at):
        raise Blocked(reasons)
    return _asked(plan, question, said, text, due_on, key=key, by=by, at=at)


@transaction.atomic
def close_question(
    *, plan_id: int, number: int, seen: int, text: str, key: UUID, by: User, at: datetime
) -> QuestionEntry:
    """The Department asks no more: the answer will do, or the question needs none.

    Raises:
        PermissionDenied, StepNotAllowed, MovedOn, Question.DoesNotExist: as going on does.
    """
    plan = locked_plan(plan_id)
    question = plan.questions.get(number=number)
    said = {"question": question.pk, "seen": seen, "closes": text.strip()}
    if (written := written_before(question, key, said)) is not None:
        return written
    if not may_ask(by, plan, at=at):
        raise PermissionDenied
    refuse_unless_open(plan)
    if _unmoved(question, seen, by).did == Did.CLOSED:
        raise StepNotAllowed("This question is closed already.")
    return add_entry(question, Did.CLOSED, said, text=text.strip(), key=key, by=by, at=at)


def _ask_whether(plan: Plan, by: User, *, at: datetime) -> None:
    if not may_ask(by, plan, at=at):
        raise PermissionDenied
    if plan.status not in ASKED_ABOUT:
        raise StepNotAllowed(
            f"This plan is {Status(plan.status).label.lower()} now, so nothing is asked about it. "
            "A question is asked while the Department has the plan."
        )


def _asked(
    plan: Plan,
    question: Question,
    said: dict[str, Any],
    text: str,
    due_on: date | None,
    *,
    key: UUID,
    by: User,
    at: datetime,
) -> QuestionEntry:
    due_on = due_on or usual_answer_due(at)
    act: dict[str, Any] = {"key": key, "by": by, "at": at}
    entry = add_entry(question, Did.ASKED, said, text=text.strip(), due_on=due_on, **act)
    post_question_asked(plan, question, entry)
    return entry


def _unmoved(question: Question, seen: int, by: User) -> QuestionEntry:
    """The last entry, if the page ended with it."""
    last = last_entry(question)
    if last.number == seen:
        return last
    who = "You" if last.written_by_id == by.pk else last.written_by.name
    deed = {
        Did.ASKED: "asked further",
        Did.ANSWERED: "answered this question",
        Did.CLOSED: "closed this question",
    }[Did(last.did)]
    raise MovedOn(f"{who} {deed} on {eastern(last.written_at)}. Nothing else was recorded.")


def _faults(text: str, due_on: date | None, *, at: datetime) -> list[str]:
    reasons = [] if text.strip() else ["Write what you ask."]
    if due_on is not None and due_on < eastern_day(at):
        reasons.append("The answer is due on a day that has passed. Write a day to come.")
    return reasons
