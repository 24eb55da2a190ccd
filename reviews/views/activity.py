"""All that happened to a plan, in the Department's words: who did it, and when.

Of versions never handed in the Department knows nothing, so they are not in it (R59).
"""

from dataclasses import dataclass
from datetime import datetime

from districts.words import day
from plans.models import GOES_ON, ChangeVerdict, ExtensionEntry, QuestionEntry, RevisionEvent
from plans.reading.life import SAYS_WHY
from plans.revision_workflow import RevisionStep
from plans.workflow import Step
from reviews.models import Waiver
from reviews.reports.packet import Packet
from reviews.reports.said_lines import (
    Advice,
    Event,
    Given,
    Judged,
    QuestionSaid,
    RevisionTaken,
    TimeSaid,
    Waived,
)

DEEDS = {
    Step.SUBMIT: "Submitted",
    Step.RECALL: "Taken back",
    Step.WITHDRAW: "Withdrawn",
    Step.REOPEN: "Opened again",
    Step.START_REVIEW: "Review started",
    Step.RETURN: "Returned for changes",
    Step.UNDO_RETURN: "Return undone",
    Step.RECOMMEND: "Recommended",
    Step.APPROVE: "Approved",
    Step.CALL_BACK: "Approval called back",
    Step.WITHHOLD: "Withheld",
    Step.RELEASE: "Released",
}


OF_REVISIONS = {
    RevisionStep.HAND_IN: "Revision {} handed in",
    RevisionStep.REVIEW: "Revision {} recommended, {}",
    RevisionStep.RETURN: "Revision {} returned for changes",
    RevisionStep.APPROVE: "Revision {} approved",
    RevisionStep.RECORD: "Revision {} recorded without a decision",
    RevisionStep.WITHDRAW: "Revision {} withdrawn",
}


QUESTIONED = {
    QuestionEntry.Did.ASKED: "asked",
    QuestionEntry.Did.ANSWERED: "answered",
    QuestionEntry.Did.CLOSED: "closed",
}
TIME = {
    ExtensionEntry.Did.ASKED: "The district asked for time until {}",
    ExtensionEntry.Did.GRANTED: "Granted time until {}",
    ExtensionEntry.Did.REFUSED: "Granted no more time",
    ExtensionEntry.Did.WITHDRAWN: "The district asked for no more time",
}
JUDGED = {
    ChangeVerdict.Verdict.ACCEPTED: "accepted",
    ChangeVerdict.Verdict.REOPENED: "to be asked again with the next return",
}
WAIVED = {
    Waiver.Of.PEOPLE: "who must review",
    Waiver.Of.LAST_YEAR: "what the year before lacks",
}


@dataclass(frozen=True)
class Deed:
    words: str
    at: datetime
    by: str  # nobody, of what followed by itself
    version: int | None = None
    reason: str = ""


def activity(packet: Packet) -> list[Deed]:
    """The latest first."""
    steps = [_step(event) for event in packet.events]
    deeds = [
        *steps,
        *_assignments(packet),
        *_signing(packet),
        *map(_revised, packet.revision_steps),
        *map(_questioned, packet.questions),
        *map(_longer, packet.time),
        *map(_judged, packet.verdicts),
        *map(_reviewed, packet.advice),
        *_agreed(packet),
        *map(_waived, packet.waivers),
    ]
    return sorted(deeds, key=lambda deed: deed.at, reverse=True)


def _step(event: Event) -> Deed:
    reason = event.reason if event.step in SAYS_WHY else ""
    return Deed(_words(event), event.at, event.by, event.version, reason)


def _words(event: Event) -> str:
    if event.step == Step.START_REVIEW and event.reason == GOES_ON:
        return "Review went on with the same reviewers"
    return DEEDS.get(event.step, event.step.label)


def _revised(taken: RevisionTaken) -> Deed:
    made_as = RevisionEvent.As(taken.made_as).label.lower() if taken.made_as else ""
    words = OF_REVISIONS[taken.step].format(taken.number, made_as)
    return Deed(words, taken.at, taken.by, taken.version)


def _questioned(said: QuestionSaid) -> Deed:
    return Deed(f"Question {said.of} {QUESTIONED[said.did]}", said.written_at, said.written_by)


def _longer(said: TimeSaid) -> Deed:
    words = TIME[said.did].format(day(said.until))
    return Deed(words, said.written_at, said.written_by, reason=said.reason)


def _judged(said: Judged) -> Deed:
    return Deed(f"Answer to change {said.of}: {JUDGED[said.verdict]}", said.given_at, said.given_by)


def _reviewed(advice: Advice) -> Deed:
    """The step to recommended follows the last of them; which that is, others read here."""
    words = f"{advice.made_as.label} in" if advice.made_as else "Review in"
    return Deed(words, advice.made_at, advice.made_by, advice.version)


def _agreed(packet: Packet) -> list[Deed]:
    """Of criteria that are agreed on at once, one deed."""
    at_once = {(one.recorded_at, one.recorded_by) for one in packet.agreed}
    return [Deed("Agreed where reviews lay apart", at, by) for at, by in at_once]


def _waived(waived: Waived) -> Deed:
    return Deed(f"Waived: {WAIVED[waived.of]}", waived.given_at, waived.given_by, waived.version)


def _part(given: Given) -> str:
    return given.reviews_as.label.lower()


def _assignments(packet: Packet) -> list[Deed]:
    given = [
        Deed(f"{one.name} assigned as {_part(one)}", one.assigned_at, one.assigned_by)
        for one in packet.given
    ]
    ended = [
        Deed(f"{one.name} no longer {_part(one)}", one.ended_at, one.ended_by or "")
        for one in packet.given
        if one.ended_at
    ]
    return given + ended


def _signing(packet: Packet) -> list[Deed]:
    handed_in = {one.version_id: one.version for one in packet.submissions}
    signed = [
        Deed(f"Signed as {one.capacity.label.lower()}", one.at, one.name, handed_in[one.version_id])
        for one in packet.signings
        if one.version_id in handed_in
    ]
    closed = [
        Deed("Closed for signature", one.closed_at, one.closed_by, one.version)
        for one in packet.closings
        if one.version_id in handed_in
    ]
    return signed + closed
