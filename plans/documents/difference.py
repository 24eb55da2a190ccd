"""What one text of a plan says otherwise than another, row by row and field by field.

Rows are the same by their lineage. Only the district's words are compared: a term of the
vocabulary is known by its number or code, whatever it is called.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from plans.documents.kinds import IN_DOCUMENT, Kind
from plans.documents.parts import Row
from plans.documents.same import words_of
from plans.documents.shape import PlanDocument


class Did(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True)
class Change:
    """One row that is new, gone, or says something else. `fields` are the names of those."""

    kind: Kind
    did: Did
    before: Row | None
    after: Row | None
    fields: tuple[str, ...] = ()

    @property
    def either(self) -> Row:
        found = self.after or self.before
        assert found is not None  # noqa: S101 -- one of them is what it is about
        return found


def difference(before: PlanDocument, after: PlanDocument) -> list[Change]:
    """Every change from the one to the other, in the order in which a plan is read."""
    return [change for kind in IN_DOCUMENT.values() for change in _of_kind(kind, before, after)]


def _of_kind(kind: Kind, before: PlanDocument, after: PlanDocument) -> Iterator[Change]:
    old, new = _rows(kind, before), _rows(kind, after)
    for lineage, row in new.items():
        if lineage not in old:
            yield Change(kind, Did.ADDED, None, row)
        elif fields := _fields(kind, old[lineage], row):
            yield Change(kind, Did.CHANGED, old[lineage], row, fields)
    for lineage, row in old.items():
        if lineage not in new:
            yield Change(kind, Did.REMOVED, row, None)


def _rows(kind: Kind, document: PlanDocument) -> dict[str, Row]:
    """By lineage; of a section that a plan has once there is one, whatever its lineage."""
    if not kind.is_list:
        return {"": getattr(document, kind.within)}
    owners: list[PlanDocument | Row] = [document]
    if kind.parent:
        owners = list(_rows(IN_DOCUMENT[kind.parent], document).values())
    return {row.lineage: row for owner in owners for row in getattr(owner, kind.within)}


def _fields(kind: Kind, before: Row, after: Row) -> tuple[str, ...]:
    return tuple(
        field.part_name
        for field in kind.fields
        if words_of(getattr(before, field.part_name)) != words_of(getattr(after, field.part_name))
        or before.as_typed.get(field.name) != after.as_typed.get(field.name)
    )
