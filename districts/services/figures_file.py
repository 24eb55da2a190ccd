"""The files of published figures: read whole, every fault found at once, without a database.

districts/data/README-history.md says what is in them, where from, and how sure we are.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from districts.measures import MEASURES, Group, Unit
from districts.services.roster_cells import (
    Column,
    Fault,
    RosterFaults,
    Unexpected,
    district_name,
    edsight_code,
    records_of,
    rows_of,
    text_of,
)

_MOST = 10**10  # of any figure: its column holds no more
_LONGEST_SOURCE = 300
_OF_MONEY = ("alliance_portion", "ecs_entitlement", "non_alliance_portion")


@dataclass(frozen=True)
class FigureOfYear:
    """One published figure as a file has it."""

    edsight_code: str
    district: str
    measure: str
    student_group: str
    fiscal_year: int
    value: Decimal
    source: str

    @property
    def named(self) -> tuple[str, str, str, int]:
        return self.edsight_code, self.measure, self.student_group, self.fiscal_year


def read_history(raw: bytes) -> list[FigureOfYear]:
    """One figure a row: of any measure and any group of students.

    Raises:
        RosterFaults: anything at all is wrong with the file.
    """
    columns = {
        **_COMMON,
        "measure": _measure,
        "student_group": _group,
        "value": _value,
        "unit": _unit,
    }
    return _read(raw, columns, _of_history)


def read_allocations_by_year(raw: bytes) -> list[FigureOfYear]:
    """A district's grant of a year in each row, and the parts of it.

    Raises:
        RosterFaults: anything at all is wrong with the file.
    """
    return _read(raw, {**_COMMON, **dict.fromkeys(_OF_MONEY, _dollars)}, _of_money)


# From cells to values ---------------------------------------------------------------------------


def _fiscal_year(cell: str) -> int:
    if re.fullmatch("20[0-9]{2}", cell):
        return int(cell)
    raise Unexpected("a fiscal year named by its ending year, such as 2025")


def _source(cell: str) -> str:
    if 0 < len(cell) <= _LONGEST_SOURCE:
        return cell
    raise Unexpected(f"where the figure is from, in at most {_LONGEST_SOURCE} characters")


def _measure(cell: str) -> str:
    if cell in MEASURES:
        return cell
    raise Unexpected("a measure that districts/data/README-history.md names")


def _group(cell: str) -> str:
    if cell in Group.values:
        return cell
    raise Unexpected(f"a group of students: {', '.join(Group.values)}")


def _unit(cell: str) -> str:
    if cell in Unit.values:
        return cell
    raise Unexpected(f"a unit: {', '.join(Unit.values)}")


def _value(cell: str) -> Decimal:
    if re.fullmatch(r"-?[0-9]{1,10}(\.[0-9]{1,4})?", cell) and abs(Decimal(cell)) < _MOST:
        return Decimal(cell)
    raise Unexpected("a number with a point and at most four decimals, such as 46.1")


def _dollars(cell: str) -> Decimal:
    if re.fullmatch("[0-9]{1,10}", cell):
        return Decimal(cell)
    raise Unexpected("whole US dollars without commas, such as 6300685")


_COMMON: dict[str, Callable[[str], Any]] = {
    "edsight_district_code": edsight_code,
    "district": district_name,
    "fiscal_year": _fiscal_year,
    "source": _source,
}

# From rows to figures ---------------------------------------------------------------------------

Values = Mapping[str, Any]


def _read(
    raw: bytes,
    columns: Mapping[str, Callable[[str], Any]],
    figures_in: Callable[[int, Values], Iterable[FigureOfYear]],
) -> list[FigureOfYear]:
    faults: list[Fault] = []
    header, records = records_of(text_of(raw), faults)
    rows = rows_of(header, records, _columns(header, columns, faults), faults)
    faults += [fault for line, values in rows for fault in _unlike(line, values)]
    if faults:
        raise RosterFaults(faults)
    found = [(line, figure) for line, values in rows for figure in figures_in(line, values)]
    if doubled := _doubled(found):
        raise RosterFaults(doubled)
    return [figure for _, figure in found]


def _columns(
    header: list[str], wanted: Mapping[str, Callable[[str], Any]], faults: list[Fault]
) -> list[Column]:
    counted = Counter(header)
    faults += [
        Fault(
            1, name, "it is there twice" if counted[name] else "it is missing", "this column once"
        )
        for name in wanted
        if counted[name] != 1
    ]
    return [
        Column(header.index(name), name, read, name)
        for name, read in wanted.items()
        if counted[name] == 1
    ]


def _unlike(line: int, values: Values) -> list[Fault]:
    """A measure in another unit than its own is another figure."""
    measure, unit = values.get("measure"), values.get("unit")
    if measure is None or unit is None or MEASURES[measure].unit == unit:
        return []
    return [Fault(line, "unit", f"“{unit}”", f"{MEASURES[measure].unit}, as {measure} is counted")]


def _of_history(_line: int, values: Values) -> list[FigureOfYear]:
    return [_figure(values, values["measure"], values["student_group"], values["value"])]


def _of_money(_line: int, values: Values) -> list[FigureOfYear]:
    return [_figure(values, measure, Group.ALL, values[measure]) for measure in _OF_MONEY]


def _figure(values: Values, measure: str, group: str, value: Decimal) -> FigureOfYear:
    return FigureOfYear(
        edsight_code=values["edsight_district_code"],
        district=values["district"],
        measure=measure,
        student_group=group,
        fiscal_year=values["fiscal_year"],
        value=value,
        source=values["source"],
    )


def _doubled(found: Iterable[tuple[int, FigureOfYear]]) -> list[Fault]:
    first: dict[tuple[str, str, str, int], int] = {}
    faults = []
    for line, figure in found:
        before = first.setdefault(figure.named, line)
        if before != line:
            what = f"{figure.measure} of {figure.district} in {figure.fiscal_year}"
            faults.append(Fault(line, "", f"{what}, as in line {before}", "each figure once"))
    return faults
