"""Removing a row of a draft, and bringing it back whole.

What goes is kept as it was in a `Removal` of the same transaction, and is gone from its table: no
document, sum, rule or copy can meet it. A file stays where it is, since a version may name it.
"""

import json
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core import serializers
from django.db import transaction

from districts.models import User
from plans.documents.kinds import KINDS, Kind
from plans.documents.naming import Called, along_with, called
from plans.documents.rows import Rows, columns_of
from plans.models import (
    Attachment,
    ListRow,
    PerformanceTarget,
    Plan,
    Removal,
    Strategy,
)
from plans.services.editing import BY_MODEL, edited, open_draft, refuse_other_parts
from plans.services.room import refuse_without_room
from plans.workflow import StepNotAllowed


class NotBroughtBack(StepNotAllowed):
    """What it belonged to is gone too. The message is fit to show a user."""


class NoReason(StepNotAllowed):
    """What was in last year's plan is retired with a reason. The message is fit to show a user."""

    def __init__(self) -> None:
        super().__init__("This was in last year’s plan. Say why it is retired.")


def called_as(removal: Removal) -> Called:
    """What was removed, as it was called then."""
    return Called(KINDS[removal.kind], removal.number, removal.title, removal.went_along)


@transaction.atomic
def remove_row(
    *,
    plan_id: int,
    model: type[ListRow],
    row_id: int,
    by: User,
    at: datetime,
    seen: Collection[str] | None = None,
    reason: str = "",
) -> Removal | None:
    """Take a row out of the draft, with what is nothing without it. Twice is one act.

    A strategy takes its budget lines along: without it they would be money for nothing. What came
    from last year's plan is retired by that, for the `reason` given.

    Raises:
        PermissionDenied, StepNotAllowed.
        NoReason: it came from last year's plan, or something that goes along did.
        SignedSince: it voids signatures that are not among those `seen`.
    """
    plan = open_draft(plan_id, by, at=at, touching=[model])
    kind = BY_MODEL[model]
    stored = columns_of(plan.pk)[1]
    if row_id not in [each["id"] for each in stored[kind.key]]:
        return None
    removal = taken_out(plan, kind, row_id, stored, reason=reason, by=by, at=at)
    gone = called_as(removal).whole
    edited(plan, lambda: [f"Removed: {gone}"], by=by, at=at, seen=seen)
    return removal


def taken_out(
    plan: Plan, kind: Kind, row_id: int, stored: Rows, *, reason: str, by: User, at: datetime
) -> Removal:
    """The row and what goes with it, out of the draft that `stored` has. Whoever calls holds it.

    Raises:
        NoReason, StepNotAllowed: as `remove_row`.
    """
    what = called(kind, row_id, stored)
    rows = list(_rows(plan, kind, row_id, stored))
    retired = plan.carried.of_rows(rows)
    if not reason.strip() and retired.exists():
        raise NoReason
    refuse_other_parts(plan, {type(row) for row in rows})
    removal = Removal.objects.create(
        plan=plan,
        kind=kind.key,
        number=what.number,
        title=what.title,
        went_along=what.went_along,
        rows=json.loads(serializers.serialize("json", rows)),
        ticks=_untick(plan, rows),
        reason=reason.strip(),
        removed_at=at,
        removed_by=by,
    )
    retired.update(removal=removal)
    _take_out(rows, by=by, at=at)
    return removal


@transaction.atomic
def bring_back(
    *,
    plan_id: int,
    removal_id: int,
    by: User,
    at: datetime,
    seen: Collection[str] | None = None,
) -> Removal:
    """Put back what was removed, as it was. Twice is one act.

    Raises:
        PermissionDenied, StepNotAllowed.
        SignedSince: as in `remove_row`.
        Removal.DoesNotExist: nothing of this plan.
        NotBroughtBack: what it belonged to was removed too, or the same is there already.
        NoRoom: it is a file, and the plan has as many as it takes.
    """
    plan = open_draft(plan_id, by, at=at)
    removal = plan.removals.get(pk=removal_id)
    if removal.brought_back_at is not None:
        return removal
    put_back(plan, removal, by=by, at=at)
    edited(plan, lambda: [f"Brought back: {called_as(removal).whole}"], by=by, at=at, seen=seen)
    return removal


def put_back(plan: Plan, removal: Removal, *, by: User, at: datetime) -> None:
    """What was removed is in the draft again. Whoever calls holds it.

    Raises:
        NotBroughtBack, NoRoom, StepNotAllowed: as `bring_back`.
    """
    rows = _thawed(removal)
    refuse_other_parts(plan, {type(row) for row in rows})
    _find_owner(plan, removal, rows[0])
    _put_back(plan, rows)
    _tick_again(plan, removal, rows)
    removal.retired.update(removal=None)
    removal.brought_back_at, removal.brought_back_by = at, by
    removal.save(update_fields=["brought_back_at", "brought_back_by"])


def _rows(plan: Plan, kind: Kind, row_id: int, stored: Rows) -> Iterator[ListRow]:
    """The row, then those that go with it."""
    ids = {kind.key: [row_id]}
    ids |= {key: [row["id"] for row in of] for key, of in along_with(kind, row_id, stored).items()}
    for key, of_kind in ids.items():
        manager: Any = KINDS[key].model._default_manager
        yield from manager.filter(plan=plan, pk__in=of_kind).order_by("position", "pk")


def _take_out(rows: list[ListRow], *, by: User, at: datetime) -> None:
    """Children first. A file's row stays, marked: it names the file."""
    for row in reversed(rows):
        if isinstance(row, Attachment):
            row.removed_at, row.removed_by = at, by
            row.save(update_fields=["removed_at", "removed_by"])
        else:
            row.delete()


def _thawed(removal: Removal) -> list[ListRow]:
    """The rows as they were; a column that a later release took away is left out."""
    found: Any = serializers.deserialize("python", removal.rows, ignorenonexistent=True)
    return [each.object for each in found]


def _find_owner(plan: Plan, removal: Removal, row: ListRow) -> None:
    """What the row belonged to is there, or can be brought back first, or it has none any more."""
    for column in row._meta.concrete_fields:
        owner: Any = column.related_model
        owner_id = getattr(row, column.attname)
        if owner is None or owner_id is None or not issubclass(owner, ListRow):
            continue
        if owner._default_manager.filter(plan=plan, pk=owner_id).exists():
            continue
        gone = _removal_of(plan, owner, owner_id)
        if gone is None and column.null:
            setattr(row, column.attname, None)
            continue
        name = called_as(gone).words if gone else f"a {owner._meta.verbose_name}"
        raise NotBroughtBack(
            f"{called_as(removal).words} belongs to {_inside(name)}, which was removed too."
            f"{' Bring that back first.' if gone else ''}"
        )


def _inside(name: str) -> str:
    return name[:1].lower() + name[1:]


def _removal_of(plan: Plan, model: type[ListRow], row_id: int) -> Removal | None:
    named = [{"model": model._meta.label_lower, "pk": row_id}]
    return plan.removals.open().filter(rows__contains=named).first()


def _put_back(plan: Plan, rows: list[ListRow]) -> None:
    for row in rows:
        if isinstance(row, Attachment):
            refuse_without_room(plan, size=row.size)
            Attachment.objects.filter(pk=row.pk).update(removed_at=None, removed_by=None)
            continue
        if type(row)._default_manager.filter(plan=plan, lineage=row.lineage).exists():
            raise NotBroughtBack("The same is in the plan already, so nothing was brought back.")
        row.save(force_insert=True)


def _untick(plan: Plan, rows: Iterable[ListRow]) -> dict[str, list[str]]:
    """No strategy names a target that is gone, which its next save would take for an edit.

    Answers which targets each of them named before, by its lineage.
    """
    gone = _targets_in(rows)
    naming = list(Strategy.objects.filter(plan=plan, target_lineages__overlap=list(gone)))
    before = {str(each.lineage): [str(one) for one in each.target_lineages] for each in naming}
    for strategy in naming:
        strategy.target_lineages = [one for one in strategy.target_lineages if one not in gone]
    Strategy.objects.bulk_update(naming, ["target_lineages"])
    return before


def _tick_again(plan: Plan, removal: Removal, rows: Iterable[ListRow]) -> None:
    """Targets and strategies name each other again, in whichever order they come back."""
    _name_again(plan, removal.ticks, _targets_in(rows))
    for strategy in [row for row in rows if isinstance(row, Strategy)]:
        lineage = str(strategy.lineage)
        for other in plan.removals.filter(
            brought_back_at__gte=removal.removed_at, ticks__has_key=lineage
        ):
            _name_again(plan, {lineage: other.ticks[lineage]}, _targets_in(_thawed(other)))
        _leave_out_targets_gone(plan, lineage)


def _name_again(plan: Plan, ticks: dict[str, list[str]], back: set[UUID]) -> None:
    """Each strategy names those that are back where it did; what was ticked since stays ticked.

    In the order of the targets themselves, whichever of them came back first.
    """
    strategies = list(Strategy.objects.filter(plan=plan, lineage__in=list(ticks)))
    targets = PerformanceTarget.objects.filter(plan=plan)
    in_order = targets.order_by("objective__position", "objective_id", "position", "pk")
    lineages = in_order.values_list("lineage", flat=True)
    place: dict[object, int] = {lineage: at for at, lineage in enumerate(lineages)}
    for strategy in strategies:
        before = [UUID(one) for one in ticks[str(strategy.lineage)]]
        now = strategy.target_lineages
        named = [one for one in before if one in back or one in now]
        named += [one for one in now if one not in named]
        strategy.target_lineages = sorted(named, key=lambda one: place.get(one, len(place)))
    Strategy.objects.bulk_update(strategies, ["target_lineages"])


def _leave_out_targets_gone(plan: Plan, lineage: str) -> None:
    """A strategy that is back names a target that went meanwhile once that comes back too."""
    strategy = Strategy.objects.get(plan=plan, lineage=lineage)
    targets = PerformanceTarget.objects.filter(plan=plan)
    there = set(targets.values_list("lineage", flat=True))
    named = strategy.target_lineages
    if gone := {one for one in named if one not in there}:
        strategy.target_lineages = [one for one in named if one in there]
        strategy.save(update_fields=["target_lineages"])
        for other in plan.removals.open().filter(kind__in=["objective", "target"]):
            if gone & _targets_in(_thawed(other)):
                other.ticks[lineage] = [str(one) for one in named]
                other.save(update_fields=["ticks"])


def _targets_in(rows: Iterable[ListRow]) -> set[UUID]:
    return {row.lineage for row in rows if isinstance(row, PerformanceTarget)}
