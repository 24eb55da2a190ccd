"""Answering the changes the Department requires (R40, R41)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from districts.models import User
from plans.models import RequiredChange
from plans.permissions import may_answer_changes
from plans.services.letters import post_answered
from plans.services.locking import locked_plan
from plans.services.merging import Saved, Side, StaleRow, digest_of, side_of
from plans.workflow import Status, StepNotAllowed


@dataclass(frozen=True)
class Answer:
    """What was typed as the answer to a change, and what its field was filled from.

    `was` is the digest of that; where none came back, the version answers for it.
    """

    answer: str
    version: int
    was: str = ""


def answer_change(
    *, plan_id: int, number: int, version: int, answer: str, by: User, at: datetime
) -> RequiredChange:
    """Say what was done about a required change. An empty answer opens it again.

    Raises:
        PermissionDenied, StepNotAllowed, RequiredChange.DoesNotExist: as `answer_changes`.
        StaleRow: somebody else answered it meanwhile.
    """
    answers = {number: Answer(answer, version)}
    saved = answer_changes(plan_id=plan_id, answers=answers, by=by, at=at)[number]
    if saved.conflicts:
        raise StaleRow(saved)
    return saved.row


@transaction.atomic
def answer_changes(
    *, plan_id: int, answers: Mapping[int, Answer], by: User, at: datetime
) -> dict[int, Saved]:
    """Answer changes, by their numbers, in one act. An answer in conflict is told, not saved.

    Raises:
        PermissionDenied: not one of the district's drafters.
        StepNotAllowed: the plan is not with the district, or an answer was handed in before.
        RequiredChange.DoesNotExist: such a change was never asked.
    """
    plan = locked_plan(plan_id)
    if not may_answer_changes(by, plan, at=at):
        raise PermissionDenied
    if plan.status != Status.RETURNED:
        raise StepNotAllowed("Answers can be changed only while the plan is with you.")
    changes = plan.required_changes.with_submission().filter(number__in=answers)
    asked = {change.number: change for change in changes}
    if len(asked) < len(answers):
        raise RequiredChange.DoesNotExist
    saved = {
        number: _answer(asked[number], answer, by=by, at=at) for number, answer in answers.items()
    }
    is_given = any(each.is_changed and each.row.is_answered for each in saved.values())
    if is_given and not plan.required_changes.filter(answered_at=None).exists():
        post_answered(plan, at=at)
    return saved


def _answer(change: Any, typed: Answer, *, by: User, at: datetime) -> Saved:
    answer = typed.answer.strip()
    theirs = digest_of(change.answer)
    was = typed.was or (theirs if change.answer_version == typed.version else "")
    side = side_of(digest_of(answer), theirs=theirs, was=was)
    if side == Side.THEIRS:
        return Saved(change)
    if change.was_handed_in:
        raise StepNotAllowed(
            f"The answer to change {change.number} was handed in, so it stands. "
            "Answer the changes asked since."
        )
    if side == Side.BOTH_CHANGED:
        who, when = change.answered_by, change.answered_at
        return Saved(change, conflicts=("answer",), by=who, at=when)
    change.answer = answer
    change.answer_version += 1
    change.answered_at, change.answered_by = (at, by) if answer else (None, None)
    change.save(update_fields=["answer", "answer_version", "answered_at", "answered_by"])
    return Saved(change, is_changed=True)
