"""How far each section of a plan is, in words: what the section navigator and a percentage show."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from plans.documents.kinds import KINDS
from plans.documents.parts import Row
from plans.documents.shape import PlanDocument
from plans.rules import carried
from plans.rules.base import Finding, lacks
from plans.rules.words import count, money
from plans.sections import SECTIONS, SectionKey

SIGNERS = 2  # superintendent and board chair (R15)

# Not the district's to complete: one is filled for it, the other is optional.
UNCOUNTED = frozenset({SectionKey.PROFILE, SectionKey.ATTACHMENTS})


class Progress(StrEnum):
    DONE = "done"
    ATTENTION = "attention"
    UNDER_WAY = "under_way"
    NOT_STARTED = "not_started"
    LOCKED = "locked"


ICONS = {
    Progress.DONE: "done",
    Progress.ATTENTION: "warn",
    Progress.UNDER_WAY: "half",
    Progress.NOT_STARTED: "empty",
    Progress.LOCKED: "lock",
}


@dataclass(frozen=True)
class SectionState:
    key: SectionKey
    state: Progress
    words: str

    @property
    def title(self) -> str:
        return SECTIONS[self.key].title

    @property
    def icon(self) -> str:
        return ICONS[self.state]

    @property
    def counts(self) -> bool:
        """Whether a plan is complete only with it."""
        return self.key not in UNCOUNTED


class _Judged(NamedTuple):
    state: Progress
    words: str


Stops = Sequence[Finding]

NOT_STARTED = _Judged(Progress.NOT_STARTED, "Not started")


def section_states(
    document: PlanDocument,
    findings: Iterable[Finding],
    *,
    board_approved_on: date | None = None,
    board_planned_on: date | None = None,
    board_is_unread: bool = False,
    signatures: int = 0,
) -> list[SectionState]:
    """The state of every section, in order. Stops call for attention; warnings do not."""
    stops: dict[SectionKey, list[Finding]] = {key: [] for key in SECTIONS}
    is_vote_in_doubt = board_is_unread
    for finding in findings:
        if finding.rule == carried.NUMBER:
            continue  # said of the section beside what else is to be done in it
        if finding.stops:
            stops[SectionKey(finding.section)].append(finding)
        elif finding.section == SectionKey.BOARD_APPROVAL:
            is_vote_in_doubt |= bool(board_approved_on or board_planned_on)
    key = SectionKey
    judged = {
        key.COVER: _text(document.cover, KINDS["cover"].asked, stops[key.COVER]),
        key.PROFILE: _Judged(Progress.LOCKED, "Filled by the Department"),
        key.NEEDS: _text(document.needs, KINDS["needs"].asked, stops[key.NEEDS]),
        key.LOOK_BACK: _look_back(document, stops[key.LOOK_BACK]),
        key.OBJECTIVES: _objectives(document, stops[key.OBJECTIVES]),
        key.STRATEGIES: _strategies(document, stops[key.STRATEGIES]),
        key.BUDGET: _budget(document, stops[key.BUDGET]),
        key.ENGAGEMENT: _engagement(document, stops[key.ENGAGEMENT]),
        key.SUSTAINABILITY: _text(
            document.sustainability, KINDS["sustainability"].asked, stops[key.SUSTAINABILITY]
        ),
        key.ASSURANCES: _assurances(document, stops[key.ASSURANCES]),
        key.ATTACHMENTS: _attachments(document, stops[key.ATTACHMENTS]),
        key.BOARD_APPROVAL: _board_approval(
            board_approved_on, board_planned_on, is_in_doubt=is_vote_in_doubt
        ),
        key.SIGNATURES: _signatures(signatures),
    }
    return [
        SectionState(section, *_beside_unread(judged[section], section, document))
        for section in SECTIONS
    ]


def _beside_unread(judged: _Judged, section: SectionKey, document: PlanDocument) -> _Judged:
    """What is carried and nobody has read is not complete, whatever it says."""
    unread = len(carried.unread_in(section, document))
    if not unread:
        return judged
    if judged.state is Progress.ATTENTION:
        return _Judged(judged.state, f"{judged.words} · carried, not yet read: {unread}")
    return _Judged(Progress.UNDER_WAY, f"Carried, not yet read: {unread}")


def complete_of(states: Iterable[SectionState]) -> tuple[int, int]:
    """How many sections are complete, of how many the district must complete."""
    counted = [state for state in states if state.counts]
    return sum(state.state == Progress.DONE for state in counted), len(counted)


def percent_complete(states: Iterable[SectionState]) -> int:
    """Whole percent, rounded down: 100 is for a plan that is complete."""
    complete, asked = complete_of(states)
    return 100 * complete // asked


def _done(more: str = "") -> _Judged:
    return _Judged(Progress.DONE, f"Complete · {more}" if more else "Complete")


def _under_way(more: str = "") -> _Judged:
    return _Judged(Progress.UNDER_WAY, f"Under way · {more}" if more else "Under way")


def _attention(more: str) -> _Judged:
    return _Judged(Progress.ATTENTION, f"Needs attention · {more}")


def _to_fix(stops: Stops) -> _Judged:
    return _attention(f"{count(len(stops), 'thing')} to fix")


def _text(row: Row, asked: Sequence[str], stops: Stops) -> _Judged:
    """What is empty is still to be written; what is written and stops the plan is to be fixed."""
    missing = sum(lacks(row, field) for field in asked)
    if unread := [stop for stop in stops if stop.field in row.as_typed]:
        return _to_fix(unread)
    if missing == len(asked):
        return NOT_STARTED
    return _under_way() if missing or stops else _done()


def _look_back(document: PlanDocument, stops: Stops) -> _Judged:
    judged = _text(document.look_back, KINDS["look_back"].asked, stops)
    if document.kind == "initial" and judged.state is not Progress.ATTENTION:
        return _done("a first plan has no year before it")
    return judged


def _objectives(document: PlanDocument, stops: Stops) -> _Judged:
    if not document.objectives:
        return NOT_STARTED
    if stops:
        return _to_fix(stops)
    objectives, targets = len(document.objectives), len(document.targets)
    return _done(f"{count(objectives, 'objective')}, {count(targets, 'target')}")


def _strategies(document: PlanDocument, stops: Stops) -> _Judged:
    if not document.strategies:
        return NOT_STARTED
    if not stops:
        return _done(count(len(document.strategies), "strategy", "strategies"))
    rows = {(finding.place, finding.row_id) for finding in stops}
    unfinished = sum(
        ("strategy", strategy.id) in rows
        or any(("milestone", milestone.id) in rows for milestone in strategy.milestones)
        for strategy in document.strategies
    )
    return _attention(f"{unfinished} of {len(document.strategies)}")


def _budget(document: PlanDocument, stops: Stops) -> _Judged:
    narrative = document.budget_narrative
    if not (document.lines or narrative.narrative.strip() or narrative.as_typed):
        is_zero = document.money.amount == 0 and not stops
        return _done("$0 to budget") if is_zero else NOT_STARTED
    if document.money.amount is None:
        return _attention("allocation not loaded yet")
    left = document.left_to_budget
    amount = f"{money(abs(left))} {'left' if left > 0 else 'over'}"
    if unread := document.unread("allocation"):
        amount += f", {count(len(unread), 'amount')} not read"
    if any(finding.rule == "R17" for finding in stops):
        return _attention(amount)
    lines = {finding.row_id for finding in stops if finding.place == "line"}
    if lines:
        return _attention(f"{count(len(lines), 'line')} to fix")
    if stops:
        return _to_fix(stops)
    return _under_way(amount) if left or unread else _done(f"{money(document.budgeted)} budgeted")


def _engagement(document: PlanDocument, stops: Stops) -> _Judged:
    alignment = document.collaboration
    if not (document.engagement or alignment.alignment.strip() or alignment.as_typed):
        return NOT_STARTED
    by_id = {entry.id: entry for entry in document.engagement}
    written = [stop for stop in stops if stop.place and not lacks(by_id[stop.row_id], stop.field)]
    if written or alignment.as_typed:
        return _to_fix(stops)
    entries = count(len(by_id), "entry", "entries")
    if not stops:
        return _done(entries)
    whole = len(by_id) - len({stop.row_id for stop in stops if stop.place})
    return _under_way(entries if whole == len(by_id) else f"{whole} of {entries}")


def _assurances(document: PlanDocument, stops: Stops) -> _Judged:
    part = document.assurances
    accepted = sum(assurance.accepted for assurance in part.assurances)
    tally = f"{accepted} of {len(part.assurances)}"
    answered = part.evaluation_plan_approved is not None or part.evaluation_plan_approved_on
    if not (accepted or answered or part.as_typed):
        return NOT_STARTED
    if not stops:
        return _done(tally)
    return _attention(
        tally if any(finding.rule == "R13" for finding in stops) else "educator evaluation plan"
    )


def _attachments(document: PlanDocument, stops: Stops) -> _Judged:
    if stops:
        return _to_fix(stops)
    if not document.attachments:
        return _Judged(Progress.NOT_STARTED, "No files · optional")
    return _done(count(len(document.attachments), "file"))


def _board_approval(
    approved_on: date | None, planned_on: date | None, *, is_in_doubt: bool
) -> _Judged:
    if is_in_doubt:
        return _attention("check the date")
    if approved_on:
        return _done(f"approved {approved_on:%B} {approved_on.day}")
    if planned_on:
        return _done(f"vote planned {planned_on:%B} {planned_on.day}")
    return NOT_STARTED


def _signatures(signatures: int) -> _Judged:
    if not signatures:
        return NOT_STARTED
    words = f"{signatures} of {SIGNERS} signed"
    return _done(words) if signatures >= SIGNERS else _Judged(Progress.UNDER_WAY, words)
