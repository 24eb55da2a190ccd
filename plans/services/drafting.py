"""Writing a plan: each section and each row is saved by itself, and nothing typed is refused.

`values` names a row's columns (`domain_id`, not `domain`); `as_typed` holds, by column, text that
a field could not read.
"""

from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, Max

from districts.models import User
from plans.models import (
    Attachment,
    BoardApproval,
    ListRow,
    Plan,
    SectionRow,
    Voiding,
)
from plans.permissions import may_edit, may_record_vote
from plans.services.locking import locked_plan
from plans.services.room import refuse_without_room
from plans.workflow import VOTE_IS_OPEN, StepNotAllowed, said_to_district

AnySection = TypeVar("AnySection", bound=SectionRow)
AnyRow = TypeVar("AnyRow", bound=ListRow)


class StaleRow(Exception):
    """Somebody else saved the row first. `row` is what they saved; what was typed is not lost."""

    def __init__(self, row: Any) -> None:
        super().__init__("Somebody else changed this while you were writing.")
        self.row = row


class RowGone(Exception):
    """Somebody removed the row meanwhile."""


@transaction.atomic
def save_section(
    *,
    plan_id: int,
    model: type[AnySection],
    version: int,
    values: dict[str, Any],
    as_typed: dict[str, str],
    by: User,
    at: datetime,
) -> AnySection:
    """Save a section of which the plan has one.

    Raises:
        PermissionDenied, StepNotAllowed, StaleRow.
    """
    plan = _open_draft(plan_id, by, at=at)
    row = model._default_manager.get(plan=plan)
    return _save(plan, row, version=version, values=values, as_typed=as_typed, by=by, at=at)


@transaction.atomic
def add_row(
    *,
    plan_id: int,
    model: type[AnyRow],
    values: dict[str, Any],
    as_typed: dict[str, str],
    by: User,
    at: datetime,
    lineage: UUID | None = None,
) -> AnyRow:
    """Add a row at the end of its list. The same form sent twice is one row.

    Sent again with other words, from a page gone back to, it is another row.

    Raises:
        PermissionDenied, StepNotAllowed.
        RowGone: the objective or strategy it belongs to was removed meanwhile.
        NoRoom: it is a file, and the plan has as many as it takes.
    """
    plan = _open_draft(plan_id, by, at=at)
    lineage = lineage or uuid4()
    _same_plan(plan, model, values)
    rows = model._default_manager.filter(plan=plan)
    if (there := rows.filter(lineage=lineage).first()) is not None:
        if _holds(there, {**values, "as_typed": as_typed}):
            return there
        lineage = uuid4()
    if model is Attachment:
        refuse_without_room(plan, size=values["size"])
    last = rows.aggregate(last=Max("position"))["last"] or 0
    row = model(
        plan=plan,
        lineage=lineage,
        position=last + 1,
        as_typed=as_typed,
        saved_at=at,
        saved_by=by,
        **values,
    )
    row.save(force_insert=True)
    _new_edition(plan, by=by, at=at)
    return row


@transaction.atomic
def save_row(
    *,
    plan_id: int,
    model: type[AnyRow],
    row_id: int,
    version: int,
    values: dict[str, Any],
    as_typed: dict[str, str],
    by: User,
    at: datetime,
) -> AnyRow:
    """Save one row of a list.

    Raises:
        PermissionDenied, StepNotAllowed, StaleRow.
        RowGone: it was removed meanwhile.
    """
    plan = _open_draft(plan_id, by, at=at)
    row = model._default_manager.filter(plan=plan, pk=row_id).first()
    if row is None:
        raise RowGone
    _same_plan(plan, model, values, but=row)
    return _save(plan, row, version=version, values=values, as_typed=as_typed, by=by, at=at)


@transaction.atomic
def remove_row(*, plan_id: int, model: type[ListRow], row_id: int, by: User, at: datetime) -> None:
    """Remove a row from the draft. Removing it twice is one act.

    Raises:
        PermissionDenied, StepNotAllowed.
    """
    plan = _open_draft(plan_id, by, at=at)
    row = model._default_manager.filter(plan=plan, pk=row_id).first()
    if row is None:
        return
    row.delete()
    _new_edition(plan, by=by, at=at)


@transaction.atomic
def detach(*, plan_id: int, row_id: int, by: User, at: datetime) -> None:
    """Take a file out of the draft; it is kept, since a version handed in may name it.

    Raises:
        PermissionDenied, StepNotAllowed.
    """
    plan = _open_draft(plan_id, by, at=at)
    there = Attachment.objects.filter(plan=plan, pk=row_id, removed_at=None)
    if there.update(removed_at=at, removed_by=by):
        _new_edition(plan, by=by, at=at)


@transaction.atomic
def save_board_approval(
    *,
    plan_id: int,
    version: int,
    values: dict[str, Any],
    as_typed: dict[str, str],
    by: User,
    at: datetime,
) -> BoardApproval:
    """Record the local board's vote, held or planned. It stands outside the signed text (R14).

    Raises:
        PermissionDenied, StaleRow.
        StepNotAllowed: the plan is decided.
    """
    plan = locked_plan(plan_id)
    if not may_record_vote(by, plan, at=at):
        raise PermissionDenied
    if plan.status not in VOTE_IS_OPEN:
        raise StepNotAllowed(f"This plan is {said_to_district(plan.status)} now.")
    row = plan.board_approval
    write_if_latest(row, version=version, values=values, as_typed=as_typed, by=by, at=at)
    return row


def _open_draft(plan_id: int, by: User, *, at: datetime) -> Plan:
    """The plan with its row held, once this person may write it and now is the time."""
    plan = locked_plan(plan_id)
    if not may_edit(by, plan, at=at):
        raise PermissionDenied
    if not plan.is_editable:
        raise StepNotAllowed(
            f"This plan is {said_to_district(plan.status)} now, so it cannot be edited."
        )
    return plan


def _save(plan: Plan, row: Any, *, by: User, at: datetime, **saved: Any) -> Any:
    if write_if_latest(row, by=by, at=at, **saved):
        _new_edition(plan, by=by, at=at)
    return row


def _holds(row: ListRow, values: dict[str, Any]) -> bool:
    """Whether the row says this. A file is told by its hash, and is gone once it is taken out."""
    if getattr(row, "removed_at", None) is not None:
        return False
    said = {name: value for name, value in values.items() if name != "file"}
    return all(getattr(row, name) == value for name, value in said.items())


def write_if_latest(
    row: Any,
    *,
    version: int,
    values: dict[str, Any],
    as_typed: dict[str, str],
    by: User,
    at: datetime,
) -> bool:
    """Write what changed, if anything did, and say whether it did. Whoever calls holds the plan.

    Raises:
        StaleRow: somebody else saved it since `version`, and not the same words.
    """
    changed = {name: value for name, value in values.items() if getattr(row, name) != value}
    if not changed and row.as_typed == as_typed:
        return False
    if row.version != version:
        raise StaleRow(row)
    for name, value in changed.items():
        setattr(row, name, value)
    row.as_typed, row.version = as_typed, row.version + 1
    row.saved_at, row.saved_by = at, by
    row.save(update_fields=[*changed, "as_typed", "version", "saved_at", "saved_by"])
    return True


def _same_plan(
    plan: Plan, model: type[ListRow], values: dict[str, Any], *, but: ListRow | None = None
) -> None:
    """A row belongs to an objective or a strategy of its own plan, never of another's.

    What the row `but` belongs to already is not asked again.
    """
    for parent in ("objective", "strategy"):
        parent_id = values.get(f"{parent}_id")
        if parent_id is None or parent_id == getattr(but, f"{parent}_id", None):
            continue
        owner: Any = model._meta.get_field(parent).related_model
        if not owner._default_manager.filter(plan=plan, pk=parent_id).exists():
            raise RowGone


def _new_edition(plan: Plan, *, by: User, at: datetime) -> None:
    """The text changed: whatever version was closed before, and its signatures, are void (R15)."""
    if (closed := plan.versions.filter(edition=plan.edition).only("pk").first()) is not None:
        Voiding.objects.create(version=closed, voided_at=at, voided_by=by)
    Plan.objects.filter(pk=plan.pk).update(edition=F("edition") + 1)
