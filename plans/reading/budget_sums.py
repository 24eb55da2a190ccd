"""What a budget adds up to, by strategy, focus area, object code and object group.

US dollars by funding source, which never mix.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from plans.documents import Draft, PlanDocument
from plans.documents.shape import LinePart
from plans.models import BudgetLine

SOURCES = tuple(BudgetLine.FundingSource.values)
TUITION = "560"
GROUPS = {  # by the hundred of the code; tuition stands apart within the 500s
    "1": "Salaries",
    "2": "Employee benefits",
    "3": "Purchased services",
    "4": "Purchased services",
    "5": "Purchased services",
    TUITION: "Tuition",
    "6": "Supplies",
    "7": "Property",
}
GROUP_NAMES = (*dict.fromkeys(GROUPS.values()), "Other")


def group_of(code: str) -> str:
    """The object group of an ED114 code."""
    return GROUPS.get(code) or GROUPS.get(code[:1], "Other")


@dataclass
class Sum:
    """A row of a table of sums. `key` tells it from the others of its table."""

    key: str
    label: str
    group: str = ""  # of an object code
    amounts: Counter[str] = field(default_factory=Counter)  # by funding source

    @property
    def cells(self) -> list[tuple[str, int]]:
        return [(source, self.amounts[source]) for source in SOURCES]

    @property
    def is_empty(self) -> bool:
        return not any(self.amounts.values())


@dataclass
class SumTable:
    """`by` is the field of a line that says which row it adds to; rows in the order of the plan."""

    by: str
    title: str
    rows: list[Sum]
    is_long: bool = False  # then rows without any dollar are left out


def tables_of(draft: Draft) -> list[SumTable]:
    """The four tables, each with every row that a line could add to."""
    document, codes = draft.document, draft.words.codes
    strategies = [
        (str(s.id), f"{s.number} · {s.title or 'Without a title'}") for s in document.strategies
    ]
    areas = [(str(a.number), f"{a.number} {a.short_name}") for a in document.focus_areas]
    named = [(code.code, f"{code.code} {code.name}") for code in codes.values()]
    ids: dict[str | None, str] = {s.lineage: str(s.id) for s in document.strategies}
    return [
        _table("strategy", "strategy", strategies, document, lambda line: ids.get(line.strategy)),
        _table("focus_area", "focus area", areas, document, _area),
        _table("group", "object group", [(g, g) for g in GROUP_NAMES], document, _group),
        _table("object_code", "object code", named, document, _code, is_long=True),
    ]


def _table(
    by: str,
    title: str,
    labels: Iterable[tuple[str, str]],
    document: PlanDocument,
    key_of: Callable[[LinePart], Any],
    *,
    is_long: bool = False,
) -> SumTable:
    rows = {key: Sum(key, label, group_of(key) if is_long else "") for key, label in labels}
    none = Sum("", "None chosen yet")
    for line in document.lines:
        rows.get(key_of(line) or "", none).amounts[line.funding_source] += line.amount or 0
    return SumTable(by, title, [*rows.values(), none], is_long)


def _area(line: LinePart) -> str | None:
    return str(line.focus_area.number) if line.focus_area else None


def _code(line: LinePart) -> str | None:
    return line.object_code.code if line.object_code else None


def _group(line: LinePart) -> str | None:
    return group_of(line.object_code.code) if line.object_code else None


@dataclass(frozen=True)
class Purse:
    """What is budgeted of one funding source, and what there is of it; none where nobody said."""

    source: str
    label: str
    budgeted: int
    available: int | None

    @property
    def left(self) -> int | None:
        return None if self.available is None else self.available - self.budgeted


def purses_of(document: PlanDocument) -> list[Purse]:
    """One for each funding source, as the rules count it (R17, R18)."""
    money = document.money
    available = {
        "allocation": None if money.amount is None else money.of_the_allocation,
        "carry_forward": document.carry_forward_balance,
    }
    return [
        Purse(source, str(label), document.total(source), available.get(source))
        for source, label in BudgetLine.FundingSource.choices
    ]
