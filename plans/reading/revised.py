"""The changes of a revision in words: what each was and is, and why it needs a decision."""

from collections.abc import Iterable
from dataclasses import dataclass

from districts.words import money
from plans.documents import PlanDocument
from plans.documents.by_word import Patience
from plans.documents.difference import Did
from plans.documents.naming import title_of_row
from plans.reading.differences import FieldShown, fields_shown, names_of
from plans.rules.revision import Because, Judged
from plans.sections import SECTIONS

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
class ChangeLine:
    """One change, as both sides read it."""

    title: str
    section: str
    did: str
    fields: list[FieldShown]
    because: list[str]
    moved: str  # dollars, of a budget line
    is_whole: bool  # it came or went with all its words

    @property
    def needs_decision(self) -> bool:
        return bool(self.because)


def lines_of_changes(
    changes: Iterable[Judged], before: PlanDocument, after: PlanDocument
) -> list[ChangeLine]:
    """Those that need a decision first, each group in the order in which a plan is read."""
    was_called, is_called, patience = names_of(before), names_of(after), Patience()
    lines = [
        _line(each, list(fields_shown(each.change, was_called, is_called, patience)))
        for each in changes
    ]
    return sorted(lines, key=lambda line: not line.needs_decision)


def _line(judged: Judged, fields: list[FieldShown]) -> ChangeLine:
    change = judged.change
    return ChangeLine(
        title=title_of_row(change.kind, change.either, change.owner),
        section=SECTIONS[change.kind.section].title,
        did=DID[change.did],
        fields=fields,
        because=[WHY[one] for one in judged.because],
        moved=money(judged.moved) if judged.moved else "",
        is_whole=change.did is not Did.CHANGED,
    )
