"""Bringing a spreadsheet in: what its columns are, and what it would change. It writes nothing.

A `Table` says for any sheet which columns name the row, which say whose sheet it is, and which hold
what is brought in. `compare` sets a file beside what stands here, cell by cell: new, changed, the
same, or a fault. Whoever calls shows it, and writes what was confirmed as its form is saved.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from districts.services.roster_cells import Unexpected, shown
from districts.services.sheets import Cell, Sheet, Unusable

Key = tuple[Any, ...]
Read = Callable[[str], Any]


@dataclass(frozen=True)
class Column:
    """`read` makes a value of a cell's text, or raises Unexpected, saying what was expected."""

    name: str
    heading: str
    read: Read
    is_summed: bool = False


@dataclass(frozen=True)
class Table:
    """The columns of one kind of sheet. Other columns of a file are not read."""

    whose: tuple[Column, ...]  # the same in every row: the district, the year
    key: tuple[Column, ...]  # together they name a row
    values: tuple[Column, ...]
    total: str = "Total"  # begins a row that only adds up the others

    @property
    def columns(self) -> tuple[Column, ...]:
        return (*self.whose, *self.key, *self.values)

    @property
    def header(self) -> list[str]:
        return [column.heading for column in self.columns]


class Kind(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    FAULT = "fault"


@dataclass(frozen=True)
class Difference:
    """One cell of the file beside what stands here."""

    at: str
    key: Key  # () where the row could not be told
    column: Column
    kind: Kind
    here: Any
    there: Any  # of a fault the text of its cell
    why: str = ""


@dataclass(frozen=True)
class TotalApart:
    """A total of the file that is not what its own rows add up to."""

    at: str
    column: Column
    said: int
    of_rows: int

    @property
    def apart(self) -> int:
        return abs(self.said - self.of_rows)


@dataclass(frozen=True)
class Preview:
    """What a file would change. `of` counts cells by kind."""

    differences: tuple[Difference, ...]
    totals: tuple[TotalApart, ...] = ()
    passed_over: tuple[str, ...] = ()  # rows that only add up others
    not_read: tuple[str, ...] = ()  # headings of columns that are not asked for

    def of(self, kind: Kind) -> list[Difference]:
        return [each for each in self.differences if each.kind == kind]

    @property
    def to_bring_in(self) -> list[Difference]:
        return [each for each in self.differences if each.kind in {Kind.NEW, Kind.CHANGED}]

    @property
    def faults(self) -> list[Difference]:
        return self.of(Kind.FAULT)

    @property
    def unchanged(self) -> int:
        return len(self.of(Kind.UNCHANGED))


@dataclass
class _Reading:
    differences: list[Difference] = field(default_factory=list)
    sums: dict[str, int] = field(default_factory=dict)
    seen: dict[Key, str] = field(default_factory=dict)


def compare(
    sheet: Sheet,
    table: Table,
    here: Mapping[Key, Mapping[str, Any]],
    *,
    whose: Mapping[str, Any],
    refuse_whose: Callable[[str, str], str],
    may_add: Callable[[Key], str],
) -> Preview:
    """What the sheet says beside `here`: the values of each row by its key.

    A cell that is empty changes nothing. `whose` is what every row must say of the sheet itself;
    `refuse_whose(column, text)` makes the sentence where it says another. `may_add(key)` says why
    a row that is not here cannot be added, or nothing.

    Raises:
        Unusable: a column is missing, or the sheet is another's.
    """
    places = _places(sheet, table)
    reading, totals, passed_over = _Reading(), [], []
    total_rows = []
    for row in sheet.rows:
        if any(cell.text.casefold().startswith(table.total.casefold()) for cell in row[:4]):
            total_rows.append(row)
            continue
        _ask_whose(row, table, places, whose, refuse_whose)
        _read_row(row, table, places, here, may_add, reading)
    for row in total_rows:
        passed_over.append(row[0].at[1:])
        totals += _totals_apart(row, table, places, reading.sums)
    named = {_plain(column.heading) for column in table.columns}
    return Preview(
        tuple(reading.differences),
        tuple(totals),
        tuple(passed_over),
        tuple(cell.text for cell in sheet.header if cell.text and _plain(cell.text) not in named),
    )


def _places(sheet: Sheet, table: Table) -> dict[str, int]:
    """Where each column stands.

    Raises:
        Unusable: one is missing, or there twice.
    """
    headings = [_plain(cell.text) for cell in sheet.header]
    asked = [_plain(column.heading) for column in table.columns]
    if missing := [
        c.heading for c, plain in zip(table.columns, asked, strict=True) if plain not in headings
    ]:
        raise Unusable(
            f"The first row names no column “{'”, “'.join(missing)}”."
            " Start from the file to download, and keep its first row."
        )
    if doubled := [heading for heading in asked if headings.count(heading) > 1]:
        raise Unusable(f"The column “{doubled[0]}” is there twice. Keep one of them.")
    return {
        column.name: headings.index(plain)
        for column, plain in zip(table.columns, asked, strict=True)
    }


def _ask_whose(
    row: Sequence[Cell],
    table: Table,
    places: Mapping[str, int],
    whose: Mapping[str, Any],
    refuse: Callable[[str, str], str],
) -> None:
    for column in table.whose:
        cell = _cell(row, places[column.name])
        try:
            said = column.read(cell.text)
        except Unexpected:
            said = None
        if said != whose[column.name]:
            raise Unusable(f"{refuse(column.name, cell.text)} ({cell.at}) Nothing was brought in.")


def _read_row(
    row: Sequence[Cell],
    table: Table,
    places: Mapping[str, int],
    here: Mapping[Key, Mapping[str, Any]],
    may_add: Callable[[Key], str],
    reading: _Reading,
) -> None:
    key: list[Any] = []
    for column in table.key:
        cell = _cell(row, places[column.name])
        try:
            key.append(column.read(cell.text))
        except Unexpected as unexpected:
            _fault(reading, cell, (), column, str(unexpected))
            return
    named = tuple(key)
    first = _cell(row, places[table.key[-1].name])
    if named in reading.seen:
        why = f"this row is in {reading.seen[named]} already; each stands there once"
        _fault(reading, first, named, table.key[-1], why)
        return
    reading.seen[named] = first.at
    stands = here.get(named)
    if stands is None and (why := may_add(named)):
        if any(_cell(row, places[column.name]).text for column in table.values):
            _fault(reading, first, named, table.key[-1], why)
        return
    for column in table.values:
        _read_value(_cell(row, places[column.name]), named, column, stands, reading)


def _read_value(
    cell: Cell,
    key: Key,
    column: Column,
    stands: Mapping[str, Any] | None,
    reading: _Reading,
) -> None:
    if not cell.text:
        return
    try:
        there = column.read(cell.text)
    except Unexpected as unexpected:
        _fault(reading, cell, key, column, f"expected {unexpected}")
        return
    if column.is_summed:
        reading.sums[column.name] = reading.sums.get(column.name, 0) + there
    now = stands.get(column.name) if stands is not None else None
    kind = Kind.UNCHANGED if now == there else _kind_of_change(now)
    reading.differences.append(Difference(cell.at, key, column, kind, now, there))


def _kind_of_change(now: Any) -> Kind:
    return Kind.NEW if now in (None, "") else Kind.CHANGED


def _fault(reading: _Reading, cell: Cell, key: Key, column: Column, why: str) -> None:
    found = Difference(cell.at, key, column, Kind.FAULT, None, shown(cell.text), why)
    reading.differences.append(found)


def _totals_apart(
    row: Sequence[Cell], table: Table, places: Mapping[str, int], sums: Mapping[str, int]
) -> list[TotalApart]:
    apart = []
    for column in table.values:
        cell = _cell(row, places[column.name])
        if not column.is_summed or not cell.text:
            continue
        try:
            said = column.read(cell.text)
        except Unexpected:
            continue
        if said != sums.get(column.name, 0):
            apart.append(TotalApart(cell.at, column, said, sums.get(column.name, 0)))
    return apart


def _cell(row: Sequence[Cell], place: int) -> Cell:
    """An empty one where the row is shorter than its header."""
    if place < len(row):
        return row[place]
    last = row[-1].at
    return Cell(last, "")


def _plain(heading: str) -> str:
    return " ".join(heading.replace(",", " ").split()).casefold()
