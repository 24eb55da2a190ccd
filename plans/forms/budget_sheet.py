"""A budget as a spreadsheet: its columns, and the workbook of all lines in ED114 order."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from districts.services.sheets import as_workbook
from plans.documents import Draft
from plans.documents.kinds import KINDS
from plans.documents.shape import LinePart
from plans.models import BudgetLine

LONGEST_CELL = 32_767  # characters, of Excel
KEY = "lineage"
SOURCES = dict(BudgetLine.FundingSource.choices)
LINE_KINDS = dict(BudgetLine.Kind.choices)
LABELS = {field.name: field.words for field in KINDS["line"].written}
ORDER = (  # of the columns
    *("object_code", "description", "strategy", "focus_area", "funding_source", "line_kind"),
    *("quantity", "unit_cost", "amount", "narrative", "grades", "previously_locally_funded"),
    *("supplanting_explanation", "head_start_program", "equipment_reason"),
)
ALSO = {  # what a column is called elsewhere; nothing that could be another
    "object_code": ("object", "code"),
    "description": ("what", "description", "item"),
    "focus_area": ("area",),
    "funding_source": ("source", "funding"),
    "line_kind": ("kind",),
    "quantity": ("qty",),
    "unit_cost": ("unit price", "cost per unit"),
}


@dataclass(frozen=True)
class Column:
    """`name` is the field of a line, or KEY for what tells a line that is in the plan."""

    name: str
    heading: str


COLUMNS = (*(Column(name, LABELS[name]) for name in ORDER), Column(KEY, "Line key"))
NUMBER = "Line"  # for its reader; numbers change as lines are moved
HEADER = [NUMBER, *(column.heading for column in COLUMNS)]
HEADINGS = {
    plain: column
    for column in COLUMNS
    for plain in (column.heading.casefold(), *ALSO.get(column.name, ()))
}


def column_headed(heading: str) -> Column | None:
    return HEADINGS.get(" ".join(heading.split()).casefold())


def budget_workbook(draft: Draft) -> bytes:
    """All lines, by object code; what it says is read back as just this."""
    document = draft.document
    titles = {s.lineage: labelled(s.number, s.title) for s in document.strategies}
    lines = sorted(document.lines, key=_by_code)
    rows = [[_cell(value) for value in _row(line, titles)] for line in lines]
    total = sum(line.amount or 0 for line in lines)
    last: list[Any] = [""] * len(HEADER)
    last[HEADER.index(LABELS["description"])] = "Total"
    last[HEADER.index(LABELS["amount"])] = total
    return as_workbook(f"FY{document.fiscal_year} budget", HEADER, [*rows, last] if rows else [])


def labelled(number: int, title: str) -> str:
    """“3 · Tutors”; a strategy without a title is its number."""
    return f"{number} · {title}" if title else str(number)


def _by_code(line: LinePart) -> tuple[str, int, int]:
    """Those without a code last."""
    code = line.object_code.code if line.object_code else "~"
    return code, [*SOURCES].index(line.funding_source), line.number


def _row(line: LinePart, titles: dict[str, str]) -> Iterable[Any]:
    said: dict[str, Any] = {name: getattr(line, name) for name in ORDER}
    said |= {
        "object_code": f"{line.object_code.code} {line.object_code.name}"
        if line.object_code
        else "",
        "focus_area": f"{line.focus_area.number} {line.focus_area.short_name}"
        if line.focus_area
        else "",
        "strategy": titles.get(line.strategy or "", ""),
        "funding_source": str(SOURCES[line.funding_source]),
        "line_kind": str(LINE_KINDS[line.line_kind]),
        "previously_locally_funded": "Yes" if line.previously_locally_funded else "",
    }
    said |= line.as_typed
    return [line.number, *(said[name] for name in ORDER), line.lineage]


def _cell(value: Any) -> Any:
    """A text that no cell holds whole is left out: an empty cell changes nothing."""
    if isinstance(value, str):
        value = "".join(char for char in value if char not in "\ufffe\uffff")  # no XML has them
        return value if len(value) <= LONGEST_CELL else ""
    return value


def order_of(names: Sequence[str], first: str) -> list[str]:
    """The fields from `first` on, as the cells of a grid stand."""
    return list(names[names.index(first) :]) if first in names else list(names)
