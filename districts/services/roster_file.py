"""The Department's roster file: read whole, every fault found at once, without a database.

districts/data/README.md says what each column is, where it comes from and how sure we are.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from districts.services.dollars import NotDollars, whole_dollars

LONGEST_VALUE_SHOWN = 60
LONGEST_NAME = 100
TOWNS = 169
_COHORTS = range(2013, 2024)  # from the first designations to the run of FY2023, § 10-262u(b)

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


@dataclass(frozen=True)
class RosterFigure:
    measure: str
    period: str
    value: Decimal


@dataclass(frozen=True)
class RosterRow:
    """One district as the file has it. Money is whole US dollars."""

    name: str
    town_code: int
    edsight_code: str
    reference_group: str
    is_priority_school_district: bool
    is_reform_district: bool
    cohort: int
    in_program_list: bool  # one of the 33 of the program page
    allocation: int
    figures: tuple[RosterFigure, ...]


def read_roster(raw: bytes, *, fiscal_year: int) -> list[RosterRow]:
    """The rows of the file, with each district's allocation for the fiscal year.

    Raises:
        RosterFaults: anything at all is wrong with the file.
    """
    faults: list[Fault] = []
    header, records = _records(_text(raw), faults)
    columns = _columns(header, fiscal_year, faults)
    rows = []
    for line, cells in records:
        if len(cells) == len(header):
            rows.append((line, _values(line, cells, columns, faults)))
        else:
            faults.append(
                Fault(line, "", _count(len(cells), "cell"), f"{len(header)}, one for each column")
            )
    if not records and not faults:
        faults.append(Fault(2, "", "no rows", "one row for each district"))
    faults += _doubled(rows)
    if faults:
        raise RosterFaults(faults)
    return [_row(values) for _, values in rows]


# From bytes to cells ----------------------------------------------------------------------------


def _text(raw: bytes) -> str:
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


def _records(text: str, faults: list[Fault]) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The header, and each later row with the number of the line it starts on."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    records = []
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                records.append((line, [cell.strip() for cell in cells]))
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


class _Unexpected(ValueError):
    """The message says what was expected of the cell."""


def _name(cell: str) -> str:
    if 0 < len(cell) <= LONGEST_NAME and cell.isprintable():
        return cell
    raise _Unexpected(f"the district’s name, of at most {LONGEST_NAME} characters on one line")


def _town_code(cell: str) -> int:
    if re.fullmatch("[0-9]{1,3}", cell) and 1 <= int(cell) <= TOWNS:
        return int(cell)
    raise _Unexpected(f"a town’s number, 1 to {TOWNS}")


def _edsight_code(cell: str) -> str:
    if re.fullmatch("[0-9]{7}", cell):
        return cell
    if re.fullmatch("[0-9]{5,6}", cell):
        raise _Unexpected(f"seven digits; with the leading zeros it lost, {cell.zfill(7)}")
    raise _Unexpected("seven digits")


def _reference_group(cell: str) -> str:
    if re.fullmatch("[A-I]", cell):
        return cell
    raise _Unexpected("a letter, A to I")


def _flag(cell: str) -> bool:
    if cell in {"0", "1"}:
        return cell == "1"
    raise _Unexpected("1 for yes or 0 for no")


def _cohort(cell: str) -> int:
    if re.fullmatch("FY20[0-9]{2}", cell) and int(cell[2:]) in _COHORTS:
        return int(cell[2:])
    raise _Unexpected(f"a fiscal year, FY{_COHORTS[0]} to FY{_COHORTS[-1]}")


def _count_of(cell: str) -> Decimal:
    if re.fullmatch("[0-9]{1,6}", cell):
        return Decimal(cell)
    raise _Unexpected("a whole number of 0 or more")


def _index(cell: str) -> Decimal:
    if re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,2})?", cell) and Decimal(cell) <= 100:
        return Decimal(cell)
    raise _Unexpected("a number from 0 to 100, with at most two decimals")


def _dollars(cell: str) -> int:
    try:
        return whole_dollars(cell)
    except NotDollars as fault:
        raise _Unexpected(_MONEY_FAULTS[fault.fault].format(fault.whole)) from None


_MONEY_FAULTS = {
    "invalid": "whole US dollars of $0 or more, such as 6300685",
    "unclear": "money that reads in one way only: {0:,} with commas, if that is meant",
    "cents": "whole US dollars, without cents: {0:,}",
    "negative": "$0 or more",
    "too_much": "less than a billion dollars: count its digits again",
}


def _money_figure(cell: str) -> Decimal:
    return Decimal(_dollars(cell))


# Columns ----------------------------------------------------------------------------------------

_SCHOOL_YEAR = r"(?P<first>20[0-9]{2})_(?P<last>[0-9]{2})"
_FISCAL_YEAR = r"(?P<fiscal>fy20[0-9]{2})"


@dataclass(frozen=True)
class _Column:
    position: int
    name: str
    read: Callable[[str], Any]
    key: Any  # a field of RosterRow, or the measure and period of a figure


_FIELDS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "district": ("name", _name),
    "town_code": ("town_code", _town_code),
    "edsight_district_code": ("edsight_code", _edsight_code),
    "drg": ("reference_group", _reference_group),
    "priority_school_district": ("is_priority_school_district", _flag),
    "educational_reform_district": ("is_reform_district", _flag),
    "first_designated_fy": ("cohort", _cohort),
    "designated_in_33_list": ("in_program_list", _flag),
}
# A figure's column carries its own year, so that next year's file needs no change here.
_FIGURES: dict[str, tuple[str, str, Callable[[str], Decimal]]] = {
    "enrolment": ("enrolment_", _SCHOOL_YEAR, _count_of),
    "schools": ("schools_", _SCHOOL_YEAR, _count_of),
    "ecs_entitlement": ("ecs_entitlement_", _FISCAL_YEAR, _money_figure),
    "alliance_setaside": ("alliance_setaside_", _FISCAL_YEAR, _money_figure),
    "non_alliance_portion": ("non_alliance_portion_", _FISCAL_YEAR, _money_figure),
    "accountability_index": ("accountability_index_", _SCHOOL_YEAR, _index),
}
_UNIQUE = {
    "name": "district",
    "town_code": "town_code",
    "edsight_code": "edsight_district_code",
}


def _columns(header: list[str], fiscal_year: int, faults: list[Fault]) -> list[_Column]:
    """The columns to read; a fault for each that is missing or doubled."""
    wanted = {**_FIELDS, f"alliance_portion_fy{fiscal_year}": ("allocation", _dollars)}
    columns = [
        _Column(header.index(name), name, read, key)
        for name, (key, read) in wanted.items()
        if name in header
    ]
    missing = [name for name in wanted if name not in header]
    for measure, (stem, year, read) in _FIGURES.items():
        found = [
            _Column(position, name, read, (measure, _period(match)))
            for position, name in enumerate(header)
            if (match := re.fullmatch(stem + year, name))
        ]
        columns += found
        if not found:
            missing.append(f"{stem}{'<school year>' if year == _SCHOOL_YEAR else 'fy<year>'}")
    for name in missing:
        faults.append(Fault(1, name, "missing", "this column, once"))
    for column in columns:
        times = header.count(column.name)
        if times > 1 and header.index(column.name) == column.position:
            faults.append(Fault(1, column.name, f"it is there {times} times", "this column, once"))
    return sorted(columns, key=lambda column: column.position)


def _period(match: re.Match[str]) -> str:
    year = match.groupdict()
    return year["fiscal"].upper() if "fiscal" in year else f"{year['first']}-{year['last']}"


# Rows -------------------------------------------------------------------------------------------


def _values(
    line: int, cells: list[str], columns: list[_Column], faults: list[Fault]
) -> dict[Any, Any]:
    """What the row says, by the key of its column; a fault for each cell that cannot be read."""
    values = {}
    for column in columns:
        cell = cells[column.position]
        try:
            values[column.key] = column.read(cell)
        except _Unexpected as unexpected:
            faults.append(Fault(line, column.name, _shown(cell), str(unexpected)))
    return values


def _doubled(rows: list[tuple[int, dict[Any, Any]]]) -> list[Fault]:
    """A fault for each row whose name or code an earlier row already has."""
    faults = []
    for key, column in _UNIQUE.items():
        first_seen: dict[str, int] = {}
        for line, values in rows:
            if key not in values:
                continue
            first = first_seen.setdefault(str(values[key]).casefold(), line)
            if first != line:
                found = f"{_shown(str(values[key]))} is on line {first} too"
                faults.append(Fault(line, column, found, "each only once"))
    return faults


def _row(values: dict[Any, Any]) -> RosterRow:
    figures = tuple(
        RosterFigure(measure=key[0], period=key[1], value=value)
        for key, value in values.items()
        if isinstance(key, tuple)
    )
    fields = {key: value for key, value in values.items() if isinstance(key, str)}
    return RosterRow(**fields, figures=figures)


def _shown(cell: str) -> str:
    """The cell as a person can read it in a terminal, whatever it holds."""
    if not cell:
        return "empty"
    plain = "".join(char if char.isprintable() else "�" for char in cell)
    cut = plain if len(plain) <= LONGEST_VALUE_SHOWN else plain[:LONGEST_VALUE_SHOWN] + "…"
    return f"“{cut}”"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
