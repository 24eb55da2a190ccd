"""Undoing a return that was made by mistake, before the district has acted on it (R40a)."""

from datetime import datetime
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q

from districts.models import User
from notices.models import REMINDER
from notices.services import withdraw as withdraw_letters
from plans.models import Plan, PlanEvent, RequiredChange
from plans.rules.words import listing
from plans.services import Blocked, already_taken, digest_of, locked_plan, take_step
from plans.services.letters import DECISIONS_GO_TO, outside_district, people_of, post_letter
from plans.workflow import Status, Step
from reviews.models import ProposedChange, ReturnDraft
from reviews.permissions import may_undo_return
from reviews.reports.deciders import deciders
from reviews.services.judging_answers import go_back_a_round
from reviews.services.news import event_of, post_news
from reviews.services.turns import ask_turn


def return_to_undo(plan: Plan) -> PlanEvent | None:
    """The return by which the plan is with its district."""
    returns = plan.events.filter(step=Step.RETURN).select_related("taken_by", "version")
    return returns.order_by("pk").last()


def why_it_stands(plan: Plan, returned: PlanEvent) -> str:
    """What the district has done with the return, which therefore stands; empty where nothing."""
    aside = Q(step__in=[Step.WITHHOLD, Step.RELEASE])
    if plan.events.filter(pk__gt=returned.pk).exclude(aside).exists():
        return "The plan has moved on since it was returned, so the return stands."
    if returned.version is None or plan.edition != returned.version.edition:
        return "The district has edited the plan since it was returned, so the return stands."
    answered = Q(answered_at__isnull=False) | Q(answer_version__gt=1)
    if RequiredChange.objects.filter(answered, event=returned).exists():
        return "The district has answered a change since, so the return stands."
    return ""


@transaction.atomic
def undo_return(
    *, plan_id: int, returned: int, reason: str, key: UUID, by: User, at: datetime
) -> Plan:
    """Take the plan back into review, as if it had not been returned.

    `returned` is the event of the return that was read. Its changes stay on record as undone, and
    the words that were sent are a draft again.

    Raises:
        PermissionDenied: neither who made the return, nor the program manager or a decider.
        MovedOn, StepNotAllowed: the plan is not returned.
        Blocked: the district has edited or answered since, or no reason is given.
    """
    plan = locked_plan(plan_id)
    reason = reason.strip()
    if already_taken(plan, key, Step.UNDO_RETURN, digest_of(reason=reason)):
        return plan
    ask_turn(plan, Step.UNDO_RETURN, by=by, at=at)
    event = return_to_undo(plan)
    if event is None or not may_undo_return(by, plan, event.taken_by_id, at=at):
        raise PermissionDenied
    if event.pk != returned:
        raise Blocked(["The plan was returned again since you opened this page. Open it anew."])
    if why := why_it_stands(plan, event):
        raise Blocked([why])
    if not reason:
        raise Blocked(["Say why the return is undone: the district reads it."])
    plan = take_step(
        plan_id=plan.pk,
        step=Step.UNDO_RETURN,
        by=by,
        at=at,
        key=key,
        version=event.version,
        reason=reason,
    )
    undoing = event_of(plan, key)
    again = go_back_a_round(event, undoing=undoing)
    left = event.required_changes.order_by("number")
    numbers = list(left.values_list("number", flat=True))
    left.update(undone=undoing)
    _draft_again(plan, event, by=by, at=at)
    _tell(plan, event, undoing, numbers, again)
    return plan


def _draft_again(plan: Plan, event: PlanEvent, *, by: User, at: datetime) -> None:
    """What was sent stays as it was sent; its words are copied, to be sent, mended or left."""
    sent = ReturnDraft.objects.filter(event=event).first()
    if sent is None or plan.return_drafts.unsent().exists():
        return
    draft = ReturnDraft.objects.create(
        plan=plan,
        words=sent.words,
        saved_at=sent.saved_at,
        saved_by=sent.saved_by,
        started_at=at,
        started_by=by,
    )
    written = ("section", "anchor", "text", "due_on", "written_at", "written_by")
    copied = (*written, "saved_at", "saved_by")
    ProposedChange.objects.bulk_create(
        ProposedChange(
            draft=draft, lineage=uuid4(), **{name: getattr(one, name) for name in copied}
        )
        for one in sent.changes.filter(removed_at=None).order_by("pk")
    )


def _tell(
    plan: Plan, event: PlanEvent, undoing: PlanEvent, numbers: list[int], again: list[int]
) -> None:
    at = undoing.taken_at
    withdraw_letters(about=plan.about, kind=REMINDER, at=at, why="The return was undone.")
    post_letter(
        plan,
        kind="return_undone",
        because=undoing,
        occasion=f"event-{undoing.pk}",
        to=people_of(plan, DECISIONS_GO_TO),
        why="The return was undone",
        at=at,
        version=event.version,
        returned_at=event.taken_at,
        count=len(numbers),
        numbers=listing(numbers) if numbers else "",
        again=listing(again) if again else "",
        again_count=len(again),
        reason=undoing.reason,
    )
    is_recommended = plan.status == Status.RECOMMENDED
    post_news(plan, undoing, also=outside_district(plan, deciders(at=at)) if is_recommended else [])
