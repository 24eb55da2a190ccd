"""The life of a plan in a district's words: its stages, who has it now, what happened to it."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from districts.roles import Role
from districts.words import day
from plans.documents.rows import PlanWithState
from plans.models import Cycle, ExtensionEntry, QuestionEntry
from plans.permissions import DRAFTERS, PARTS_OF_ROLES, SIGNERS
from plans.reports.history import History
from plans.reports.years import Year
from plans.revision_workflow import DEPARTMENT_REVISES, RevisionStep
from plans.workflow import EDITABLE, TRANSITIONS, Part, Status, Step, steps_from

STAGES = ["Opened", "Draft", "Signatures", "Submitted", "Department review", "Decision"]
STAGE_OF = {
    Status.DRAFT: 1,
    Status.RETURNED: 1,
    Status.SUBMITTED: 3,
    Status.UNDER_REVIEW: 4,
    Status.RECOMMENDED: 4,
    Status.APPROVED: 6,
    Status.WITHHELD: 5,
    Status.WITHDRAWN: 1,
}


QUESTIONS = {
    QuestionEntry.Did.ASKED: "The Department asked question {}",
    QuestionEntry.Did.ANSWERED: "Question {} answered",
    QuestionEntry.Did.CLOSED: "The Department closed question {}",
}


TIME = {
    ExtensionEntry.Did.ASKED: "Asked for time until {}",
    ExtensionEntry.Did.GRANTED: "The Department granted time until {}",
    ExtensionEntry.Did.REFUSED: "The Department granted no more time",
    ExtensionEntry.Did.WITHDRAWN: "Asked for no more time",
}
DISTRICTS_TIME = frozenset({ExtensionEntry.Did.ASKED, ExtensionEntry.Did.WITHDRAWN})


@dataclass(frozen=True)
class Stage:
    title: str
    text: str
    state: str  # done, now or nothing yet


@dataclass(frozen=True)
class Entry:
    """One line of the activity log."""

    words: str
    by: str
    taken_at: datetime
    reason: str = ""


UNSAID = frozenset(
    {Step.UNDO_RETURN, Step.RECOMMEND, Step.CALL_BACK, Step.WITHHOLD, Step.RELEASE}
)  # the Department's own affair


def who_can(status: Status) -> list[tuple[str, str]]:
    """What can be done now and by whom, from the tables that are enforced.

    A plan under review and one recommended read alike: a recommendation never shows to a district.
    """
    lines = [
        (step.label, ", ".join(part.label for part in Part if part in TRANSITIONS[step].by))
        for step in steps_from(status)
        if step not in UNSAID
    ]
    if status in EDITABLE:
        lines[:0] = [
            ("Edit", _named(DRAFTERS)),
            ("Sign", f"{_named(SIGNERS)}, once it is closed for signature"),
        ]
    return lines or [("Read", "everyone in the district")]


def _named(roles: Collection[Role]) -> str:
    return ", ".join(f"the {role.label.lower()}" for role in Role if role in roles)


WITH = {
    Status.SUBMITTED: "the Department",
    Status.UNDER_REVIEW: "the Department",
    Status.RECOMMENDED: "the Department",
    Status.APPROVED: "{district}, to carry it out",
    Status.WITHHELD: "the Department",
    Status.WITHDRAWN: "nobody: it was withdrawn",
}

WORDS = {
    Step.SUBMIT: "Submitted",
    Step.RECALL: "Taken back",
    Step.WITHDRAW: "Withdrawn",
    Step.REOPEN: "Opened again",
    Step.START_REVIEW: "The Department started its review",
    Step.RETURN: "The Department returned the plan for changes",
    Step.UNDO_RETURN: "The Department undid its return",
    Step.APPROVE: "Approved",
    Step.CALL_BACK: "The Department called its approval back before the letter left",
    Step.WITHHOLD: "Withheld",
    Step.RELEASE: "Released",
}
WHY = {  # a plan that stands still says why
    Status.WITHHELD: (Step.WITHHOLD, "Why it is withheld"),
    Status.WITHDRAWN: (Step.WITHDRAW, "Why it was withdrawn"),
}
SAYS_WHY = frozenset(
    {Step.WITHDRAW, Step.REOPEN, Step.UNDO_RETURN, Step.CALL_BACK}
)  # words to both sides
DISTRICT_STEPS = frozenset({Step.SUBMIT, Step.RECALL, Step.WITHDRAW, Step.REOPEN})
OF_REVISIONS = {
    RevisionStep.START: "Revision {} started",
    RevisionStep.HAND_IN: "Revision {} handed in",
    RevisionStep.RETURN: "The Department returned revision {} for changes",
    RevisionStep.APPROVE: "Revision {} approved: the plan holds as revised",
    RevisionStep.RECORD: "Revision {} recorded without a decision: the plan holds as revised",
    RevisionStep.WITHDRAW: "Revision {} withdrawn",
}


def with_whom(plan: PlanWithState, history: History, *, stands: bool = True) -> str:
    """While the district has it, whose turn it is there: to write, to sign or to submit.

    A closed version that does not stand by now is closed again, by those who write.
    """
    if plan.is_editable:
        return f"{plan.district.name}, {_whose_turn(plan, history, stands=stands)}"
    return WITH[Status(plan.status)].format(district=plan.district.name)


def _whose_turn(plan: PlanWithState, history: History, *, stands: bool) -> str:
    signed = {one.capacity for one in history.signatures}
    unsigned = [role for role, capacity in SIGNERS.items() if capacity not in signed]
    if not stands:
        return _joined(" and ", DRAFTERS)
    if not unsigned and not plan.unanswered_count:
        submits = TRANSITIONS[Step.SUBMIT].by
        return _joined(" or ", [role for role, part in PARTS_OF_ROLES.items() if part in submits])
    if unsigned and plan.closed_at:
        return _joined(" and ", unsigned)
    return _joined(" and ", DRAFTERS)


def _joined(word: str, roles: Collection[Role]) -> str:
    return word.join(role.label.lower() for role in Role if role in roles)


def activity(history: History) -> list[Entry]:
    """All the district may know, the latest first: no recommendation, no reviewer's name.

    But for the name of a liaison, whom the district chose.
    """
    steps = [
        Entry(
            words=WORDS[Step(event.step)],
            by=event.by if event.step in DISTRICT_STEPS else "",
            taken_at=event.taken_at,
            reason=event.reason if event.step in SAYS_WHY else "",
        )
        for event in history.steps
        if event.step in WORDS
    ]
    signed = [
        Entry(
            f"Version {one.number} signed as {one.capacity.label.lower()}", one.name, one.signed_at
        )
        for one in history.signings
    ]
    voided = [
        Entry(
            f"Edited after version {one.number} was closed, so the plan has to be closed and"
            " signed again",
            one.voided or "",
            one.voided_at,
        )
        for one in history.closings
        if one.voided_at
    ]
    closed = [
        Entry(f"Version {one.number} closed for signature", one.by, one.closed_at)
        for one in history.closings
    ]
    revised = [
        Entry(
            OF_REVISIONS[one.step].format(one.number),
            "" if one.step in DEPARTMENT_REVISES else one.by,
            one.taken_at,
        )
        for one in history.revision_steps
    ]
    happened = [
        *(*steps, *signed, *voided, *closed, *revised),
        *(*_shared(history), *_asked(history), *_time(history)),
    ]
    return sorted(happened, key=lambda one: one.taken_at, reverse=True)


def _shared(history: History) -> Iterator[Entry]:
    """Each time the draft was shared for help, and each time that ended."""
    for one in history.sharings:
        yield Entry(f"Draft shared with {one.reader_name} for help", one.by, one.shared_at)
        if one.ended_at:
            yield Entry(
                f"Draft no longer shared with {one.reader_name}", one.ended or "", one.ended_at
            )


def _asked(history: History) -> Iterator[Entry]:
    """Each question, answer and closing, and each answer to a change that was accepted."""
    for one in history.asked:
        yield Entry(
            QUESTIONS[one.did].format(one.of),
            one.by if one.did == QuestionEntry.Did.ANSWERED else "",
            one.written_at,
        )
    for change in history.accepted:
        yield Entry(
            f"The Department accepted the answer to change {change.of}", "", change.given_at
        )


def _time(history: History) -> Iterator[Entry]:
    """What was asked and answered about more time. Who answered is the Department."""
    for one in history.time:
        words = TIME[one.did].format(day(one.until))
        by = one.by if one.did in DISTRICTS_TIME else ""
        yield Entry(words, by, one.written_at, one.reason)


class Taken(Protocol):
    """A step that was taken, as a report tells it."""

    @property
    def step(self) -> str: ...

    @property
    def reason(self) -> str: ...


AnyTaken = TypeVar("AnyTaken", bound=Taken)


def why(status: str, events: Iterable[AnyTaken]) -> tuple[str, AnyTaken] | None:
    """Why a plan stands still: a heading, and the step with the reason. Events latest first."""
    if status not in WHY:
        return None
    step, heading = WHY[Status(status)]
    taken = next((event for event in events if event.step == step and event.reason), None)
    return (heading, taken) if taken else None


def waits_for_signature(plan: PlanWithState) -> bool:
    """Whether the draft was closed for signature, and not only before it was returned."""
    if not (plan.is_editable and plan.closed_at):
        return False
    return plan.submitted_at is None or plan.closed_at > plan.submitted_at


def stages(cycle: Cycle | Year, plan: PlanWithState | None) -> list[Stage]:
    """The life of a plan as a row of stages: done, now, still to come. Of a cycle, its days."""
    submitted = plan.submitted_at if plan else None
    texts = [
        day(plan.started_at) if plan else f"From {day(cycle.opens_on)}",
        "With the district",
        "Superintendent and board chair",
        day(submitted) if submitted else f"Due {day(plan.due_on if plan else cycle.plan_due_on)}",
        f"By {day(cycle.reviews_complete_on)}",
        f"Commissioner, by {day(cycle.decisions_on)}",
    ]
    now = STAGE_OF[Status(plan.status)] if plan else 0
    if plan and plan.status in EDITABLE and waits_for_signature(plan):
        now = STAGES.index("Signatures")
    is_withdrawn = plan and plan.status == Status.WITHDRAWN
    if is_withdrawn and submitted:
        now = STAGES.index("Department review")
    mark = "" if is_withdrawn else "now"
    return [
        Stage(title, text, "done" if place < now else mark if place == now else "")
        for place, (title, text) in enumerate(zip(STAGES, texts, strict=True))
    ]
