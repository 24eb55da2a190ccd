"""R44: which changes of an approved plan need a decision, and why; the others are recorded.

The difference decides. What moves is counted line by line: a line that pays for another object
code, focus area, strategy or source takes its whole amount along.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from plans.documents import PlanDocument
from plans.documents.difference import Change, Did, difference
from plans.documents.shape import LinePart, StrategyPart

MOVES_FAR = 10_000  # US dollars
MOVES_FAR_PERCENT = 10
GOES_ELSEWHERE = frozenset({"object_code", "focus_area", "strategy", "funding_source"})
BY_ITSELF = {"team_stipend": "R20", "head_start": "R21"}


class Because(StrEnum):
    """Why a change needs a decision."""

    MOVES = "moves"
    OBJECT_CODE = "object_code"
    FOCUS_AREA = "focus_area"
    STRATEGY = "strategy"
    TARGET = "target"
    TEAM_STIPEND = "R20"
    HEAD_START = "R21"
    LOCAL_FUNDS = "R27"


@dataclass(frozen=True)
class Judged:
    """A change, and why it needs a decision; it is only recorded where nothing says so."""

    change: Change
    because: tuple[Because, ...]
    moved: int = 0  # US dollars, of a budget line

    @property
    def needs_decision(self) -> bool:
        return bool(self.because)


def judged(before: PlanDocument, after: PlanDocument) -> list[Judged]:
    """Every change from the version in force to the draft, with why it needs a decision."""
    return [_judge(change, before) for change in difference(before, after)]


def needs_decision(changes: Iterable[Judged]) -> bool:
    return any(each.needs_decision for each in changes)


def _judge(change: Change, before: PlanDocument) -> Judged:
    asks = ASKED.get(change.kind.key)
    because = tuple(dict.fromkeys(asks(change, before))) if asks else ()
    moved = _moved(change) if change.kind.key == "line" else 0
    return Judged(change, because, moved)


def _strategy(change: Change, before: PlanDocument) -> Iterator[Because]:
    yield Because.STRATEGY
    if isinstance(change.after, StrategyPart):
        known = {area.number for each in before.strategies for area in each.focus_areas}
        if any(area.number not in known for area in change.after.focus_areas):
            yield Because.FOCUS_AREA


def _target(change: Change, before: PlanDocument) -> Iterator[Because]:
    yield Because.TARGET


def _line(change: Change, before: PlanDocument) -> Iterator[Because]:
    old, new = _lines(change)
    moved = _moved(change)
    approved = (old.amount or 0) if old else 0
    if moved > MOVES_FAR and moved * 100 > approved * MOVES_FAR_PERCENT:
        yield Because.MOVES
    if new is not None:
        yield from _what_is_new(new, before)
    for line in (old, new):
        if line is not None and line.line_kind in BY_ITSELF:
            yield Because(BY_ITSELF[line.line_kind])
        if line is not None and line.previously_locally_funded:
            yield Because.LOCAL_FUNDS


def _what_is_new(line: LinePart, before: PlanDocument) -> Iterator[Because]:
    codes = {each.object_code.code for each in before.lines if each.object_code}
    areas = {each.focus_area.number for each in before.lines if each.focus_area}
    areas |= {area.number for each in before.strategies for area in each.focus_areas}
    if line.object_code and line.object_code.code not in codes:
        yield Because.OBJECT_CODE
    if line.focus_area and line.focus_area.number not in areas:
        yield Because.FOCUS_AREA


def _moved(change: Change) -> int:
    """How many dollars the change of a line moves."""
    old, new = _lines(change)
    was, is_now = (old.amount or 0 if old else 0), (new.amount or 0 if new else 0)
    if change.did is Did.CHANGED and GOES_ELSEWHERE & set(change.fields):
        return max(was, is_now)
    return abs(is_now - was)


def _lines(change: Change) -> tuple[LinePart | None, LinePart | None]:
    old = change.before if isinstance(change.before, LinePart) else None
    new = change.after if isinstance(change.after, LinePart) else None
    return old, new


ASKED: dict[str, Callable[[Change, PlanDocument], Iterator[Because]]] = {
    "objective": _target,  # what its targets are for
    "target": _target,
    "strategy": _strategy,
    "line": _line,
}
