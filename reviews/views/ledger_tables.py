"""The tables of the ledger's files: each of its figures, where it is from and how sure it is."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from districts.measures import MEASURES, Certainty
from districts.words import day, school_year
from reviews.reports.ledger import (
    BESIDE,
    Dollars,
    Ledger,
    LedgerYear,
    PartRow,
    PublishedRow,
    TargetRow,
    added_up,
)
from reviews.views.ledger_notes import NOTES
from reviews.views.workbook import Sheet, Value

HOW_SURE = {Certainty.EXACT: "high, exact", Certainty.TIED: "high", Certainty.TRANSCRIBED: "good"}
RECORDED = "as recorded in Alliance"
NOT_NAMED = "Not named, or a line no longer in the plan"
WHO = ("EdSight code", "District", "Fiscal year")


@dataclass(frozen=True)
class Column:
    """A column of money or of counts: where it is from and how sure it is."""

    name: str
    heading: str
    source: str
    how_sure: str = RECORDED


COLUMNS = (
    Column("published", "Alliance money as published", "CSDE ECS Entitlements by town", "high"),
    Column("allocation", "Allocation in force", "Allocations loaded by the Department"),
    Column("carried_in", "Carried in", "Balance of the year before, § 10-262u(h)"),
    Column("reductions", "Reductions that land here", "Determinations, § 10-262u(g)(2)"),
    Column("authorized", "Authorized", "Allocation + carried in − reductions", "computed"),
    Column("withheld", "Withheld and not released", "Withholdings, § 10-262u(f)"),
    Column("budgeted", "Budgeted", "Lines of the plan in force"),
    Column("obligated", "Obligated", "Last certified expenditure report"),
    Column("expended", "Spent", "Last certified expenditure report"),
    Column(
        "by_share", "Of it put to lines by share", "Share of the object code’s budget", "computed"
    ),
    Column("carried_out", "Carried out", "Balance as it opened in the next year, § 10-262u(h)"),
    Column("out_of_compliance", "Out of accordance with the plan", "Determinations, § 10-262u(g)"),
    Column("repaid", "Remedied: repaid", "Determinations on this year, § 10-262u(g)(1)"),
    Column(
        "reduced_later",
        "Remedied: off a later year",
        "Determinations on this year, § 10-262u(g)(2)",
    ),
    Column("targets", "Targets in the plan", "Plan in force: as approved, and as revised since"),
    Column("with_actual", "Targets with a figure", "Last certified progress report"),
    Column("met", "Targets met", "Actual at or beyond the target", "computed"),
)
COUNTS = ("targets", "with_actual", "met")


def sheets_of(ledger: Ledger, published: Iterable[PublishedRow]) -> list[Sheet]:
    """One workbook that holds it all; its first sheet says what it cannot say."""
    results = [MEASURES[key] for key in BESIDE]
    return [
        Sheet("Notes", ("About", "Note"), (*NOTES, *_sources()), (34, 140)),
        Sheet(
            "Districts and years",
            (*WHO, *(column.heading for column in COLUMNS), *(each.label for each in results)),
            (_year_cells(ledger, year) for year in ledger.years),
            (14, 20),
        ),
        _parts_sheet(ledger, "Focus areas", "Focus area"),
        _parts_sheet(ledger, "Object codes", "Object codes"),
        Sheet(
            "Targets",
            (*WHO, *TARGET_HEADINGS),
            (_who(ledger, each) + _target_cells(each) for each in ledger.targets),
            (14, 20, 12, 9, 60, 40, 20),
        ),
        Sheet(
            "Published figures",
            (*WHO, "School year", "Measure", "Students", "Value", "Unit", "How sure", "Source"),
            (_published_cells(ledger, each) for each in published),
            (14, 20, 12, 12, 40, 20, 12, 16, 12, 60),
        ),
    ]


def every_figure(ledger: Ledger, published: Iterable[PublishedRow]) -> Iterator[tuple[Value, ...]]:
    """The same figures as one long table, one in a row: FIGURE_HEADINGS."""
    for year in ledger.years:
        yield from _figures(year, _who(ledger, year), "Districts and years", "")
    for table, part in (("Focus areas", "focus_area"), ("Object codes", "object_group")):
        for who, name, row in _parts(ledger, part):
            yield from _figures(row, who, table, name)
    for target in ledger.targets:
        yield from _target_figures(ledger, target)
    for each in published:
        *where, _, measure, group, value, unit, how_sure, source = _published_cells(ledger, each)
        yield (*where, "Published figures", group, measure, value, unit, how_sure, source)


def _figures(
    row: LedgerYear | PartRow, who: tuple[str, str, int], table: str, of: str
) -> Iterator[tuple[Value, ...]]:
    """Those of its columns that are known."""
    for column in COLUMNS:
        value = getattr(row, column.name, None)
        if value is not None:
            unit = "targets" if column.name in COUNTS else "US dollars"
            figure = (column.heading, value, unit, column.how_sure, column.source)
            yield (*who, table, of, *figure)


FIGURE_HEADINGS = (*WHO, "Table", "Of", "Figure", "Value", "Unit", "How sure", "Source")
TARGET_HEADINGS = (
    *("Target", "Objective", "Measure", "Students", "Unit", "Baseline", "Target value", "Actual"),
    *("Result", "Distance covered", "Measured in", "Source of the actual", "Available on"),
)


def _sources() -> list[tuple[str, str]]:
    return [
        (f"Column “{column.heading}”", f"{column.source}. How sure: {column.how_sure}.")
        for column in COLUMNS
    ]


def _who(ledger: Ledger, row: LedgerYear | Dollars | TargetRow) -> tuple[str, str, int]:
    district = ledger.districts[row.district_id or 0]
    return district.edsight_code, district.name, row.fiscal_year or 0


def _year_cells(ledger: Ledger, year: LedgerYear) -> tuple[Value, ...]:
    money = (getattr(year, column.name) for column in COLUMNS)
    return (*_who(ledger, year), *money, *(year.beside.get(key) for key in BESIDE))


def _parts_sheet(ledger: Ledger, name: str, heading: str) -> Sheet:
    part = "focus_area" if name == "Focus areas" else "object_group"
    headings = ("Budgeted", "Obligated", "Spent", "Of it by share")
    rows = (
        (*who, of, row.budgeted, row.obligated, row.expended, row.by_share)
        for who, of, row in _parts(ledger, part)
    )
    return Sheet(name, (*WHO, heading, *headings), rows, (14, 20, 12, 44))


def _parts(ledger: Ledger, part: str) -> Iterator[tuple[tuple[str, str, int], str, PartRow]]:
    """Of each district and year the sums of each part."""
    names: dict = ledger.areas if part == "focus_area" else ledger.object_groups

    def place(each: Dollars) -> tuple[int, int, str]:
        return each.district_id, each.fiscal_year, str(getattr(each, part) or "~").rjust(2, "0")

    for _, found in groupby(sorted(ledger.dollars, key=place), key=place):
        rows = list(found)
        name = names.get(getattr(rows[0], part), NOT_NAMED)
        yield _who(ledger, rows[0]), name, added_up(rows)


def _target_cells(target: TargetRow) -> tuple[Value, ...]:
    return (
        target.number,
        target.objective,
        target.measure,
        target.student_group,
        target.unit,
        target.baseline,
        target.target,
        target.suppressed or target.actual,
        str(target.came),
        target.found.distance_shown,
        target.measured_in,
        target.source,
        day(target.available_on) if target.available_on else None,
    )


def _target_figures(ledger: Ledger, target: TargetRow) -> Iterator[tuple[Value, ...]]:
    of = f"{target.number} {target.measure}, {target.student_group}"
    for heading, value, source in (
        ("Baseline", target.baseline, "Plan in force: as approved, and as revised since"),
        ("Target value", target.target, "Plan in force: as approved, and as revised since"),
        ("Actual", target.suppressed or target.actual, target.source),
        ("Result", str(target.came), "Computed from the three"),
    ):
        if value is not None:
            yield (
                *(*_who(ledger, target), "Targets", of),
                *(heading, value, target.unit, RECORDED, source),
            )


def _published_cells(ledger: Ledger, row: PublishedRow) -> tuple[Value, ...]:
    district_id, year, measure, group, value, certainty, source = row
    district = ledger.districts[district_id]
    return (
        district.edsight_code,
        district.name,
        year,
        school_year(year),
        measure.label,
        group.label,
        value.normalize(),
        measure.unit.label,
        HOW_SURE[certainty],
        source,
    )


def safe(values: Sequence[Value]) -> list[Value]:
    """As a CSV may hold them: a word that a spreadsheet would take for a formula is quoted."""
    return [_safe(value) for value in values]


def _safe(value: Value) -> Value:
    if isinstance(value, str) and value.lstrip()[:1] in {"=", "+", "-", "@", "\t", "\r"}:
        return f"'{value}"
    return value
