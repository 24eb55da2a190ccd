"""What became of the place that a required change points to, from the version returned to another.

Its row and field where it names them, else all of its section. What the district deleted is shown
as it was.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from plans.documents import PlanDocument
from plans.documents.by_word import Patience
from plans.documents.difference import Change, Did, difference, moves
from plans.documents.kinds import IN_DOCUMENT
from plans.documents.naming import title_of_row
from plans.documents.places import Place, found_in
from plans.models import Anchored
from plans.reading.differences import WITH_TEXT, FieldShown, RowShown, fields_shown, names_of


@dataclass(frozen=True)
class There:
    """What is other at the place, row by row; and whether the row itself is gone."""

    rows: tuple[RowShown, ...]
    is_gone: bool = False
    is_moved: bool = False  # rows of the section stand in another order, and read as they did

    @property
    def is_same(self) -> bool:
        return not (self.rows or self.is_moved)


def place_of(anchor: Anchored) -> Place | None:
    """None where the whole section is meant, or a kind of row that a plan has no longer."""
    if anchor.row_kind not in IN_DOCUMENT:
        return None
    return Place(anchor.row_kind, anchor.row, anchor.field)


def there(
    before: PlanDocument, after: PlanDocument, section: str, place: Place | None
) -> There | None:
    """None of a section that the text holds nothing of: the board's vote, the profile."""
    if section not in WITH_TEXT:
        return None
    rows = tuple(_rows(before, after, section, place))
    if place is None:
        return There(rows, is_moved=not rows and bool(moves(before, after, section=section)))
    return There(rows, is_gone=found_in(after, place) is None)


def _rows(
    before: PlanDocument, after: PlanDocument, section: str, place: Place | None
) -> Iterator[RowShown]:
    was_called, is_called = names_of(before), names_of(after)
    patience = Patience()
    for change in difference(before, after, section=section):
        if not _is_meant(change, place):
            continue
        fields = tuple(fields_shown(change, was_called, is_called, patience))
        if fields := tuple(_meant(fields, change, place)):
            title = title_of_row(change.kind, change.either, change.owner)
            yield RowShown(change.did, title, fields)


def _is_meant(change: Change, place: Place | None) -> bool:
    if place is None:
        return True
    is_row = change.kind.key == place.kind and place.row in ("", change.either.lineage)
    is_field = change.did is not Did.CHANGED or place.field in ("", *change.fields)
    return is_row and is_field


def _meant(
    fields: tuple[FieldShown, ...], change: Change, place: Place | None
) -> Iterator[FieldShown]:
    """Of a row that came or went all of it, of one that changed the field alone."""
    words = place.of_field.words if place and place.of_field else ""
    for field in fields:
        if change.did is not Did.CHANGED or words in ("", field.words):
            yield field
