"""The differences between two texts of a plan as a reader meets them: rows, fields and words.

Every page that shows what changed shows these. What is equal is left out. Nothing here touches
the database.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from plans.documents import PlanDocument
from plans.documents.by_word import In, Patience, Piece, by_word, in_whole
from plans.documents.difference import Change, Did, Move, difference, key_of, moves
from plans.documents.fields import Control, Field
from plans.documents.kinds import IN_DOCUMENT, KINDS, Kind
from plans.documents.naming import name_of_row, title_of_row
from plans.documents.parts import Row
from plans.documents.shape import AssurancePart
from plans.documents.terms import IndicatorTerm, ObjectCodeTerm
from plans.reading.document import Retired, retired_by_section
from plans.reading.fields import said, text_of, unread
from plans.sections import SECTIONS, SectionKey

LONG = 400  # characters that both texts have in common: beyond these the middle is folded
BESIDE = 160  # characters that stay in sight beside a change
IN_WORDS = frozenset({Control.LINE, Control.EMAIL, Control.PROSE})
OTHER_OF_THE_NAME = "It reads the same, and names another."
ONLY_BLANKS = "Only blanks or line breaks are other."
REWRITTEN = "Written anew: both texts stand whole."
WITH_TEXT = tuple(  # the sections in which anything can be other
    key for key in SECTIONS if any(kind.section is key for kind in IN_DOCUMENT.values())
)
Names = dict[str, str]  # what rows are called that others name by their lineage


@dataclass(frozen=True)
class Gap:
    """Words that both texts have, folded."""

    number: int
    of: str = "gap"  # as a piece says which texts it is of


@dataclass(frozen=True)
class FieldShown:
    """One field that says something else. The pieces spell both of its texts."""

    words: str
    pieces: tuple[Piece, ...]
    is_list: bool = False  # each piece is one of several that were chosen
    note: str = ""  # what the marks alone do not show

    @property
    def was(self) -> str:
        return self._joined(piece.words for piece in self.pieces if piece.of != In.AFTER)

    @property
    def now(self) -> str:
        return self._joined(piece.words for piece in self.pieces if piece.of != In.BEFORE)

    @property
    def either(self) -> str:
        """Of a row that came or went, what it says."""
        return self.now or self.was

    def _joined(self, words: Iterable[str]) -> str:
        return (" · " if self.is_list else "").join(words)

    @property
    def is_rewritten(self) -> bool:
        """Whether no words of two long texts are told from one another."""
        return self.note == REWRITTEN

    @property
    def folded(self) -> list[Piece | Gap]:
        """Its pieces, without what is far from any change."""
        if self.is_list or not any(piece.is_in_one for piece in self.pieces):
            return list(self.pieces)
        last = len(self.pieces) - 1
        return [
            each
            for place, piece in enumerate(self.pieces)
            for each in _fold(piece, begins=place == 0, ends=place == last)
        ]

    @property
    def is_folded(self) -> bool:
        return any(isinstance(each, Gap) for each in self.folded)


@dataclass(frozen=True)
class RowShown:
    """One row, or the section's own fields: what became of it, and what it says otherwise."""

    did: Did | None  # none where it was moved and nothing else
    title: str
    fields: tuple[FieldShown, ...] = ()
    moved: str = ""  # where it stood

    @property
    def is_whole(self) -> bool:
        """Whether all of its words came or went with it, so that none need a mark."""
        return self.did in {Did.ADDED, Did.REMOVED}


@dataclass(frozen=True)
class SectionCount:
    """How many rows of a section are other; its own fields count as one row."""

    key: SectionKey
    added: int = 0
    removed: int = 0
    changed: int = 0
    moved: int = 0
    retired: int = 0

    @property
    def title(self) -> str:
        return SECTIONS[self.key].title

    @property
    def is_same(self) -> bool:
        return not any(number for number, _ in self.counted)

    @property
    def counted(self) -> list[tuple[int, str]]:
        return [
            (self.added, "added"),
            (self.removed, "removed"),
            (self.changed, "changed"),
            (self.moved, "moved"),
            (self.retired, "said to be retired"),
        ]

    @property
    def words(self) -> str:
        """“2 added, 1 changed”."""
        return ", ".join(f"{number} {what}" for number, what in self.counted if number)


@dataclass(frozen=True)
class SectionShown:
    count: SectionCount
    rows: tuple[RowShown, ...]
    retired: tuple[tuple[Did, Retired], ...] = ()


def count_sections(before: PlanDocument, after: PlanDocument) -> list[SectionCount]:
    """Of every section that holds text, whatever is other in it, in order. No text is compared."""
    did: dict[SectionKey, list[Did]] = {key: [] for key in WITH_TEXT}
    moved = dict.fromkeys(WITH_TEXT, 0)
    for change in difference(before, after):
        did[change.kind.section].append(change.did)
    for move in moves(before, after):
        moved[move.kind.section] += 1
    retired = _retired(before, after)
    return [
        SectionCount(
            key,
            did[key].count(Did.ADDED),
            did[key].count(Did.REMOVED),
            did[key].count(Did.CHANGED),
            moved[key],
            len(retired.get(key, ())),
        )
        for key in WITH_TEXT
    ]


def sections_shown(before: PlanDocument, after: PlanDocument) -> list[SectionShown]:
    """Each section in which anything is other, with all of it."""
    was_called, is_called = names_of(before), names_of(after)
    patience = Patience()
    rows: dict[SectionKey, list[RowShown]] = {}
    moved = {id(move.after): move for move in moves(before, after)}
    for change in difference(before, after):
        rows.setdefault(change.kind.section, []).append(
            RowShown(
                change.did,
                title_of_row(change.kind, change.either, change.owner),
                tuple(fields_shown(change, was_called, is_called, patience)),
                _moved(moved.pop(id(change.after), None)) or _renumbered(change),
            )
        )
    for move in moved.values():
        title = title_of_row(move.kind, move.after, move.owner)
        rows.setdefault(move.kind.section, []).append(RowShown(None, title, moved=_moved(move)))
    retired = _retired(before, after)
    return [
        SectionShown(count, tuple(rows.get(count.key, ())), retired.get(count.key, ()))
        for count in count_sections(before, after)
        if not count.is_same
    ]


def names_of(document: PlanDocument) -> Names:
    targets = {each.lineage: f"{each.number} {each.measure}".strip() for each in document.targets}
    strategies = {
        each.lineage: f"{each.number} {each.title}".strip() for each in document.strategies
    }
    return {lineage: name for lineage, name in (targets | strategies).items() if lineage}


def fields_shown(
    change: Change, was_called: Names, is_called: Names, patience: Patience
) -> Iterator[FieldShown]:
    """Of a row that changed the fields that did; of another all that hold something."""
    for field in change.kind.fields:
        if change.did is Did.CHANGED and field.part_name not in change.fields:
            continue
        was = _texts(change.kind, field, change.before, was_called)
        now = _texts(change.kind, field, change.after, is_called)
        if was or now or change.did is Did.CHANGED:
            yield _field(field, was, now, patience)


def _field(
    field: Field, was: dict[Any, str], now: dict[Any, str], patience: Patience
) -> FieldShown:
    if field.control is Control.CHOICES:
        return _chosen(field.words, was, now)
    before, after = " ".join(was.values()), " ".join(now.values())
    if before == after:
        pieces, note = in_whole(before, after), OTHER_OF_THE_NAME
    elif field.control in IN_WORDS and before and after:
        pieces = by_word(before, after, seconds=patience.seconds)
        note = _note(pieces)
    else:
        pieces, note = in_whole(before, after), ""
    return FieldShown(field.words, tuple(pieces), note=note)


def _note(pieces: list[Piece]) -> str:
    if not any(piece.words.strip() for piece in pieces if piece.is_in_one):
        return ONLY_BLANKS
    is_whole = not any(piece.of == In.BOTH for piece in pieces)
    return REWRITTEN if is_whole and sum(len(piece.words) for piece in pieces) > LONG else ""


def _chosen(words: str, was: dict[Any, str], now: dict[Any, str]) -> FieldShown:
    """What was chosen on both sides reads as it is called now."""
    pieces = [Piece(text, In.BOTH if key in was else In.AFTER) for key, text in now.items()]
    pieces += [Piece(text, In.BEFORE) for key, text in was.items() if key not in now]
    is_twice = len({piece.words for piece in pieces}) < len(pieces)
    return FieldShown(
        words, tuple(pieces), is_list=True, note=OTHER_OF_THE_NAME if is_twice else ""
    )


def _texts(kind: Kind, field: Field, row: Row | None, called: Names) -> dict[Any, str]:
    """What a field reads as: of several that were chosen each, by what it is known by."""
    if row is None:
        return {}
    value = getattr(row, field.part_name)
    if field.control is Control.CHOICES:
        found = {
            key_of(each): _text(kind, field, each, called)
            for each in value
            if getattr(each, "accepted", True)
        }
    else:
        text = said(row, field.part_name) if row.as_typed else ""
        text = text if row.is_suppressed(field.name) else _text(kind, field, value, called)
        found = {"": text} if text else {}
    if typed := unread(row, field.part_name):
        found[("typed", typed)] = f"“{typed}”, which could not be read"
    return found


def _text(kind: Kind, field: Field, value: Any, called: Names) -> str:
    if isinstance(value, ObjectCodeTerm):
        return f"{value.code} {value.name}"
    if isinstance(value, IndicatorTerm):
        return f"{value.number} {value.name}"
    if isinstance(value, AssurancePart):
        return f"No. {value.number}"
    if isinstance(value, str) and field.control not in IN_WORDS:
        return called.get(value) or _labels(kind.key, field.name).get(value, value)
    return text_of(field, value)


@cache
def _labels(key: str, name: str) -> dict[str, str]:
    """By their codes, where a column holds one of a few."""
    column: Any = KINDS[key].model._meta.get_field(name)
    return {code: str(label) for code, label in column.flatchoices}


def _moved(move: Move | None) -> str:
    if move is None:
        return ""
    return _stood_as(name_of_row(move.kind, move.before, move.owner_before))


def _renumbered(change: Change) -> str:
    """That rows before it came or went."""
    was, now = (getattr(row, "number", "") for row in (change.before, change.after))
    if change.did is not Did.CHANGED or was == now:
        return ""
    return _stood_as(f"{change.kind.title} {was}")


def _stood_as(name: str) -> str:
    return f"It stood as {name[:1].lower()}{name[1:]}."


def _retired(
    before: PlanDocument, after: PlanDocument
) -> dict[SectionKey, tuple[tuple[Did, Retired], ...]]:
    """What is said to be retired since last year, and was not, and the other way round.

    What last year's own text says was retired is of the year before it.
    """
    was = retired_by_section(before) if before.fiscal_year == after.fiscal_year else {}
    found: dict[SectionKey, tuple[tuple[Did, Retired], ...]] = {}
    for key, now in retired_by_section(after).items():
        earlier = was.get(key, [])
        lines = [(Did.ADDED, one) for one in now if one not in earlier]
        lines += [(Did.REMOVED, one) for one in earlier if one not in now]
        if lines:
            found[SectionKey(key)] = tuple(lines)
    return found


def _fold(piece: Piece, *, begins: bool, ends: bool) -> Iterator[Piece | Gap]:
    """A long piece of both texts: what stands beside a change, and how much is between."""
    if piece.is_in_one or len(piece.words) <= LONG:
        yield piece
        return
    head = "" if begins else piece.words[:BESIDE].rpartition(" ")[0]
    tail = "" if ends else piece.words[-BESIDE:].partition(" ")[2]
    middle = piece.words[len(head) : len(piece.words) - len(tail)]
    if head:
        yield Piece(head, In.BOTH)
    yield Gap(len(middle.split()))
    if tail:
        yield Piece(tail, In.BOTH)
