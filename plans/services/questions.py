"""Answering a question that the Department asks about a plan, short of a return (R40a).

The plan stays as it is and where it is: an answer unlocks nothing, and stops no clock.
"""

from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction

from districts.models import User
from districts.words import eastern
from plans.models import Plan, Question, QuestionEntry
from plans.permissions import may_answer_question
from plans.services.acts import digest_of, refuse_other_words
from plans.services.locking import locked_plan
from plans.services.question_letters import post_question_answered
from plans.services.steps import Blocked
from plans.workflow import QUESTIONS_STAND, Status, StepNotAllowed, said_to_district

Did = QuestionEntry.Did


@transaction.atomic
def answer_question(
    *, plan_id: int, number: int, seen: int, text: str, key: UUID, by: User, at: datetime
) -> QuestionEntry:
    """Answer what was asked last. `seen` is the number of the entry that the page ended with.

    An answer is a record: it is not changed. One after the due date is taken all the same.

    Raises:
        PermissionDenied: not one of the district's people who answer it.
        Question.DoesNotExist: such a question was never asked.
        StepNotAllowed: it was answered or closed meanwhile, or the plan is decided.
        Blocked: nothing is said.
    """
    plan = locked_plan(plan_id)
    question = plan.questions.with_standing().get(number=number)
    said = {"question": question.pk, "seen": seen, "text": text.strip()}
    if (written := written_before(question, key, said)) is not None:
        return written
    if not may_answer_question(by, plan, question.section, at=at):
        raise PermissionDenied
    refuse_unless_open(plan)
    last = last_entry(question)
    if last.number != seen or last.did != Did.ASKED:
        raise StepNotAllowed(_since(last, by))
    if not said["text"]:
        raise Blocked(["Write an answer."])
    entry = add_entry(question, Did.ANSWERED, said, text=said["text"], key=key, by=by, at=at)
    post_question_answered(plan, question, asked=last, answer=entry)
    return entry


def written_before(question: Question, key: UUID, said: dict) -> QuestionEntry | None:
    """The entry that this form wrote already.

    Raises:
        SentBefore: it was sent with other words.
    """
    entry = QuestionEntry.objects.filter(key=key).first()
    if entry is not None:
        refuse_other_words(entry, digest_of(**said))
    return entry


def last_entry(question: Question) -> QuestionEntry:
    return question.entries.select_related("written_by").order_by("number").reverse()[0]


def refuse_unless_open(plan: Plan) -> None:
    """
    Raises:
        StepNotAllowed: the plan is decided or withdrawn, which ends its questions.
    """
    if plan.status not in QUESTIONS_STAND:
        now = said_to_district(Status(plan.status))
        raise StepNotAllowed(
            f"The plan is {now} now, which ended its questions. Nothing was recorded."
        )


def add_entry(
    question: Question,
    did: str,
    said: dict,
    *,
    text: str,
    key: UUID,
    by: User,
    at: datetime,
    **asked: object,
) -> QuestionEntry:
    """Whoever calls holds the plan, so the entries of its questions are counted on."""
    return QuestionEntry.objects.create(
        question=question,
        number=question.entries.count() + 1,
        did=did,
        text=text,
        key=key,
        digest=digest_of(**said),
        written_at=at,
        written_by=by,
        **asked,
    )


def _since(last: QuestionEntry, by: User) -> str:
    """What happened since the page was opened, as the district may know it."""
    when = eastern(last.written_at)
    if last.did == Did.ANSWERED:
        who = "You" if last.written_by_id == by.pk else last.written_by.name
        return f"{who} answered this question on {when}. Nothing else was recorded."
    if last.did == Did.CLOSED:
        return f"The Department closed this question on {when}. Nothing was recorded."
    return f"The Department asked further on {when}. Nothing was recorded. Read it, and answer it."
