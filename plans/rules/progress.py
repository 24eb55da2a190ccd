"""How far each section of a plan is, in words: what the section navigator and a percentage show."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from plans.documents.shape import EngagementPart, PlanDocument, Row
from plans.rules.base import Finding
from plans.rules.words import count, money
from plans.sections import SECTIONS, SectionKey

SIGNATURES = 2  # superintendent and board chair (R15)


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
LEADS = {
    Progress.DONE: "Complete",
    Progress.ATTENTION: "Needs attention",
    Progress.UNDER_WAY: "Under way",
    Progress.NOT_STARTED: "Not started",
}


@dataclass(frozen=True)
class SectionState:
    key: SectionKey
    state: Progress
    words: str
    icon: str
    counts: bool = True  # towards the percentage: what the district must write does

    @property
    def title(self) -> str:
        return SECTIONS[self.key].title

    @property
    def is_done(self) -> bool:
        return self.state in (Progress.DONE, Progress.LOCKED)


# The fields without which a section that has no rule of its own is not complete.
ASKED = {
    SectionKey.COVER: (
        "contact_name",
        "contact_title",
        "contact_email",
        "contact_phone",
        "summary",
    ),
    SectionKey.NEEDS: ("narrative", "indicators", "root_causes"),
    SectionKey.LOOK_BACK: ("implementation", "performance", "lessons"),
    SectionKey.SUSTAINABILITY: ("sustaining", "non_supplanting"),
}
ASKED_OF_ENGAGEMENT = ("group", "held_on", "how", "heard")

Judged = tuple[Progress, str]  # and what follows the lead, after a dot


def section_states(
    document: PlanDocument,
    findings: Iterable[Finding],
    *,
    board_approved_on: date | None = None,
    board_planned_on: date | None = None,
    signatures: int = 0,
) -> list[SectionState]:
    """The state of every section, in order. Only stops call for attention; warnings do not."""
    stops: dict[SectionKey, list[Finding]] = {key: [] for key in SECTIONS}
    for finding in findings:
        if finding.stops:
            stops[finding.section].append(finding)
    states = []
    for key in SECTIONS:
        if key == SectionKey.PROFILE:
            state = SectionState(
                key, Progress.LOCKED, "Filled by the Department", "lock", counts=False
            )
        elif key == SectionKey.ATTACHMENTS:
            state = _attachments(document)
        elif key == SectionKey.BOARD_APPROVAL:
            state = _state(key, *_board_approval(board_approved_on, board_planned_on))
        elif key == SectionKey.SIGNATURES:
            state = _signatures(signatures)
        elif key in ASKED:
            state = _state(key, *_text(document, key, stops[key]))
        else:
            state = _state(key, *JUDGES[key](document, stops[key]))
        states.append(state)
    return states


def percent_complete(states: Iterable[SectionState]) -> int:
    """Whole percent of the sections the district must complete, rounded down."""
    counted = [state for state in states if state.counts]
    return 100 * sum(state.is_done for state in counted) // len(counted)


def _state(key: SectionKey, progress: Progress, more: str = "") -> SectionState:
    words = f"{LEADS[progress]} · {more}" if more else LEADS[progress]
    return SectionState(key, progress, words, ICONS[progress])
