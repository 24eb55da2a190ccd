"""Moving a plan through its life. The only module that writes Plan.status."""

from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction

from districts.models import User
from notices.models import REMINDER
from notices.services import withdraw as withdraw_letters
from plans.models import GOES_ON, Plan, PlanEvent, PlanVersion
from plans.permissions import may_take
from plans.services.acts import digest_of, refuse_other_words
from plans.services.closing import Since, current_version, since_closing
from plans.services.letters import (
    post_recalled,
    post_receipt,
    post_reopened,
    post_submitted,
    post_withdrawn,
)
from plans.services.locking import locked_plan
from plans.services.sharing import end_shares
from plans.services.signing import unsigned
from plans.services.standing import refuse_unless_it_may_file
from plans.workflow import Status, Step, StepNotAllowed, target_of


class Blocked(StepNotAllowed):
    """The step starts from here, but something is missing. Every reason is fit to show a user."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


def already_taken(plan: Plan, key: UUID, step: Step, digest: str) -> PlanEvent | None:
    """The step taken with this key and these words before: the same form sent twice is one act.

    A page gone back to later holds its old key. Answering it with a step that has been undone
    since would tell someone that a plan is handed in which is not.

    Raises:
        StepNotAllowed: the key was used for another step, or the plan has moved on since.
        SentBefore: the same step was taken with the key, and with other words.
    """
    event = plan.events.filter(key=key).first()
    if event is None:
        return None
    since = plan.events.filter(pk__gt=event.pk).exclude(step=Step.START_REVIEW)
    if event.step != step or since.exists():
        raise StepNotAllowed(
            "This page was used before, and the plan has moved on since. Nothing was done. "
            "Open the page again."
        )
    refuse_other_words(event, digest)
    return event


@transaction.atomic
def take_step(
    *,
    plan_id: int,
    step: Step,
    by: User,
    at: datetime,
    key: UUID,
    reason: str = "",
    version: PlanVersion | None = None,
    digest: str = "",
) -> Plan:
    """Move a plan one step and record who did it.

    The row is locked, so of two people pressing at once the second is told, not obeyed. `digest`
    is of what was said where that is more than the reason.

    Raises:
        PermissionDenied: the step is not this person's to take.
        StepNotAllowed: the plan has moved on, or was never in a status this step starts from.
        SentBefore: the form was sent before, with other words.
    """
    plan = locked_plan(plan_id)
    digest = digest or digest_of(reason=reason)
    if already_taken(plan, key, step, digest):
        return plan
    if not may_take(by, step, plan, at=at):
        raise PermissionDenied
    _move(plan, step=step, by=by, at=at, key=key, reason=reason, version=version, digest=digest)
    return plan


def _move(
    plan: Plan,
    *,
    step: Step,
    by: User,
    at: datetime,
    key: UUID | None = None,
    reason: str = "",
    version: PlanVersion | None = None,
    digest: str = "",
) -> PlanEvent:
    """Write the step down. Whoever calls holds the lock and has asked permission."""
    source = Status(plan.status)
    arrivals = plan.events.filter(target=source).exclude(step=Step.RELEASE)  # that one only resumes
    arrival = arrivals.order_by("pk").last()
    plan.status = target_of(step, source=source, before=arrival.source if arrival else None)
    if step == Step.SUBMIT:
        plan.submitted_at, plan.submitted_by = at, by
    if step in {Step.RECALL, Step.REOPEN} and plan.status == Status.DRAFT:
        plan.submitted_at, plan.submitted_by = None, None  # it was never handed in after all
    plan.save(update_fields=["status", "submitted_at", "submitted_by"])
    return PlanEvent.objects.create(
        plan=plan,
        step=step,
        source=source,
        target=plan.status,
        version=version,
        reason=reason,
        digest=digest or digest_of(reason=reason),
        taken_by=by,
        taken_at=at,
        **({"key": key} if key else {}),
    )


@transaction.atomic
def submit(*, plan_id: int, by: User, at: datetime, key: UUID) -> Plan:
    """Hand the plan in. Where the reviewers of a returned plan remain, review goes on by itself.

    Raises:
        PermissionDenied: not the superintendent or the plan coordinator.
        Blocked: a signature or an answer is missing, or the text changed after it was closed, or
            the Department's figures in it; or a rule stops it now.
        StepNotAllowed: it was handed in already, or its district may not file (R02).
    """
    plan = locked_plan(plan_id)
    if already_taken(plan, key, Step.SUBMIT, digest_of(reason="")):
        return plan
    if not may_take(by, Step.SUBMIT, plan, at=at):
        raise PermissionDenied
    target_of(Step.SUBMIT, source=plan.status)
    refuse_unless_it_may_file(plan)
    version = current_version(plan)
    since = since_closing(plan, version, at=at) if version else None
    reasons = what_blocks_submission(plan, version, since)
    if reasons or version is None:
        raise Blocked(reasons)
    came_back = plan.status == Status.RETURNED
    event = _move(plan, step=Step.SUBMIT, by=by, at=at, key=key, version=version)
    end_shares(plan, by=by, at=at)
    withdraw_letters(about=plan.about, kind=REMINDER, at=at, why=f"Handed in by {by.name}.")
    goes_on = came_back and plan.assignments.current().reachable().exists()
    post_receipt(plan, event=event, version=version, is_in_review=goes_on)
    post_submitted(plan, event=event, version=version, came_back=came_back)
    if goes_on:
        _move(
            plan,
            step=Step.START_REVIEW,
            by=by,
            at=at,
            version=version,
            reason=GOES_ON,
        )
    return plan


def what_blocks_submission(
    plan: Plan, version: PlanVersion | None, since: Since | None
) -> list[str]:
    """Each thing that is missing, as a sentence (R15, R41), and each that stops it by now.

    The rules that stop closing are asked again, of the figures in force now: `since` says what
    they find.
    """
    if version is None:
        return ["The plan is not closed for signature, or was edited after it was closed."]
    reasons = [
        f"The {capacity.label.lower()} has not signed this version."
        for capacity in unsigned(version)
    ]
    unanswered = plan.required_changes.filter(answered_at=None).order_by("number")
    reasons += [f"Required change {change.number} is not answered." for change in unanswered]
    return reasons + (since.why_not if since else [])


@transaction.atomic
def recall(*, plan_id: int, by: User, at: datetime, key: UUID) -> Plan:
    """Take a plan back before its review starts. Signatures stay until the text is edited."""
    plan = take_step(plan_id=plan_id, step=Step.RECALL, by=by, at=at, key=key)
    post_recalled(plan, event=plan.events.get(key=key), version=current_version(plan))
    return plan


@transaction.atomic
def withdraw(*, plan_id: int, by: User, at: datetime, key: UUID, reason: str) -> Plan:
    """End a plan for the year. It is kept, nothing follows from it, and the Department is told."""
    plan = take_step(plan_id=plan_id, step=Step.WITHDRAW, by=by, at=at, key=key, reason=reason)
    end_shares(plan, by=by, at=at)
    withdraw_letters(about=plan.about, kind=REMINDER, at=at, why=f"Withdrawn by {by.name}.")
    post_withdrawn(plan, event=plan.events.get(key=key))
    return plan


@transaction.atomic
def reopen(*, plan_id: int, by: User, at: datetime, key: UUID, reason: str) -> Plan:
    """Open a withdrawn plan again, as a draft: it is owed once more, and its reminders go on.

    Raises:
        StepNotAllowed: it is not withdrawn, or its district may not file (R02).
    """
    plan = take_step(plan_id=plan_id, step=Step.REOPEN, by=by, at=at, key=key, reason=reason)
    refuse_unless_it_may_file(plan)
    post_reopened(plan, event=plan.events.get(key=key))
    return plan
