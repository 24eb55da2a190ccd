"""The history of a row as its page shows it: sittings, and what each changed, field by field.

What somebody types is saved every few seconds, so saves of one person that follow one another are
one sitting, told from the first to the last.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Any, NamedTuple

from plans.documents.by_word import In, Piece, by_word
from plans.documents.kinds import Kind
from plans.models.history import ADDED, NOT_CHOSEN
from plans.reports.row_history import RowEvent

FOLLOWS_WITHIN = timedelta(minutes=10)


class Did(StrEnum):
    BEGAN = "began"
    CHANGED = "changed"
    MOVED = "moved"
    REMOVED = "removed"
    BROUGHT_BACK = "brought back"
    NOT_CHOSEN = "not chosen"


TOLD_BY_FIELD = (Did.BEGAN, Did.CHANGED, Did.NOT_CHOSEN)


class Said(NamedTuple):
    """What a field of a row shows, and the digest of what it holds."""

    label: str
    words: str
    digest: str


@dataclass(frozen=True)
class FieldChange:
    """What a field said before a sitting and after it."""

    name: str
    label: str
    before: str
    after: str
    before_id: int | None  # of the event that holds it
    after_id: int

    @cached_property
    def sides(self) -> tuple[list[Piece], list[Piece]]:
        pieces = by_word(self.before, self.after)
        return (
            [piece for piece in pieces if piece.of != In.AFTER],
            [piece for piece in pieces if piece.of != In.BEFORE],
        )


@dataclass(frozen=True)
class Sitting:
    """Saves of one person that follow one another, or one removal, or one text not chosen."""

    did: Did
    by: int | None
    began_at: datetime
    ended_at: datetime
    first: RowEvent | None  # as it was before
    last: RowEvent
    saves: int = 1
    who: str = ""
    changes: list[FieldChange] = field(default_factory=list)


BY_NOBODY = "Alliance itself"  # a release, or a task of nobody


def sittings_of(
    events: list[RowEvent],
    kind: Kind,
    *,
    said: Callable[[Mapping[str, Any]], Mapping[str, Said]],
    people: Mapping[int, str],
    started_by: str,
    is_whole: bool,
) -> list[Sitting]:
    """The latest first. Unless `is_whole`, the last of the events only says what was before.

    `said` tells of a row what each field of its form shows. Who started the plan began the rows
    that nobody has saved.
    """
    in_order = list(reversed(events))
    before = None if is_whole else in_order.pop(0)
    found = [
        replace(
            each,
            who=people.get(each.by or 0, started_by if each.did == Did.BEGAN else BY_NOBODY),
            changes=_changes(each, said),
        )
        for each in _joined(_each(in_order, before, kind))
    ]
    return [each for each in reversed(found) if each.changes or each.did not in TOLD_BY_FIELD]


def _each(events: Iterable[RowEvent], before: RowEvent | None, kind: Kind) -> Iterator[Sitting]:
    for event in events:
        did = _did(event, before, kind)
        yield Sitting(did, _who(event, before), event.at, event.at, before, event)
        if did != Did.NOT_CHOSEN:
            before = event


def _did(event: RowEvent, before: RowEvent | None, kind: Kind) -> Did:
    if event.label == NOT_CHOSEN:
        return Did.NOT_CHOSEN
    if event.is_removal or event.row.get("removed_at"):
        return Did.REMOVED
    if event.label == ADDED:
        return Did.BROUGHT_BACK if before and before.is_removal else Did.BEGAN
    said = [name for name in kind.columns if name != "position"]
    if before and all(_said(event, name) == _said(before, name) for name in (*said, "as_typed")):
        return Did.MOVED if _said(event, "position") != _said(before, "position") else Did.CHANGED
    return Did.CHANGED


def _said(event: RowEvent, name: str) -> Any:
    return event.row.get(name)


def _who(event: RowEvent, before: RowEvent | None) -> int | None:
    """Who saved it; where the row was changed by an act on another, who asked for that."""
    is_a_save = before is None or event.row["version"] != before.row["version"]
    if event.label == NOT_CHOSEN or (is_a_save and not event.is_removal):
        return event.saved_by or event.asked_by
    return event.asked_by


def _joined(each: Iterable[Sitting]) -> Iterator[Sitting]:
    open_one: Sitting | None = None
    for one in each:
        if open_one and _goes_on(open_one, one):
            open_one = replace(
                open_one, ended_at=one.ended_at, last=one.last, saves=open_one.saves + 1
            )
            continue
        if open_one:
            yield open_one
        open_one = one
    if open_one:
        yield open_one


def _goes_on(earlier: Sitting, later: Sitting) -> bool:
    return (
        earlier.did == later.did == Did.CHANGED
        and earlier.by == later.by
        and later.began_at - earlier.ended_at <= FOLLOWS_WITHIN
    )


def _changes(
    sitting: Sitting, said: Callable[[Mapping[str, Any]], Mapping[str, Said]]
) -> list[FieldChange]:
    if sitting.did not in TOLD_BY_FIELD:
        return []
    first = sitting.first if sitting.did != Did.BEGAN else None
    before = said(first.row) if first else {}
    found = [
        FieldChange(
            name,
            after.label,
            before[name].words if first else "",
            after.words,
            first.id if first else None,
            sitting.last.id,
        )
        for name, after in said(sitting.last.row).items()
        if not first or before[name].digest != after.digest
    ]
    return [one for one in found if one.before != one.after]
