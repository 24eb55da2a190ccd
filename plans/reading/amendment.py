"""What an amendment carries from last year's plan, each row beside what became of it then."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from districts import parsing
from districts.words import Label, day, money, num
from plans.documents import Draft
from plans.documents.fields import Control
from plans.documents.kinds import CARRIED, Kind
from plans.documents.naming import called
from plans.models import Carried, LineOutcome, StrategyOutcome, TargetOutcome
from plans.reports.last_year import (
    LastLine,
    LastRow,
    LastTarget,
    last_lines,
    last_strategies,
    last_targets,
)
from plans.rules.words import listing
from plans.sections import SECTIONS, SectionKey

LABELS = {
    Carried.State.UNREAD.value: Label("Carried, not yet read", "warn", "empty"),
    Carried.State.KEPT.value: Label("Kept", "good", "done"),
    Carried.State.REVISED.value: Label("Revised", "info", "pen"),
}
IMPLEMENTATION = {  # as the reports of a strategy say it
    "not_started": "Not started",
    "on_track": "On track",
    "at_risk": "At risk",
    "off_track": "Off track",
    "complete": "Complete",
    "discontinued": "Discontinued",
}
LAST_YEAR = {"target": last_targets, "strategy": last_strategies, "line": last_lines}
NO_REPORT = "no report yet"
Of = tuple[str, int]  # a row, by its kind and number
Fact = tuple[str, str]  # what it is, and what it is here


@dataclass(frozen=True)
class Item:
    """A row that was carried: what it is called, what was made of it, what became of it."""

    pk: int  # of the mark that it was carried
    kind: Kind
    row_id: int
    name: str
    title: str
    state: str
    facts: tuple[Fact, ...] = ()
    offer: str = ""  # last year's result, where the target begins at another figure

    @property
    def label(self) -> Label:
        return LABELS[self.state]

    @property
    def is_unread(self) -> bool:
        return self.state == Carried.State.UNREAD


@dataclass(frozen=True)
class Tally:
    """How many of the rows of last year's plan are in which state, and how many rows are new."""

    kept: int = 0
    revised: int = 0
    retired: int = 0
    unread: int = 0
    new: int = 0

    @property
    def read(self) -> int:
        return self.kept + self.revised + self.retired

    @property
    def carried(self) -> int:
        return self.read + self.unread


def tally_of(draft: Draft) -> Tally:
    """Of the whole plan; nothing where it did not start from another, or before this was asked."""
    marks = draft.rows["carried"]
    if not marks:
        return Tally()
    here = [each["state"] for each in marks if each["removal_id"] is None]
    return Tally(
        kept=here.count(Carried.State.KEPT),
        revised=here.count(Carried.State.REVISED),
        retired=len(marks) - len(here),
        unread=here.count(Carried.State.UNREAD),
        new=len(new_rows(draft)),
    )


def new_rows(draft: Draft) -> list[tuple[Kind, dict[str, Any]]]:
    """The rows that last year's plan did not have; sections are in every plan."""
    marked = {each["lineage"] for each in draft.rows["carried"]}
    return [
        (kind, row)
        for kind in CARRIED.values()
        if kind.is_list
        for row in draft.rows[kind.key]
        if row["lineage"] not in marked
    ]


def items_in(draft: Draft, section: SectionKey, *, of: Of | None = None) -> list[Item]:
    """What a section carries; `of` a row of it, only that one and those that stand on its page.

    Two queries at most, and none where nothing was carried.
    """
    marks = {each["lineage"]: each for each in draft.rows["carried"]}
    found = [
        (kind, row, marks[row["lineage"]])
        for kind, row in _rows(draft, section, of)
        if row["lineage"] in marks
    ]
    asked = {kind.key for kind, _, _ in found} & set(LAST_YEAR)
    last: dict[str, Any] = {key: LAST_YEAR[key](draft.plan.copied_from_id) for key in asked}
    return [
        _item(draft, kind, row, mark, last.get(kind.key, {}).get(row["lineage"]))
        for kind, row, mark in found
    ]


def _rows(
    draft: Draft, section: SectionKey, of: Of | None
) -> Iterator[tuple[Kind, dict[str, Any]]]:
    """Each row before those that belong to it."""
    for kind in CARRIED.values():
        if kind.section != section or kind.parent:
            continue
        for row in draft.rows[kind.key]:
            if of in (None, (kind.key, row["id"])):
                yield kind, row
            for child in kind.children:
                for inner in draft.rows[child.key]:
                    belongs = inner[f"{kind.key}_id"] == row["id"]
                    if belongs and of in (None, (child.key, inner["id"]), _page_of(child, row)):
                        yield child, inner


def _page_of(kind: Kind, owner: dict[str, Any]) -> Of | None:
    """The row on whose page the forms of its children stand: a strategy's milestones."""
    return (kind.parent, owner["id"]) if kind.parent == "strategy" else None


def _item(
    draft: Draft, kind: Kind, row: dict[str, Any], mark: dict[str, Any], last: LastRow | None
) -> Item:
    facts = [*_facts(kind, row, last, draft.plan.cycle_id - 1)]
    if mark["state"] == Carried.State.UNREAD and (moved := _days(kind, row)):
        facts.append(("Days", f"{listing(moved)}: each moved one year"))
    what = called(kind, row["id"], draft.rows) if kind.is_list else None
    return Item(
        pk=mark["id"],
        kind=kind,
        row_id=row["id"],
        name=what.name if what else SECTIONS[kind.section].title,
        title=what.title if what else "",
        state=mark["state"],
        facts=tuple(facts),
        offer=_offer(row, last.result) if isinstance(last, LastTarget) else "",
    )


def _days(kind: Kind, row: dict[str, Any]) -> list[str]:
    days = [each.name for each in kind.carried if each.control is Control.DAY]
    return [day(date.fromisoformat(row[name])) for name in days if row[name]]


def _facts(kind: Kind, row: dict[str, Any], last: LastRow | None, year: int) -> Iterator[Fact]:
    if kind.key == "target" and isinstance(last, LastTarget):
        yield from _of_target(row, last, year)
    elif kind.key == "line" and isinstance(last, LastLine):
        yield f"FY{year} amount", money(last.amount)
        yield "Spent", _spent(last.spent, last.amount)
    elif kind.key == "strategy":
        yield from _of_strategy(last if isinstance(last, StrategyOutcome) else None, year)


def _of_target(row: dict[str, Any], last: LastTarget, year: int) -> Iterator[Fact]:
    by = f", by {day(last.due_on)}" if last.due_on else ""
    yield f"FY{year} target", f"{num(last.target)} {last.unit}".rstrip() + by
    yield "Actual", _actual(last.result)
    begins_at = (row["baseline"], row["baseline_year"])
    if last.result is not None and _result(last.result) and not _offer(row, last.result):
        yield "Baseline", "last year’s result"
    elif begins_at == (last.baseline, last.baseline_year) and last.baseline is not None:
        yield "Baseline", "still last year’s: no result had been certified when this was carried"


def _actual(result: TargetOutcome | None) -> str:
    if result is None:
        return NO_REPORT
    if figure := _result(result):
        return f"{figure}. {result.source}".strip()
    expected = f", expected on {day(result.available_on)}" if result.available_on else ""
    return f"no result yet{expected}"


def _result(result: TargetOutcome) -> str:
    """“48.2 (2026-27)”; nothing where there is no figure yet."""
    figure = result.suppressed if result.actual is None else num(result.actual)
    return f"{figure} ({result.measured_in})" if figure else ""


def _offer(row: dict[str, Any], result: TargetOutcome | None) -> str:
    """The result, where the target's baseline is another figure, or of another year."""
    if result is None or not _result(result):
        return ""
    suppressed = parsing.suppressed(row["as_typed"].get("baseline", "")) or ""
    begins_at = (row["baseline"], suppressed, row["baseline_year"])
    is_it = begins_at == (result.actual, result.suppressed, result.measured_in)
    return "" if is_it else _result(result)


def _of_strategy(last: StrategyOutcome | None, year: int) -> Iterator[Fact]:
    if last is None:
        yield f"FY{year}", NO_REPORT
        return
    yield f"FY{year}", IMPLEMENTATION.get(last.status, last.status)
    if last.milestones_due:
        late = f", {last.milestones_late} late" if last.milestones_late else ""
        yield (
            "Milestones",
            f"{last.milestones_kept} of {last.milestones_due} due were done by their date{late}",
        )
    if last.sentence:
        yield "The district’s words", last.sentence


def _spent(spent: LineOutcome | None, amount: int | None) -> str:
    if spent is None:
        return NO_REPORT
    share = f", {spent.expended / amount:.0%} of the amount" if amount else ""
    how = "" if spent.basis == LineOutcome.Basis.REPORTED else ", by its share of the object code"
    obligated = f"; {money(spent.obligated)} obligated" if spent.obligated else ""
    return f"{money(spent.expended)} by {day(spent.as_of)}{share}{how}{obligated}"
