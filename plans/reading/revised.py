"""The changes of a revision in words: what each was and is, and why it needs a decision."""

from collections.abc import Iterable
from dataclasses import dataclass

from districts.words import money
from plans.documents import PlanDocument
from plans.documents.difference import Change, Did
from plans.documents.parts import Row
from plans.reading.fields import said, unread
from plans.rules.revision import Because, Judged
from plans.sections import SECTIONS

NOTHING = "nothing"
DID = {Did.ADDED: "New", Did.REMOVED: "Taken out", Did.CHANGED: "Changed"}
WHY = {
    Because.MOVES: "the line moves by more than 10% and more than $10,000",
    Because.OBJECT_CODE: "the object code is new to the plan",
    Because.FOCUS_AREA: "the focus area is new to the plan",
    Because.STRATEGY: "a strategy changes",
    Because.TARGET: "an objective or a target changes",
    Because.TEAM_STIPEND: "it is a line of TEAM mentor stipends (R20)",
    Because.HEAD_START: "it is a line for Head Start (R21)",
    Because.LOCAL_FUNDS: "the line was paid from local funds before (R27)",
}


@dataclass(frozen=True)
class FieldChange:
    words: str
    was: str
    now: str


@dataclass(frozen=True)
class ChangeLine:
    """One change, as both sides read it."""

    title: str
    section: str
    did: str
    fields: list[FieldChange]
    because: list[str]
    moved: str  # dollars, of a budget line

    @property
    def needs_decision(self) -> bool:
        return bool(self.because)


def lines_of_changes(
    changes: Iterable[Judged], before: PlanDocument, after: PlanDocument
) -> list[ChangeLine]:
    """Those that need a decision first, each group in the order in which a plan is read."""
    named = _names(before) | _names(after)
    lines = [_line(each, named) for each in changes]
    return sorted(lines, key=lambda line: not line.needs_decision)


def _line(judged: Judged, named: dict[str, str]) -> ChangeLine:
    change = judged.change
    return ChangeLine(
        title=_title(change),
        section=SECTIONS[change.kind.section].title,
        did=DID[change.did],
        fields=_fields(change, named) if change.did is Did.CHANGED else [],
        because=[WHY[one] for one in judged.because],
        moved=money(judged.moved) if judged.moved else "",
    )


def _title(change: Change) -> str:
    kind, row = change.kind, change.either
    if not kind.is_list:
        return SECTIONS[kind.section].title
    number, called = getattr(row, "number", ""), said(row, kind.called_by)
    name = f"{kind.title} {number}".rstrip()
    if len(called) > 80:
        called = f"{called[:79].rstrip()}…"
    return f"{name}: {called}" if called else name


def _fields(change: Change, named: dict[str, str]) -> list[FieldChange]:
    words = {field.part_name: field.words for field in change.kind.fields}
    assert change.before is not None and change.after is not None  # noqa: PT018, S101 -- changed
    return [
        FieldChange(
            words[name], _said(change.before, name, named), _said(change.after, name, named)
        )
        for name in change.fields
    ]


def _said(row: Row, name: str, named: dict[str, str]) -> str:
    value = getattr(row, name)
    if isinstance(value, str) and value in named:
        return named[value]
    if isinstance(value, tuple) and value and all(each in named for each in value):
        return " · ".join(named[each] for each in value)
    return said(row, name) or unread(row, name) or NOTHING


def _names(document: PlanDocument) -> dict[str, str]:
    """What rows are called that others name by their lineage."""
    targets = {each.lineage: f"{each.number} {each.measure}".strip() for each in document.targets}
    strategies = {each.lineage: f"{each.number} {each.title}" for each in document.strategies}
    return {lineage: name for lineage, name in (targets | strategies).items() if lineage}
