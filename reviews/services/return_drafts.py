"""Writing a return together: one draft of all who may return the plan, until one of them sends it.

Each change is saved by itself, field by field; `plans.services.merging` says what is in conflict.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied
from django.db import transaction

from districts.models import User
from plans.models import Plan
from plans.permissions import may_take
from plans.services import Blocked, StaleRow, locked_plan
from plans.services.merging import Saved, Typed, merge, save_merged, without_conflict
from plans.workflow import Status, Step, steps_from
from reviews.models import ProposedChange, ReturnDraft
from reviews.services.turns import MovedOn, ask_turn

MOST_CHANGES = 40  # of one return: more is another conversation
HERE = {"removed_at": None, "removed_by_id": None}


def save_change(
    *,
    plan_id: int,
    lineage: UUID,
    version: int,
    values: dict[str, Any],
    as_typed: dict[str, str],
    filled_from: dict[str, str] | None = None,
    by: User,
    at: datetime,
) -> ProposedChange:
    """Write a change into the draft, or put back one that was taken out. Version 0 is a new one.

    The same form sent twice is one change; sent again with other words it is another.

    Raises:
        PermissionDenied: the plan is not this person's to return.
        MovedOn, StepNotAllowed: the plan cannot be returned now, or this change was sent.
        StaleRow: of the fields that somebody else changed too, the others are saved; or of all,
            where somebody took the change out meanwhile.
        Blocked: the draft asks for as much as one return may.
    """
    typed = Typed(values, as_typed, version, filled_from)
    with transaction.atomic():
        plan = _theirs(plan_id, by, at=at)
        saved = _save_change(plan, lineage, typed, by=by, at=at)
    return without_conflict(saved)


def _save_change(plan: Plan, lineage: UUID, typed: Typed, *, by: User, at: datetime) -> Saved:
    row = ProposedChange.objects.filter(draft__plan=plan, lineage=lineage).first()
    if row is not None and row.removed_at is None and _says(row, typed):
        return Saved(row)
    ask_turn(plan, Step.RETURN, by=by, at=at)
    if row is not None and row.draft.event_id is not None and typed.version:
        raise MovedOn("This change was sent to the district already. Write another one.")
    if row is not None and typed.version:
        return _save_over(row, typed, by=by, at=at)
    draft = open_draft(plan, by=by, at=at)
    if draft.changes.filter(removed_at=None).count() >= MOST_CHANGES:
        raise Blocked([f"A return asks for {MOST_CHANGES} changes at most."])
    written = ProposedChange.objects.create(
        draft=draft,
        lineage=lineage if row is None else uuid4(),
        as_typed=typed.as_typed,
        written_at=at,
        written_by=by,
        saved_at=at,
        saved_by=by,
        **typed.values,
    )
    return Saved(written, is_changed=True)


def _save_over(row: ProposedChange, typed: Typed, *, by: User, at: datetime) -> Saved:
    if row.removed_at is None:
        return save_merged(row, typed, by=by, at=at)
    if row.version == typed.version:
        return save_merged(row, typed, by=by, at=at, **HERE)
    names = tuple(row._meta.get_field(column).name for column in typed.values)
    return Saved(row, conflicts=names, by=row.removed_by, at=row.removed_at)


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


def save_words(
    *,
    plan_id: int,
    version: int,
    values: dict[str, Any],
    as_typed: dict[str, str],
    filled_from: dict[str, str] | None = None,
    by: User,
    at: datetime,
) -> ReturnDraft:
    """What the letter says before the changes.

    Raises:
        PermissionDenied, MovedOn, StepNotAllowed, StaleRow.
    """
    typed = Typed(values, as_typed, version, filled_from)
    with transaction.atomic():
        plan = _theirs(plan_id, by, at=at)
        saved = _save_words(plan, typed, by=by, at=at)
    return without_conflict(saved)


def _save_words(plan: Plan, typed: Typed, *, by: User, at: datetime) -> Saved:
    last = plan.return_drafts.order_by("-pk").first()
    is_settled = Step.RETURN not in steps_from(Status(plan.status))  # the form sent twice
    is_ours = last is not None and (is_settled or last.event_id is None)
    if last is not None and is_ours and _says(last, typed):
        return Saved(last)
    ask_turn(plan, Step.RETURN, by=by, at=at)
    draft = open_draft(plan, by=by, at=at)
    if draft.saved_by_id is None:  # a page of a former return is no newer than no words at all
        typed = replace(typed, version=draft.version, filled_from=None)
    return save_merged(draft, typed, by=by, at=at)


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


def _says(row: ProposedChange | ReturnDraft, typed: Typed) -> bool:
    """Whether there is nothing to write, and nothing to ask."""
    merged = merge(row, typed)
    return not merged.values and not merged.conflicts
