"""Calling an approval back before its letters leave: 15 minutes, and then it stands."""

from datetime import datetime, timedelta
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction

from districts.models import User
from districts.words import eastern
from notices.services import call_back as call_letters_back
from plans.models import ConditionMet, Plan, PlanEvent
from plans.services import Blocked, already_taken, digest_of, locked_plan, take_step
from plans.workflow import Step, StepNotAllowed
from reviews.models import Determination
from reviews.permissions import may_call_back
from reviews.services.news import COPY, event_of, post_copy, post_news
from reviews.services.turns import ask_turn

HELD_FOR = timedelta(minutes=15)  # our choice: long enough to see a mistake, short for a district


def decision_to_call_back(plan: Plan) -> Determination | None:
    """The plan's decision, with who made it."""
    return Determination.objects.filter(plan=plan).select_related("decided_by", "event").first()


def why_it_cannot_be(plan: Plan, decided: Determination, *, at: datetime) -> str:
    """Why the approval stands; empty while it can be called back."""
    if not decided.is_held(at):
        left = eastern(decided.leaves_at or decided.decided_at)
        return (
            f"The letters left {left}, so the approval stands. What follows it is a revision, or"
            " withholding the funds."
        )
    if decided.event_id is None or plan.events.filter(pk__gt=decided.event_id).exists():
        return "The plan has moved on since it was approved, so the approval stands."
    if plan.revisions.exists():
        return "The district has begun a revision of the approved plan, so the approval stands."
    if ConditionMet.objects.filter(condition__event=decided.event_id).exists():
        return "A condition of the approval is recorded as met, so the approval stands."
    return ""


@transaction.atomic
def call_back(
    *, plan_id: int, decision: int, reason: str, key: UUID, by: User, at: datetime
) -> Plan:
    """Take the plan back to where it was before its approval, and withdraw the letters unsent.

    `decision` is the determination that was read. It stays on record, as called back.

    Raises:
        PermissionDenied: neither who decided, nor the Commissioner.
        MovedOn, StepNotAllowed: the plan is not approved.
        Blocked: the letters have left, the district has acted on it, or no reason is given.
    """
    plan = locked_plan(plan_id)
    reason = reason.strip()
    if already_taken(plan, key, Step.CALL_BACK, digest_of(reason=reason)):
        return plan
    ask_turn(plan, Step.CALL_BACK, by=by, at=at)
    decided = decision_to_call_back(plan)
    if decided is None:
        raise StepNotAllowed("This approval is from before decisions were kept, so it stands.")
    if not may_call_back(by, plan, decided.decided_by_id, at=at):
        raise PermissionDenied
    if decided.pk != decision:
        raise Blocked(["The plan was decided again since you opened this page. Open it anew."])
    if why := why_it_cannot_be(plan, decided, at=at):
        raise Blocked([why])
    if not reason:
        raise Blocked(["Say why the approval is called back: it stays on record."])
    _withdraw_letters(decided.event, by=by, at=at)
    plan = take_step(
        plan_id=plan.pk,
        step=Step.CALL_BACK,
        by=by,
        at=at,
        key=key,
        version=decided.version,
        reason=reason,
    )
    event = event_of(plan, key)
    Determination.objects.filter(pk=decided.pk).update(plan=None, former_of=plan, called_back=event)
    post_news(plan, event, but=post_copy(plan, event))
    return plan


def _withdraw_letters(event: PlanEvent | None, *, by: User, at: datetime) -> None:
    """All that tell of the approval, or none: one that is out of the house brings it to somebody.

    The Commissioner's copy of a delegate's decision left at once, and the next says what became of
    it.
    """
    letters = [] if event is None else list(event.letters.exclude(notice__kind=COPY))
    why = f"{by.name} called the approval back."
    if not call_letters_back([letter.pk for letter in letters], at=at, why=why):
        raise Blocked(["A letter has left meanwhile, so the approval stands."])
