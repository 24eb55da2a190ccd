"""What one text of a plan says otherwise than another, row by row and field by field.

Rows are the same by their lineage. Only the district's words are compared: a term of the
vocabulary is known by its number or code, whatever it is called, and an assurance that is not
accepted says nothing of the district.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from plans.documents.fields import Control, Field
from plans.documents.kinds import IN_DOCUMENT, Kind
from plans.documents.parts import Part, Row
from plans.documents.shape import AssurancePart, PlanDocument

KEYS = ("number", "code")  # by which a term is known, whatever it is called


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
    owner: Row | None = None  # the row it belongs to, where there is one

    @property
    def either(self) -> Row:
        found = self.after or self.before
        assert found is not None  # noqa: S101 -- one of them is what it is about
        return found


@dataclass(frozen=True)
class Move:
    """One row that stands at another place among those it stood among, or below another row."""

    kind: Kind
    before: Row
    after: Row
    owner_before: Row | None = None
    owner: Row | None = None


@dataclass(frozen=True)
class Placed:
    row: Row
    below: str = ""  # the lineage of the row it belongs to
    owner: Row | None = None


def difference(
    before: PlanDocument, after: PlanDocument, *, section: str | None = None
) -> list[Change]:
    """Every change from the one to the other, in the order in which a plan is read."""
    return [change for kind in _kinds(section) for change in _of_kind(kind, before, after)]


def moves(before: PlanDocument, after: PlanDocument, *, section: str | None = None) -> list[Move]:
    """The fewest rows that have to be taken up and set down for the rest to be in order.

    Rows that were added or removed move none: the others stand among each other as they did.
    """
    return [
        move for kind in _kinds(section) if kind.is_list for move in _moved(kind, before, after)
    ]


def is_same_section(one: PlanDocument, other: PlanDocument, section: str) -> bool:
    """Never of a section that the text holds nothing of: the board's vote, the profile."""
    return bool(_kinds(section)) and not (
        difference(one, other, section=section) or moves(one, other, section=section)
    )


def _kinds(section: str | None) -> list[Kind]:
    return [kind for kind in IN_DOCUMENT.values() if section in (None, kind.section.value)]


def _of_kind(kind: Kind, before: PlanDocument, after: PlanDocument) -> Iterator[Change]:
    old, new = rows_by_lineage(kind, before), rows_by_lineage(kind, after)
    for key, placed in new.items():
        if key not in old:
            yield Change(kind, Did.ADDED, None, placed.row, owner=placed.owner)
        elif fields := _fields(kind, old[key].row, placed.row):
            yield Change(kind, Did.CHANGED, old[key].row, placed.row, fields, placed.owner)
    for key, placed in old.items():
        if key not in new:
            yield Change(kind, Did.REMOVED, placed.row, None, owner=placed.owner)


def rows_by_lineage(kind: Kind, document: PlanDocument) -> dict[str, Placed]:
    """By lineage; of a section that a plan has once there is one, whatever its lineage."""
    if not kind.is_list:
        return {"": Placed(getattr(document, kind.within))}
    if not kind.parent:
        rows = enumerate(getattr(document, kind.within))
        return {_key(row, "", place): Placed(row) for place, row in rows}
    return {
        _key(row, below, place): Placed(row, below, parent.row)
        for below, parent in rows_by_lineage(IN_DOCUMENT[kind.parent], document).items()
        for place, row in enumerate(getattr(parent.row, kind.within))
    }


def _key(row: Row, below: str, place: int) -> str:
    """A row without a lineage is the one that stands at its place."""
    return row.lineage or f"{below} {place}"


def _fields(kind: Kind, before: Row, after: Row) -> tuple[str, ...]:
    return tuple(
        field.part_name
        for field in kind.fields
        if words_of(field, before) != words_of(field, after)
        or before.as_typed.get(field.name) != after.as_typed.get(field.name)
    )


def words_of(field: Field, row: Row) -> Any:
    """What the district says in a field. Of what it chose from a list, in no order."""
    value = getattr(row, field.part_name)
    if field.control is Control.CHOICES:
        return {key_of(each) for each in value if getattr(each, "accepted", True)}
    return key_of(value)


def key_of(value: Any) -> Any:
    """A term of the vocabulary by what it is known by; anything else as it is."""
    if isinstance(value, AssurancePart):
        return value.number
    if isinstance(value, Part):
        return next(getattr(value, key) for key in KEYS if key in type(value).model_fields)
    return value


def _moved(kind: Kind, before: PlanDocument, after: PlanDocument) -> Iterator[Move]:
    old, new = rows_by_lineage(kind, before), rows_by_lineage(kind, after)
    place_before = {key: place for place, key in enumerate(old)}
    by_owner: dict[str, list[str]] = {}
    for key, placed in new.items():
        if key in old and old[key].below == placed.below:
            by_owner.setdefault(placed.below, []).append(key)
    stayed = {key for keys in by_owner.values() for key in _in_order(keys, place_before)}
    for key, placed in new.items():
        if key in old and key not in stayed:
            yield Move(kind, old[key].row, placed.row, old[key].owner, placed.owner)


def _in_order(keys: Iterable[str], place: dict[str, int]) -> Iterator[str]:
    """The most of them that follow one another as their places do."""
    lowest: list[int] = []  # by length of a run less one, the lowest place that one can end at
    ends: list[str] = []  # the row that stands there
    came_after: dict[str, str | None] = {}
    for key in keys:
        length = bisect_left(lowest, place[key])
        came_after[key] = ends[length - 1] if length else None
        lowest[length : length + 1] = [place[key]]
        ends[length : length + 1] = [key]
    last = ends[-1] if ends else None
    while last is not None:
        yield last
        last = came_after[last]
