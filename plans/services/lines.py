"""Saving many budget lines as one act: what is added, changed, removed and moved goes together.

A line is known by its lineage, also one that was not stored when its page was opened. So the same
page sent twice stores nothing twice, and what a script sends again after a lost answer goes on.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from districts.models import User
from plans.documents.kinds import KINDS
from plans.documents.rows import columns_of
from plans.models import BudgetLine, Plan, Removal, Strategy
from plans.services.editing import edited, open_draft, revised, rows_named
from plans.services.history import keep_what_was_left
from plans.services.merging import Saved, Typed, digest_of, merge_into
from plans.services.placing import Order, arranged
from plans.services.removing import (
    NoReason,
    NotBroughtBack,
    called_as,
    put_back,
    taken_out,
)

LINE = KINDS["line"]
NAMED = 10  # lines that a letter names; of more it says how many


@dataclass(frozen=True)
class LineEdit:
    """What was typed into one line; `is_new` where its page had none stored."""

    lineage: UUID
    typed: Typed
    is_new: bool = False


@dataclass(frozen=True)
class LineRemoval:
    """A line to take out, with the digest of what its page showed in each field."""

    lineage: UUID
    filled_from: Mapping[str, str]
    reason: str = ""  # asked where it was in last year's plan


@dataclass(frozen=True)
class LineFault:
    """Why a line cannot be saved; the message is fit to show a user beside the cell."""

    lineage: UUID
    field: str
    why: str


class LinesRefused(Exception):
    """Nothing was saved; `faults` names every line and cell that stands in the way."""

    def __init__(self, faults: Iterable[LineFault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(fault.why for fault in self.faults))


@dataclass(frozen=True)
class SavedLines:
    """What came of each line, by lineage. Of a field in conflict nothing was saved.

    `gone` were removed by somebody else while their words were changed here; `changed_since` were
    to be removed, and stay, since somebody else has changed them.
    """

    saved: dict[UUID, Saved] = field(default_factory=dict)
    gone: tuple[UUID, ...] = ()
    changed_since: dict[UUID, Saved] = field(default_factory=dict)
    removals: tuple[Removal, ...] = ()
    is_order_theirs: bool = False  # both moved lines, so these stand as the other left them

    @property
    def is_asked(self) -> bool:
        """Whether something waits for an answer."""
        conflicts = any(each.conflicts for each in self.saved.values())
        return bool(conflicts or self.gone or self.changed_since or self.is_order_theirs)


@dataclass
class _Act:
    """One act while it goes on: the lines as they are in it, and what it did to them."""

    plan: Plan
    by: User
    at: datetime
    rows: dict[UUID, BudgetLine]
    added: list[BudgetLine] = field(default_factory=list)
    changed: list[BudgetLine] = field(default_factory=list)
    columns: set[str] = field(default_factory=set)  # that `changed` differ in
    removals: list[Removal] = field(default_factory=list)
    brought_back: list[Removal] = field(default_factory=list)
    faults: list[LineFault] = field(default_factory=list)
    is_moved: bool = False

    @property
    def is_edit(self) -> bool:
        return bool(
            self.added or self.changed or self.removals or self.brought_back or self.is_moved
        )


@transaction.atomic
def save_lines(
    *,
    plan_id: int,
    edits: Sequence[LineEdit],
    removed: Sequence[LineRemoval] = (),
    brought_back: Collection[UUID] = (),
    order: Order | None = None,
    by: User,
    at: datetime,
    seen: Collection[str] | None = None,
) -> SavedLines:
    """Add, change, remove and move lines in one act: one lock, one edition. Twice is one act.

    Whatever nobody else changed is saved; what both changed is told. `brought_back` are lines to
    take back out of what was removed.

    Raises:
        PermissionDenied, StepNotAllowed.
        LinesRefused: nothing was saved, for the faults it names.
        SignedSince: it voids signatures that are not among those `seen`.
    """
    plan = open_draft(plan_id, by, at=at, touching=[BudgetLine])
    act = _Act(plan, by, at, rows={})
    _bring_back(act, brought_back)
    lines = BudgetLine.objects.filter(plan=plan).select_related("saved_by")
    act.rows = {row.lineage: row for row in lines.order_by("position", "pk")}
    _ask_strategies(act, edits)
    gone = [edit.lineage for edit in edits if _is_gone(act, edit)]
    removed_before = _lineages_removed(plan) if any(edit.is_new for edit in edits) else set()
    gone += [e.lineage for e in edits if e.is_new and e.lineage in removed_before - {*act.rows}]
    changed_since = _take_out(act, removed)
    if act.faults:
        raise LinesRefused(act.faults)
    saved = {e.lineage: _save(act, e) for e in edits if e.lineage not in gone}
    is_order_theirs = _place(act, order)
    _write(act)
    for edit in edits:
        if edit.typed.left and edit.lineage in act.rows:
            keep_what_was_left(act.rows[edit.lineage], edit.typed, by=by, at=at)
    if act.is_edit:
        revised(plan, act.changed, by=by, at=at)
        edited(plan, lambda: _said(act), by=by, at=at, seen=seen)
    return SavedLines(saved, tuple(gone), changed_since, tuple(act.removals), is_order_theirs)


def _ask_strategies(act: _Act, edits: Iterable[LineEdit]) -> None:
    """A line belongs to a strategy of its own plan, never of another's."""
    asked = {named for edit in edits if (named := edit.typed.values.get("strategy_id"))}
    strategies = Strategy.objects.filter(plan=act.plan, pk__in=asked)  # none asked: no query
    there = set(strategies.values_list("pk", flat=True))
    for edit in edits:
        strategy_id = edit.typed.values.get("strategy_id")
        if strategy_id is None or strategy_id in there:
            continue
        why = "Its strategy was removed while you were writing. Choose another."
        act.faults.append(LineFault(edit.lineage, "strategy", why))


def _is_gone(act: _Act, edit: LineEdit) -> bool:
    """Whether somebody removed a line in which something was typed here."""
    return edit.lineage not in act.rows and not edit.is_new and _is_touched(edit.typed)


def _is_touched(typed: Typed) -> bool:
    was = typed.filled_from or {}
    for column, value in typed.values.items():
        name = _name(column)
        if was.get(name) != digest_of(value, typed.as_typed.get(name)):
            return True
    return False


def _lineages_removed(plan: Plan) -> set[UUID]:
    """Of the lines that were removed and can come back."""
    removed = plan.removals.open().values_list("rows", flat=True)
    return {
        UUID(row["fields"]["lineage"])
        for rows in removed
        for row in rows
        if row["model"] == BudgetLine._meta.label_lower
    }


def _bring_back(act: _Act, lineages: Collection[UUID]) -> None:
    """One that is in the draft already is left as it is."""
    for lineage in lineages:
        removal = act.plan.removals.open().filter(kind=LINE.key).of(lineage).first()
        if removal is None:
            continue
        try:
            put_back(act.plan, removal, by=act.by, at=act.at)
        except NotBroughtBack as refusal:
            act.faults.append(LineFault(lineage, "", str(refusal)))
        else:
            act.brought_back.append(removal)


def _take_out(act: _Act, removed: Iterable[LineRemoval]) -> dict[UUID, Saved]:
    """Answers those that somebody else changed since the page was opened: they stay."""
    stored, changed_since = None, {}
    for each in removed:
        row = act.rows.get(each.lineage)
        if row is None:
            continue
        if theirs := _changed_since(row, each.filled_from):
            changed_since[each.lineage] = Saved(
                row, conflicts=theirs, by=row.saved_by, at=row.saved_at
            )
            continue
        stored = stored or columns_of(act.plan.pk)[1]
        act_by: dict[str, Any] = {"by": act.by, "at": act.at}
        try:
            removal = taken_out(act.plan, LINE, row.pk, stored, reason=each.reason, **act_by)
        except NoReason as refusal:
            act.faults.append(LineFault(each.lineage, "reason", str(refusal)))
        else:
            act.removals.append(removal)
            del act.rows[each.lineage]
    return changed_since


def _changed_since(row: BudgetLine, was: Mapping[str, str]) -> tuple[str, ...]:
    """The fields that hold another thing than the page showed."""
    return tuple(
        name
        for name, digest in was.items()
        if digest != digest_of(getattr(row, _column(name)), row.as_typed.get(name))
    )


def _save(act: _Act, edit: LineEdit) -> Saved:
    row = act.rows.get(edit.lineage)
    if row is None:
        return _add(act, edit)
    typed = edit.typed
    if edit.is_new:  # the answer to its first save was lost, or the page was sent again
        is_mine_alone = row.version == 1 and row.saved_by_id == act.by.pk
        typed = replace(typed, filled_from=None, version=row.version if is_mine_alone else 0)
    saved, written = merge_into(row, typed, by=act.by, at=act.at)
    if written:
        act.changed.append(row)
        act.columns.update(written)
    return saved


def _add(act: _Act, edit: LineEdit) -> Saved:
    row = BudgetLine(
        plan=act.plan,
        lineage=edit.lineage,
        as_typed=edit.typed.as_typed,
        saved_at=act.at,
        saved_by=act.by,
        **edit.typed.values,
    )
    act.added.append(row)
    return Saved(row, is_changed=True)


def _place(act: _Act, order: Order | None) -> bool:
    """Give each line its place; answers whether somebody else has moved what was moved here."""
    stored = list(act.rows)
    act.rows |= {row.lineage: row for row in act.added}
    placed, is_theirs = arranged(stored, order, [row.lineage for row in act.added])
    if placed[: len(stored)] == stored:
        last = max((act.rows[each].position for each in stored), default=0)
        for place, lineage in enumerate(placed[len(stored) :], start=last + 1):
            act.rows[lineage].position = place
        return is_theirs
    moved = []
    for place, lineage in enumerate(placed, start=1):
        row = act.rows[lineage]
        if row.pk and row.position != place:
            moved.append(row)
        row.position = place
    BudgetLine.objects.bulk_update(moved, ["position"])
    act.is_moved = True
    return is_theirs


def _write(act: _Act) -> None:
    """One statement for the new lines, and one for all that were changed."""
    BudgetLine.objects.bulk_create(act.added)
    if act.changed:
        columns = [BudgetLine._meta.get_field(name).name for name in act.columns]
        BudgetLine.objects.bulk_create(
            act.changed, update_conflicts=True, unique_fields=["id"], update_fields=columns
        )


def _said(act: _Act) -> list[str]:
    """What was done, for whoever had signed."""
    return [
        *_named(act.plan, "Added", act.added),
        *_named(act.plan, "Changed", act.changed),
        *(f"Removed: {called_as(removal).whole}" for removal in act.removals),
        *(f"Brought back: {called_as(removal).whole}" for removal in act.brought_back),
        *(["Moved: budget lines, into another order"] if act.is_moved and not act.added else []),
    ]


def _named(plan: Plan, did: str, rows: list[BudgetLine]) -> list[str]:
    if len(rows) > NAMED:
        return [f"{did}: {len(rows)} budget lines"]
    return rows_named(plan, did, rows) if rows else []


def _name(column: str) -> str:
    return BudgetLine._meta.get_field(column).name


def _column(name: str) -> str:
    return BudgetLine._meta.get_field(name).attname  # type: ignore[union-attr]
