"""Writing a plan: what was typed is merged into its row field by field, and nothing is refused.

`values` names a row's columns (`domain_id`, not `domain`); `as_typed` holds, by field, text that
it could not read; `filled_from` the digest of what each field of the form was filled from.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max

from districts.models import User
from plans.models import (
    Attachment,
    BoardApproval,
    ListRow,
    Plan,
    SectionRow,
)
from plans.permissions import may_record_vote
from plans.services.editing import edited, open_draft, revised, rows_named, section_changed
from plans.services.history import keep_what_was_left
from plans.services.locking import locked_plan
from plans.services.merging import Saved, Typed, save_merged, without_conflict
from plans.services.room import refuse_without_room
from plans.workflow import VOTE_IS_OPEN, StepNotAllowed, said_to_district

AnySection = TypeVar("AnySection", bound=SectionRow)
AnyRow = TypeVar("AnyRow", bound=ListRow)


class RowGone(Exception):
    """Somebody removed the row meanwhile."""


@dataclass(frozen=True)
class RowEdit:
    """What was typed into the form of one row of a list."""

    model: type[ListRow]
    row_id: int
    typed: Typed


def save_section(
    *,
    plan_id: int,
    model: type[AnySection],
    version: int,
    values: dict[str, Any],
    as_typed: dict[str, str],
    filled_from: dict[str, str] | None = None,
    left: dict[str, Any] | None = None,
    left_as_typed: dict[str, str] | None = None,
    by: User,
    at: datetime,
    seen: Collection[str] | None = None,
) -> AnySection:
    """Save a section of which the plan has one.

    Raises:
        PermissionDenied, StepNotAllowed.
        SignedSince: it voids signatures that are not among those `seen`.
        StaleRow: of the fields that somebody else changed too; the others are saved.
    """
    with transaction.atomic():
        plan = open_draft(plan_id, by, at=at, touching=[model])
        # A plan started before there was the section has no row of it yet.
        row, _ = model._default_manager.get_or_create(plan=plan)
        typed = Typed(values, as_typed, version, filled_from, left or {}, left_as_typed or {})
        saved = _save(row, typed, by=by, at=at)
        if saved.is_changed:
            revised(plan, [row], by=by, at=at)
            edited(plan, lambda: section_changed(model), by=by, at=at, seen=seen)
    return without_conflict(saved)


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
    seen: Collection[str] | None = None,
    goes_on: bool = False,
) -> AnyRow:
    """Add a row at the end of its list. The same form sent twice is one row.

    Sent again with other words, from a page gone back to, it is another row; but for a script that
    `goes_on` from the same page it is that row, of which the answer was lost.

    Raises:
        PermissionDenied, StepNotAllowed.
        SignedSince: as in `save_section`.
        RowGone: the objective or strategy it belongs to was removed meanwhile.
        NoRoom: it is a file, and the plan has as many as it takes.
    """
    plan = open_draft(plan_id, by, at=at, touching=[model])
    lineage = lineage or uuid4()
    if not _is_of_plan(plan, model, values):
        raise RowGone
    rows = model._default_manager.filter(plan=plan)
    if (there := rows.filter(lineage=lineage).first()) is not None:
        if _holds(there, {**values, "as_typed": as_typed}):
            return there
        if goes_on and there.saved_by_id == by.pk:
            save_merged(there, Typed(values, as_typed, there.version), by=by, at=at)
            edited(plan, lambda: rows_named(plan, "Changed", [there]), by=by, at=at, seen=seen)
            return there
        lineage = uuid4()
    elif plan.removals.open().of(lineage).exists():  # it may come back as what it was
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
    edited(plan, lambda: rows_named(plan, "Added", [row]), by=by, at=at, seen=seen)
    return row


def save_row(
    *,
    plan_id: int,
    model: type[AnyRow],
    row_id: int,
    version: int,
    values: dict[str, Any],
    as_typed: dict[str, str],
    filled_from: dict[str, str] | None = None,
    by: User,
    at: datetime,
) -> AnyRow:
    """Save one row of a list.

    Raises:
        PermissionDenied, StepNotAllowed.
        StaleRow: of the fields that somebody else changed too; the others are saved.
        RowGone: it was removed meanwhile, or what it belongs to.
    """
    edit = RowEdit(model, row_id, Typed(values, as_typed, version, filled_from))
    (saved,) = save_rows(plan_id=plan_id, edits=[edit], by=by, at=at)
    if saved is None:
        raise RowGone
    return without_conflict(saved)


@transaction.atomic
def save_rows(
    *,
    plan_id: int,
    edits: Sequence[RowEdit],
    by: User,
    at: datetime,
    seen: Collection[str] | None = None,
) -> list[Saved | None]:
    """Save many rows in one act: one lock, one edition. None for a row that is gone.

    Whatever can be saved is; what both sides changed is told of each row (`Saved.conflicts`).

    Raises:
        PermissionDenied, StepNotAllowed.
        SignedSince: as in `save_section`.
    """
    plan = open_draft(plan_id, by, at=at, touching=[edit.model for edit in edits])
    rows = _rows_of(plan, edits)
    saved = [_save_edit(plan, edit, rows, by=by, at=at) for edit in edits]
    if changed := [each.row for each in saved if each is not None and each.is_changed]:
        revised(plan, changed, by=by, at=at)
        edited(plan, lambda: rows_named(plan, "Changed", changed), by=by, at=at, seen=seen)
    return saved


def save_board_approval(
    *,
    plan_id: int,
    version: int,
    values: dict[str, Any],
    as_typed: dict[str, str],
    filled_from: dict[str, str] | None = None,
    left: dict[str, Any] | None = None,
    left_as_typed: dict[str, str] | None = None,
    by: User,
    at: datetime,
) -> BoardApproval:
    """Record the local board's vote, held or planned. It stands outside the signed text (R14).

    Raises:
        PermissionDenied.
        StepNotAllowed: the plan is decided.
        StaleRow: as in `save_section`.
    """
    with transaction.atomic():
        plan = locked_plan(plan_id)
        if not may_record_vote(by, plan, at=at):
            raise PermissionDenied
        if plan.status not in VOTE_IS_OPEN:
            raise StepNotAllowed(f"This plan is {said_to_district(plan.status)} now.")
        typed = Typed(values, as_typed, version, filled_from, left or {}, left_as_typed or {})
        saved = _save(plan.board_approval, typed, by=by, at=at)
    return without_conflict(saved)


def _rows_of(plan: Plan, edits: Iterable[RowEdit]) -> dict[tuple[type[ListRow], int], ListRow]:
    """The rows as they are now, by kind and number. One query for each kind."""
    ids: dict[type[ListRow], list[int]] = {}
    for edit in edits:
        ids.setdefault(edit.model, []).append(edit.row_id)
    return {
        (model, row.pk): row
        for model, of_kind in ids.items()
        for row in model._default_manager.filter(plan=plan, pk__in=of_kind)
    }


def _save_edit(
    plan: Plan,
    edit: RowEdit,
    rows: dict[tuple[type[ListRow], int], ListRow],
    *,
    by: User,
    at: datetime,
) -> Saved | None:
    row = rows.get((edit.model, edit.row_id))
    if row is None or not _is_of_plan(plan, edit.model, edit.typed.values, but=row):
        return None
    return _save(row, edit.typed, by=by, at=at)


def _save(row: Any, typed: Typed, *, by: User, at: datetime) -> Saved:
    saved = save_merged(row, typed, by=by, at=at)
    keep_what_was_left(saved.row, typed, by=by, at=at)
    return saved


def _holds(row: ListRow, values: dict[str, Any]) -> bool:
    """Whether the row says this. A file is told by its hash, and is gone once it is taken out."""
    if getattr(row, "removed_at", None) is not None:
        return False
    said = {name: value for name, value in values.items() if name != "file"}
    return all(getattr(row, name) == value for name, value in said.items())


def _is_of_plan(
    plan: Plan, model: type[ListRow], values: dict[str, Any], *, but: ListRow | None = None
) -> bool:
    """A row belongs to an objective or a strategy of its own plan, never of another's.

    What the row `but` belongs to already is not asked again.
    """
    for column in model._meta.concrete_fields:
        owner: Any = column.related_model
        if owner is None or not issubclass(owner, ListRow):
            continue
        parent_id = values.get(column.attname)
        if parent_id is None or parent_id == getattr(but, column.attname, None):
            continue
        if not owner._default_manager.filter(plan=plan, pk=parent_id).exists():
            return False
    return True
