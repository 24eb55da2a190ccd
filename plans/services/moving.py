"""The order of objectives, targets, strategies and milestones. Budget lines have `lines`."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import transaction

from districts.models import User
from plans.models import ListRow, Plan
from plans.services.drafting import RowGone
from plans.services.editing import BY_MODEL, edited, open_draft, rows_named


class Way(StrEnum):
    UP = "up"
    DOWN = "down"


@dataclass(frozen=True)
class Place:
    """Where a row stands now among those it is listed with: the `number`th of `out_of`."""

    number: int
    out_of: int

    @property
    def ways(self) -> list[Way]:
        """Those it can still go."""
        up = [Way.UP] if self.number > 1 else []
        return [*up, *([Way.DOWN] if self.number < self.out_of else [])]


@transaction.atomic
def move_row(
    *,
    plan_id: int,
    model: type[ListRow],
    row_id: int,
    way: Way,
    past_id: int,
    by: User,
    at: datetime,
    seen: Collection[str] | None = None,
) -> Place:
    """Move a row past the neighbour that its page showed: up before it, or down after it.

    Where it stands on that side already nothing is moved, so pressed ten times is moved once.
    Numbers of rows are part of the text, so that an edit of the order voids signatures.

    Raises:
        PermissionDenied, StepNotAllowed.
        SignedSince: as in `save_section`.
        RowGone: it, or the one it was to pass, was removed or is listed elsewhere.
    """
    plan = open_draft(plan_id, by, at=at, touching=[model])
    rows = _listed_with(plan, model, row_id)
    row = next((each for each in rows if each.pk == row_id), None)
    past = next((each for each in rows if each.pk == past_id), None)
    if row is None or past is None or row is past:
        raise RowGone
    moved = [each for each in rows if each is not row]
    moved.insert(moved.index(past) + (way == Way.DOWN), row)
    if (rows.index(row) < rows.index(past)) != (way == Way.UP):
        _renumber(model, moved)
        edited(plan, lambda: rows_named(plan, "Moved", [row]), by=by, at=at, seen=seen)
        rows = moved
    return Place(rows.index(row) + 1, len(rows))


def _listed_with(plan: Plan, model: type[ListRow], row_id: int) -> list[ListRow]:
    """The rows of its objective or strategy, or of the plan, as they stand; it is among them."""
    rows = model._default_manager.filter(plan=plan).order_by("position", "pk")
    parent = BY_MODEL[model].parent
    if parent:
        mine = rows.filter(pk=row_id).order_by().values(parent)
        rows = rows.filter(**{f"{parent}__in": mine})
    return list(rows)


def _renumber(model: type[ListRow], rows: Sequence[ListRow]) -> None:
    """Give them the positions they have among them, in this order; two never share one."""
    last, changed = -1, []
    for row, position in zip(rows, sorted(each.position for each in rows), strict=True):
        last = max(position, last + 1)
        if row.position != last:
            row.position = last
            changed.append(row)
    model._default_manager.bulk_update(changed, ["position"])
