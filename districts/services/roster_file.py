"""The Department's roster file: read whole, every fault found at once, without a database.

districts/data/README.md says what each column is, where it comes from and how sure we are.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from districts.models import TOWNS
from districts.services.roster_cells import (
    Column,
    Fault,
    RosterFaults,
    Unexpected,
    district_name,
    dollars,
    edsight_code,
    records_of,
    rows_of,
    shown,
    text_of,
)

_COHORTS = range(2013, 2024)  # from the first designations to the run of FY2023, § 10-262u(b)


@dataclass(frozen=True)
class RosterFigure:
    measure: str
    period: str
    value: Decimal


@dataclass(frozen=True)
class RosterRow:
    """One district as the file has it. Money is whole US dollars."""

    name: str
    town_code: int | None  # none: a district of several towns
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
    header, records = records_of(text_of(raw), faults)
    columns = _columns(header, fiscal_year, faults)
    rows = rows_of(header, records, columns, faults)
    faults += _doubled(rows)
    if faults:
        raise RosterFaults(faults)
    return [_row(values) for _, values in rows]


# From cells to values ----------------------------------------------------------------------------


def _town_code(cell: str) -> int | None:
    if not cell:
        return None
    if re.fullmatch("[0-9]{1,3}", cell) and 1 <= int(cell) <= TOWNS:
        return int(cell)
    raise Unexpected(f"a town’s number, 1 to {TOWNS}")


def _reference_group(cell: str) -> str:
    if re.fullmatch("[A-I]", cell):
        return cell
    raise Unexpected("a letter, A to I")


def _flag(cell: str) -> bool:
    if cell in {"0", "1"}:
        return cell == "1"
    raise Unexpected("1 for yes or 0 for no")


def _cohort(cell: str) -> int:
    if re.fullmatch("FY20[0-9]{2}", cell) and int(cell[2:]) in _COHORTS:
        return int(cell[2:])
    raise Unexpected(f"a fiscal year, FY{_COHORTS[0]} to FY{_COHORTS[-1]}")


def _count_of(cell: str) -> Decimal:
    if re.fullmatch("[0-9]{1,6}", cell):
        return Decimal(cell)
    raise Unexpected("a whole number of 0 or more")


def _index(cell: str) -> Decimal:
    if re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,2})?", cell) and Decimal(cell) <= 100:
        return Decimal(cell)
    raise Unexpected("a number from 0 to 100, with at most two decimals")


def _money_figure(cell: str) -> Decimal:
    return Decimal(dollars(cell))


# Columns ----------------------------------------------------------------------------------------

_SCHOOL_YEAR = r"(?P<first>20[0-9]{2})_(?P<last>[0-9]{2})"
_FISCAL_YEAR = r"(?P<fiscal>fy20[0-9]{2})"


_FIELDS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "district": ("name", district_name),
    "town_code": ("town_code", _town_code),
    "edsight_district_code": ("edsight_code", edsight_code),
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


def _columns(header: list[str], fiscal_year: int, faults: list[Fault]) -> list[Column]:
    """The columns to read; a fault for each that is missing or doubled."""
    wanted = {**_FIELDS, f"alliance_portion_fy{fiscal_year}": ("allocation", dollars)}
    columns = [
        Column(header.index(name), name, read, key)
        for name, (key, read) in wanted.items()
        if name in header
    ]
    missing = [name for name in wanted if name not in header]
    for measure, (stem, year, read) in _FIGURES.items():
        found = [
            Column(position, name, read, (measure, _period(match)))
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


def columns_of_facts() -> list[str]:
    return list(_FIELDS)


def column_of(measure: str, period: str) -> str:
    """The column that has a figure: `enrolment_2025_26`."""
    return _FIGURES[measure][0] + period.lower().replace("-", "_")


def columns_wanted(fiscal_year: int | str = "<year>") -> list[str]:
    """Every column of the file, as the upload page names them."""
    figures = [
        f"{stem}{'<school year>' if year == _SCHOOL_YEAR else 'fy<year>'}"
        for stem, year, _ in _FIGURES.values()
    ]
    return [*_FIELDS, f"alliance_portion_fy{fiscal_year}", *figures]


def _period(match: re.Match[str]) -> str:
    year = match.groupdict()
    return year["fiscal"].upper() if "fiscal" in year else f"{year['first']}-{year['last']}"


# Rows -------------------------------------------------------------------------------------------


def _doubled(rows: list[tuple[int, dict[Any, Any]]]) -> list[Fault]:
    """A fault for each row whose name or code an earlier row already has."""
    faults = []
    for key, column in _UNIQUE.items():
        first_seen: dict[str, int] = {}
        for line, values in rows:
            if values.get(key) is None:
                continue
            first = first_seen.setdefault(str(values[key]).casefold(), line)
            if first != line:
                found = f"{shown(str(values[key]))} is on line {first} too"
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
