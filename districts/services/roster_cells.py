"""Reading a file of the Department's: from bytes to cells, and from a cell to what it says.

Every fault is found at once, each with its line, its column and what was expected.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from districts import parsing

LONGEST_VALUE_SHOWN = 60
LONGEST_NAME = 100

_NOT_CSV = {
    b"PK\x03\x04": "an Excel workbook or a ZIP archive",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"%PDF": "a PDF",
    b"\xff\xfe": "UTF-16 text",
    b"\xfe\xff": "UTF-16 text",
}


@dataclass(frozen=True)
class Fault:
    line: int
    column: str
    value: str
    expected: str

    def __str__(self) -> str:
        column = f", column {self.column}" if self.column else ""
        return f"Line {self.line}{column}: {self.value}. Expected {self.expected}."


class RosterFaults(Exception):
    """The file cannot be loaded; `faults` names everything that is wrong with it."""

    def __init__(self, faults: Iterable[Fault]):
        self.faults = sorted(faults, key=lambda fault: fault.line)
        super().__init__("\n".join(str(fault) for fault in self.faults))


# From bytes to cells ----------------------------------------------------------------------------


def text_of(raw: bytes) -> str:
    for start, kind in _NOT_CSV.items():
        if raw.startswith(start):
            raise RosterFaults([Fault(1, "", f"this is {kind}", "a CSV file in UTF-8")])
    faults = []
    for line, part in enumerate(raw.split(b"\n"), start=1):
        if b"\0" in part:
            faults.append(Fault(line, "", "it holds a NUL byte", "text in UTF-8"))
        try:
            part.decode()
        except UnicodeDecodeError as error:
            odd = part[error.start : error.start + 1].hex().upper()
            faults.append(Fault(line, "", f"the byte {odd} is not UTF-8", "text in UTF-8"))
    if faults:
        raise RosterFaults(faults)
    return raw.decode("utf-8-sig")


def _delimiter(text: str) -> str:
    """What parts the names in the first line: a comma, a semicolon or a tab."""
    names = next((line for line in text.splitlines() if line.strip()), "")
    return max(",;\t", key=names.count)


def records_of(text: str, faults: list[Fault]) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The header, and each later row with the number of the line it starts on."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    records = []
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                records.append((line, [parsing.text(cell).strip() for cell in cells]))
            line = reader.line_num + 1
    except csv.Error as error:
        faults.append(Fault(line, "", f"the row cannot be read ({error})", "well-formed CSV"))
    if not records:
        if faults:
            raise RosterFaults(faults)
        raise RosterFaults([Fault(1, "", "the file is empty", "a line of column names")])
    (_, header), *rows = records
    return header, rows


# From cells to values ---------------------------------------------------------------------------


class Unexpected(ValueError):
    """The message says what was expected of the cell."""


def district_name(cell: str) -> str:
    if 0 < len(cell) <= LONGEST_NAME and cell.isprintable():
        return cell
    raise Unexpected(f"the district’s name, of at most {LONGEST_NAME} characters on one line")


def edsight_code(cell: str) -> str:
    if re.fullmatch("[0-9]{7}", cell):
        return cell
    if re.fullmatch("[0-9]{5,6}", cell):
        raise Unexpected(f"seven digits; with the leading zeros it lost, {cell.zfill(7)}")
    raise Unexpected("seven digits")


def dollars(cell: str) -> int:
    try:
        return parsing.whole_dollars(cell)
    except parsing.Unreadable as unread:
        raise Unexpected(_MONEY_FAULTS[unread.fault].format(unread.meant)) from None


_MONEY_FAULTS = {
    "invalid": "whole US dollars of $0 or more, such as 6300685",
    "unclear": "money that reads in one way only: {0:,} with commas, if that is meant",
    "cents": "whole US dollars, without cents: {0:,}",
    "negative": "$0 or more",
    "too_much": "less than a billion dollars: count its digits again",
}


def shown(cell: str) -> str:
    """The cell as a person can read it in a terminal, whatever it holds."""
    if not cell:
        return "empty"
    plain = "".join(char if char.isprintable() else "�" for char in cell)
    cut = plain if len(plain) <= LONGEST_VALUE_SHOWN else plain[:LONGEST_VALUE_SHOWN] + "…"
    return f"“{cut}”"


def count_of(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


# From a table to its rows -----------------------------------------------------------------------


@dataclass(frozen=True)
class Column:
    position: int
    name: str
    read: Callable[[str], Any]
    key: Any  # what the value is of


def rows_of(
    header: list[str],
    records: list[tuple[int, list[str]]],
    columns: list[Column],
    faults: list[Fault],
) -> list[tuple[int, dict[Any, Any]]]:
    """What each row says, with its line; a fault for each that is cut short, and for none."""
    rows: list[tuple[int, dict[Any, Any]]] = []
    for line, cells in records:
        if len(cells) == len(header):
            rows.append((line, _values(line, cells, columns, faults)))
        else:
            faults.append(
                Fault(line, "", count_of(len(cells), "cell"), f"{len(header)}, one for each column")
            )
    if not records and not faults:
        faults.append(Fault(2, "", "no rows", "one row for each district"))
    return rows


def _values(
    line: int, cells: list[str], columns: list[Column], faults: list[Fault]
) -> dict[Any, Any]:
    """What the row says, by the key of its column; a fault for each cell that cannot be read."""
    values = {}
    for column in columns:
        cell = cells[column.position]
        try:
            values[column.key] = column.read(cell)
        except Unexpected as unexpected:
            faults.append(Fault(line, column.name, shown(cell), str(unexpected)))
    return values
