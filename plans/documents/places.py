"""A place in a plan's text that somebody points to: a section, a row of it, or a field of a row.

It is known by the row's lineage, so it is found in every version, or is found to be gone.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from plans.documents.difference import Placed, rows_by_lineage
from plans.documents.fields import Field
from plans.documents.kinds import IN_DOCUMENT, Kind
from plans.documents.naming import title_of_row
from plans.documents.shape import PlanDocument

LONGEST = 300  # characters of what a place is called


@dataclass(frozen=True)
class Place:
    """A row by its kind and lineage, which what a section has once needs none of; and a field."""

    kind: str
    row: str = ""
    field: str = ""

    @classmethod
    def read(cls, typed: str) -> Self | None:
        """As an address or a form has it: “strategy/<lineage>/owner”. None of anything else."""
        kind, _, rest = typed.partition("/")
        row, _, field = rest.partition("/")
        return cls(kind, row, field) if kind in IN_DOCUMENT else None

    def __str__(self) -> str:
        return f"{self.kind}/{self.row}/{self.field}"

    @property
    def section(self) -> str:
        return IN_DOCUMENT[self.kind].section.value

    @property
    def of_field(self) -> Field | None:
        return next((one for one in fields_in(self.kind) if one.part_name == self.field), None)


def fields_in(kind: str) -> tuple[Field, ...]:
    """Those that something can be said about: what a form of the plan has."""
    return IN_DOCUMENT[kind].written


def found_in(document: PlanDocument, place: Place) -> Placed | None:
    """The row that is meant, if the text has it."""
    return rows_by_lineage(IN_DOCUMENT[place.kind], document).get(place.row)


def called_in(document: PlanDocument, place: Place) -> str:
    """“Strategy 2: Tutoring, Owner”; empty where the text has no such row or field."""
    placed = found_in(document, place)
    if placed is None or (place.field and place.of_field is None):
        return ""
    kind = IN_DOCUMENT[place.kind]
    row = title_of_row(kind, placed.row, placed.owner) if kind.is_list else ""
    field = place.of_field.words if place.of_field else ""
    return ", ".join(filter(None, (row, field)))[:LONGEST]


def rows_in(document: PlanDocument, section: str) -> Iterator[tuple[Place, Kind, str]]:
    """Every row of a section that can be pointed to, with what it is called, in order."""
    for key, kind in IN_DOCUMENT.items():
        if kind.section.value != section or not kind.is_list:
            continue
        for lineage, placed in rows_by_lineage(kind, document).items():
            if placed.row.lineage:
                yield Place(key, lineage), kind, title_of_row(kind, placed.row, placed.owner)
