"""Writing a return together: one draft of all who may return the plan, until one of them sends it.

Each change is saved by itself, over the version its writer saw; `plans.services.merging` says
what is in conflict.
"""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied
from django.db import transaction

from districts.models import User
from plans.models import Plan
from plans.permissions import may_take
from plans.services import Blocked, StaleRow, locked_plan
from plans.services.merging import Saved, Typed, save_merged
from plans.workflow import Status, Step, steps_from
from reviews.models import ProposedChange, ReturnDraft
from reviews.services.turns import MovedOn, ask_turn

MOST_CHANGES = 40  # of one return: more is another conversation
HERE = {"removed_at": None, "removed_by_id": None}


@transaction.atomic
def save_change(
    *,
    plan_id: int,
    lineage: UUID,
    version: int,
    values: dict[str, Any],
    as_typed: dict[str, str],
    by: User,
    at: datetime,
) -> ProposedChange:
    """Write a change into the draft, or put back one that was taken out. Version 0 is a new one.

    The same form sent twice is one change; sent again with other words it is another.

    Raises:
        PermissionDenied: the plan is not this person's to return.
        MovedOn, StepNotAllowed: the plan cannot be returned now, or this change was sent.
        StaleRow: somebody else saved it, or took it out, meanwhile.
        Blocked: the draft asks for as much as one return may.
    """
    plan = _theirs(plan_id, by, at=at)
    row = ProposedChange.objects.filter(draft__plan=plan, lineage=lineage).first()
    if row is not None and row.removed_at is None and _says(row, values, as_typed):
        return row
    ask_turn(plan, Step.RETURN, by=by, at=at)
    if row is not None and row.draft.event_id is not None and version:
        raise MovedOn("This change was sent to the district already. Write another one.")
    if row is not None and version:
        _save(row, Typed(values | HERE, as_typed, version), by=by, at=at)
        return row
    draft = open_draft(plan, by=by, at=at)
    if draft.changes.filter(removed_at=None).count() >= MOST_CHANGES:
        raise Blocked([f"A return asks for {MOST_CHANGES} changes at most."])
    return ProposedChange.objects.create(
        draft=draft,
        lineage=lineage if row is None else uuid4(),
        as_typed=as_typed,
        written_at=at,
        written_by=by,
        saved_at=at,
        saved_by=by,
        **values,
    )


@transaction.atomic
def remove_change(*, plan_id: int, lineage: UUID, version: int, by: User, at: datetime) -> None:
    """Take a change out of the draft; it can be put back. Removing it twice is one act.

    Raises:
        PermissionDenied, MovedOn, StepNotAllowed, StaleRow.
    """
    plan = _theirs(plan_id, by, at=at)
    unsent = ProposedChange.objects.filter(draft__plan=plan, draft__event=None)
    row = unsent.filter(lineage=lineage, removed_at=None).first()
    if row is None:
        return
    ask_turn(plan, Step.RETURN, by=by, at=at)
    if row.version != version:
        raise StaleRow(Saved(row))
    row.version += 1
    row.removed_at, row.removed_by = at, by
    row.save(update_fields=["version", "removed_at", "removed_by"])


@transaction.atomic
def save_words(
    *,
    plan_id: int,
    version: int,
    values: dict[str, Any],
    as_typed: dict[str, str],
    by: User,
    at: datetime,
) -> ReturnDraft:
    """What the letter says before the changes.

    Raises:
        PermissionDenied, MovedOn, StepNotAllowed, StaleRow.
    """
    plan = _theirs(plan_id, by, at=at)
    last = plan.return_drafts.order_by("-pk").first()
    is_settled = Step.RETURN not in steps_from(Status(plan.status))  # the form sent twice
    is_ours = last is not None and (is_settled or last.event_id is None)
    if last is not None and is_ours and _says(last, values, as_typed):
        return last
    ask_turn(plan, Step.RETURN, by=by, at=at)
    draft = open_draft(plan, by=by, at=at)
    if draft.saved_by_id is None:  # a page of a former return is no newer than no words at all
        version = draft.version
    _save(draft, Typed(values, as_typed, version), by=by, at=at)
    return draft


def open_draft(plan: Plan, *, by: User, at: datetime) -> ReturnDraft:
    """The plan's one unsent draft, begun if there is none. Whoever calls holds the plan."""
    draft, _ = plan.return_drafts.unsent().get_or_create(
        plan=plan, event=None, defaults={"started_at": at, "started_by": by}
    )
    return draft


def _theirs(plan_id: int, by: User, *, at: datetime) -> Plan:
    plan = locked_plan(plan_id)
    if not may_take(by, Step.RETURN, plan, at=at):
        raise PermissionDenied
    return plan


def _save(row: ProposedChange | ReturnDraft, typed: Typed, *, by: User, at: datetime) -> None:
    saved = save_merged(row, typed, by=by, at=at)
    if saved.conflicts:
        raise StaleRow(saved)


def _says(
    row: ProposedChange | ReturnDraft, values: dict[str, Any], as_typed: dict[str, str]
) -> bool:
    return row.as_typed == as_typed and all(
        getattr(row, name) == value for name, value in values.items()
    )
