"""A file of allocations alone: district, fiscal year and amount, a row each.

It is read without a database; which district of the roster a row means is asked when it is
compared.
"""

import re
from dataclasses import dataclass
from typing import Any

from districts.models import Allocation
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
    text_of,
)

CODE, DISTRICT, YEAR, AMOUNT, STAGE = (
    "edsight_district_code",
    "district",
    "fiscal_year",
    "amount",
    "stage",
)
EXAMPLE = (CODE, DISTRICT, YEAR, AMOUNT, STAGE)
_ALSO = {"edsight_code": CODE, "code": CODE, "district_name": DISTRICT, "allocation": AMOUNT}
_FISCAL_YEARS = range(2013, 2100)


@dataclass(frozen=True)
class AllocationRow:
    """One row. Without a code it is the name that finds the district. Whole US dollars."""

    line: int
    edsight_code: str
    name: str
    fiscal_year: int
    amount: int
    stage: str


def is_of_allocations(raw: bytes) -> bool:
    """Whether the first line is that of a file of allocations alone; the other has neither.

    Raises:
        RosterFaults: it is no text in columns at all.
    """
    header, _ = records_of(text_of(raw), [])
    return bool({YEAR, AMOUNT} & {_plain(name) for name in header})


def read_allocations(raw: bytes, *, fiscal_year: int | None = None) -> list[AllocationRow]:
    """The rows of the file, all of one year: of `fiscal_year`, where that is given.

    Raises:
        RosterFaults: anything at all is wrong with the file.
    """
    faults: list[Fault] = []
    header, records = records_of(text_of(raw), faults)
    rows = [
        AllocationRow(
            line=line,
            edsight_code=values.get(CODE, ""),
            name=values.get(DISTRICT, ""),
            fiscal_year=values[YEAR],
            amount=values[AMOUNT],
            stage=values.get(STAGE, Allocation.Stage.FINAL),
        )
        for line, values in rows_of(header, records, _columns(header, faults), faults)
        if YEAR in values and AMOUNT in values
    ]
    faults += _of_another_year(rows, fiscal_year)
    if faults:
        raise RosterFaults(faults)
    return rows


def _columns(header: list[str], faults: list[Fault]) -> list[Column]:
    """The columns to read; a fault for each that is missing or doubled."""
    names = [_plain(name) for name in header]
    for name in (YEAR, AMOUNT):
        if name not in names:
            faults.append(Fault(1, name, "missing", "this column, once"))
    if not {CODE, DISTRICT} & set(names):
        faults.append(Fault(1, CODE, "missing", f"this column, or {DISTRICT}, once"))
    faults += [
        Fault(1, name, f"it is there {names.count(name)} times", "this column, once")
        for name in _READ
        if names.count(name) > 1
    ]
    return [
        Column(names.index(name), name, read, name) for name, read in _READ.items() if name in names
    ]


def _plain(name: str) -> str:
    """A column's name, however it is written: “Fiscal year” is fiscal_year."""
    plain = re.sub(r"[\s_-]+", "_", name.strip().casefold())
    return _ALSO.get(plain, plain)


def _year(cell: str) -> int:
    match = re.fullmatch(r"(?:FY)?\s*([0-9]{4})", cell, re.IGNORECASE)
    if match and int(match[1]) in _FISCAL_YEARS:
        return int(match[1])
    raise Unexpected("a fiscal year, named by the year it ends in, such as FY2028")


def _stage(cell: str) -> str:
    stage = cell.casefold() or Allocation.Stage.FINAL
    if stage in Allocation.Stage.values:
        return stage
    raise Unexpected("preliminary or final; nothing means final")


_READ: dict[str, Any] = {
    CODE: edsight_code,
    DISTRICT: district_name,
    YEAR: _year,
    AMOUNT: dollars,
    STAGE: _stage,
}


def _of_another_year(rows: list[AllocationRow], fiscal_year: int | None) -> list[Fault]:
    """A fault for each row of another year than the one chosen, or else than the first row's."""
    if not rows:
        return []
    first = rows[0]
    wanted = fiscal_year or first.fiscal_year
    why = "the year chosen on the page" if fiscal_year else f"as on line {first.line}"
    return [
        Fault(row.line, YEAR, f"FY{row.fiscal_year}", f"FY{wanted}, {why}: one year in a file")
        for row in rows
        if row.fiscal_year != wanted
    ]
