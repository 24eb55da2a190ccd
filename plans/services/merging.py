"""Merging what one person typed with what others saved meanwhile, field by field.

A form carries a digest of what each of its fields was filled from. That is enough to know who
changed a field: one that comes back as its digest says was not touched by whoever sends it, one
that is stored as its digest says was not touched by anybody else. Only where both changed it, to
different words, is there something to ask.

A form without digests, of a page opened under a former release, is saved as a whole over the
version it was filled from, or not at all.
"""

import json
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from hashlib import sha256
from typing import Any

from districts import parsing
from districts.models import User

DIGEST_LENGTH = 16
SENT = ("values", "as_typed", "version", "filled_from")


class Side(Enum):
    """Whose words a field holds after a save."""

    MINE = "mine"
    THEIRS = "theirs"
    BOTH_CHANGED = "both changed"  # so theirs, until the person is asked


@dataclass(frozen=True)
class Typed:
    """What came back from one form.

    `values` names a row's columns (`domain_id`, not `domain`); `as_typed` holds, by field, text
    that the field could not read; `filled_from` the digests the form carried, by field. What was
    typed and given up for a colleague's words is in `left` and `left_as_typed`, and is not saved.
    """

    values: dict[str, Any]
    as_typed: dict[str, str]
    version: int = 0
    filled_from: dict[str, str] | None = None
    left: dict[str, Any] = field(default_factory=dict)
    left_as_typed: dict[str, str] = field(default_factory=dict)

    @property
    def sent(self) -> dict[str, Any]:
        """What is to be saved, as the services of one row take it."""
        return {name: getattr(self, name) for name in SENT}


@dataclass(frozen=True)
class Merged:
    """What is to be written, by column, and the fields that both sides changed."""

    values: dict[str, Any] = field(default_factory=dict)
    as_typed: dict[str, str] = field(default_factory=dict)
    conflicts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Saved:
    """A row after a save; of the fields in conflict, nothing of what was typed.

    `by` and `at` say who had saved the row before, where there is a conflict.
    """

    row: Any
    is_changed: bool = False
    conflicts: tuple[str, ...] = ()
    by: User | None = None
    at: datetime | None = None


class StaleRow(Exception):
    """Somebody else changed the same meanwhile. What was typed there is not saved, and not lost."""

    def __init__(self, saved: Saved) -> None:
        super().__init__("Somebody else changed this while you were writing.")
        self.saved, self.row = saved, saved.row


def digest_of(value: Any, as_typed: str | None = None) -> str:
    """Of what a field holds: the value of its column, or text that it could not read."""
    said = json.dumps([_plain(value), _plain(as_typed)])
    return sha256(said.encode()).hexdigest()[:DIGEST_LENGTH]


def side_of(mine: str, *, theirs: str, was: str) -> Side:
    """By the digests of what was typed, what is stored, and what the field was filled from."""
    if mine in (theirs, was):
        return Side.THEIRS
    return Side.MINE if theirs == was else Side.BOTH_CHANGED


def merge(row: Any, typed: Typed) -> Merged:
    """What a save of `typed` over `row`, as it is stored now, writes and what it leaves to ask."""
    values: dict[str, Any] = {}
    as_typed, conflicts = dict(row.as_typed), []
    for column, value in typed.values.items():
        name = row._meta.get_field(column).name
        mine = digest_of(value, typed.as_typed.get(name))
        theirs = digest_of(getattr(row, column), row.as_typed.get(name))
        side = side_of(mine, theirs=theirs, was=_filled_from(name, theirs, row, typed))
        if side == Side.BOTH_CHANGED:
            conflicts.append(name)
        if side != Side.MINE:
            continue
        values[column] = value
        as_typed.pop(name, None)
        if name in typed.as_typed:
            as_typed[name] = typed.as_typed[name]
    if conflicts and typed.filled_from is None:
        return Merged(as_typed=row.as_typed, conflicts=tuple(conflicts))
    return Merged(values, as_typed, tuple(conflicts))


def holds(row: Any, typed: Typed) -> bool:
    """Whether the row says just what was typed, in every field of the form."""
    return all(
        digest_of(getattr(row, column), row.as_typed.get(name))
        == digest_of(value, typed.as_typed.get(name))
        for column, value in typed.values.items()
        for name in [row._meta.get_field(column).name]
    )


def _filled_from(name: str, theirs: str, row: Any, typed: Typed) -> str:
    """The digest a field was filled from; where none came back, the version answers for it."""
    was = (typed.filled_from or {}).get(name)
    if was is not None:
        return was
    return theirs if row.version == typed.version else ""


def save_merged(row: Any, typed: Typed, *, by: User, at: datetime, **more: Any) -> Saved:
    """Write what was typed and nobody else changed, and `more`. Whoever calls holds the plan."""
    saved, written = merge_into(row, typed, by=by, at=at, **more)
    if written:
        row.save(update_fields=written)
    return saved


def merge_into(
    row: Any, typed: Typed, *, by: User, at: datetime, **more: Any
) -> tuple[Saved, list[str]]:
    """As `save_merged`, but for the writing: the row says it, and these columns are to be saved."""
    merged = merge(row, typed)
    who = (row.saved_by, row.saved_at) if merged.conflicts else (None, None)
    written = merged.values | more
    if not written:
        return Saved(row, conflicts=merged.conflicts, by=who[0], at=who[1]), []
    for column, value in written.items():
        setattr(row, column, value)
    row.as_typed, row.version = merged.as_typed, row.version + 1
    row.saved_at, row.saved_by = at, by
    saved = Saved(row, is_changed=True, conflicts=merged.conflicts, by=who[0], at=who[1])
    return saved, [*written, "as_typed", "version", "saved_at", "saved_by"]


def without_conflict(saved: Saved) -> Any:
    """The row, once what could be saved is kept.

    Raises:
        StaleRow: of the fields in conflict. Called outside the transaction, which stands.
    """
    if saved.conflicts:
        raise StaleRow(saved)
    return saved.row


def _plain(value: Any) -> Any:
    """A value as forms, JSON and the database all say it, also where it was stored uncleaned."""
    if isinstance(value, str):
        plain = parsing.text(value).strip()
        return plain if "\n" in plain else parsing.line(plain)
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        return sorted(str(_plain(item)) for item in value)
    return value if value is None else str(value)
