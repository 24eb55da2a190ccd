"""Answering the changes the Department requires (R40, R41)."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from districts.models import User
from plans.models import RequiredChange
from plans.permissions import may_answer_changes
from plans.services.letters import post_answered
from plans.services.locking import locked_plan
from plans.services.merging import Saved, StaleRow
from plans.workflow import Status, StepNotAllowed


@transaction.atomic
def answer_change(
    *, plan_id: int, number: int, version: int, answer: str, by: User, at: datetime
) -> RequiredChange:
    """Say what was done about a required change. An empty answer opens it again.

    Raises:
        PermissionDenied: not one of the district's drafters.
        StepNotAllowed: the plan is not with the district, or the answer was handed in before.
        StaleRow: somebody else answered it meanwhile.
    """
    plan = locked_plan(plan_id)
    if not may_answer_changes(by, plan, at=at):
        raise PermissionDenied
    if plan.status != Status.RETURNED:
        raise StepNotAllowed("Answers can be changed only while the plan is with you.")
    change = plan.required_changes.with_submission().get(number=number)
    answer = answer.strip()
    if change.answer == answer:
        return change
    if change.was_handed_in:
        raise StepNotAllowed(
            f"The answer to change {number} was handed in, so it stands. "
            "Answer the changes asked since."
        )
    if change.answer_version != version:
        raise StaleRow(Saved(change))
    change.answer = answer
    change.answer_version += 1
    change.answered_at, change.answered_by = (at, by) if answer else (None, None)
    change.save(update_fields=["answer", "answer_version", "answered_at", "answered_by"])
    if answer and not plan.required_changes.filter(answered_at=None).exists():
        post_answered(plan, at=at)
    return change
