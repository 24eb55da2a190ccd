"""One plan as the Department holds it: the version handed in, and all that was said about it.

Two queries: the plan, and everything around it as JSON. The frozen text is read where it is asked
for, and its document is kept: a version never changes.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol, Self, TypeVar

from django.db.models import QuerySet
from django.utils.dateparse import parse_datetime

from districts.statements import instance_of
from plans.documents import PlanDocument, as_of_now, stored_document
from plans.documents.shape import LinePart
from plans.documents.terms import Money
from plans.models import ChangeVerdict, Plan, PlanVersion, QuestionEntry
from plans.rules.moved import Moved, moved_since
from plans.workflow import DISTRICT_STEPS, Step
from reviews.models import Recommendation, Waiver
from reviews.reports.decided import BESIDE, StampedPlan, stamped
from reviews.reports.last_year import Before
from reviews.reports.said import VERSION_COLUMNS, said_of, said_of_each
from reviews.reports.said_lines import (
    Advice,
    Agreed,
    Begun,
    Change,
    Closing,
    Condition,
    Event,
    Given,
    Judged,
    Prepared,
    Proposed,
    QuestionSaid,
    Rated,
    Remark,
    Reviewer,
    RevisionTaken,
    SignedBy,
    Submission,
    Third,
    TimeSaid,
    Waived,
    Warned,
    Worded,
    Words,
    parsed,
)

BY_PERSON = ("given", "signatures", "advice")  # who were ever to review it, signed it, advised
DocumentOf = Callable[[PlanVersion], PlanDocument]
Found = TypeVar("Found")


class Keep(Protocol):
    """How a page finds again what costs time to find: `plans.documents.cache.get_or_make`."""

    def __call__(self, key: str, *, made_from: str, make: Callable[[], Found]) -> Found: ...


def find_anew(key: str, *, made_from: str, make: Callable[[], Found]) -> Found:
    """Nothing is kept of what is decided on."""
    return make()


class NothingHandedIn(Exception):
    """The district has not handed this plan in, or not that version: nobody here reads it (R59)."""


@dataclass(frozen=True)
class Signed:
    """What the gate asks of the text that was signed, by the names it has there."""

    money: Money
    budgeted: int  # US dollars of the current allocation
    left_to_budget: int
    is_reform_district: bool
    lines: tuple[LinePart, ...]  # those that need something of the decider by themselves

    @classmethod
    def of(cls, document: PlanDocument) -> Self:
        return cls(
            money=document.money,
            budgeted=document.budgeted,
            left_to_budget=document.left_to_budget,
            is_reform_district=document.district.is_reform_district,
            lines=tuple(line for line in document.lines if line.needs_a_permit),
        )


@dataclass(frozen=True)
class Packet:
    plan: Plan
    version: PlanVersion
    submissions: list[Submission]  # the latest first; each names a version handed in
    signings: list[SignedBy]  # on every version
    closings: list[Closing]  # of every version
    given: list[Given]  # every assignment, the latest first
    revision_steps: list[RevisionTaken]  # each step since a revision came in, the latest first
    reviewers: list[Reviewer]
    third: Third | None  # who is named to give the third review (R36)
    changes: list[Change]
    verdicts: list[Judged]  # on answers to changes, the earliest first
    questions: list[QuestionSaid]  # every entry, the earliest first
    time: list[TimeSaid]  # asked for and answered, the latest first
    conditions: list[Condition]  # of the approval
    drafted: list[Proposed]  # in the return that was not sent, taken out or not
    words: Words | None  # of that return; none where nobody has begun one
    comments: list[Remark]
    warned: list[Warned]  # of every version
    advice: list[Advice]
    rated: list[Rated]  # in finished reviews, of every submission
    agreed: list[Agreed]
    waivers: list[Waived]
    prepared_all: list[Prepared]  # for whoever decides, the latest first
    letter_words: list[Worded]  # of letters of approval, where they are the Department's own
    begun: list[Begun]  # reviews that somebody rates or has rated
    had_a_hand: set[int]  # people who were ever to review it, signed it or handed it in
    events: list[Event]  # the latest first
    before: Before  # the plan and the reports of the year before
    is_reform_now: bool | None  # as the roster stands; none where it designates the year no more
    stamp: str  # of the rows that the plan's text is made from, the Department's among them
    document_of: DocumentOf
    keep: Keep

    @property
    def warnings(self) -> list[Warned]:
        """That stood when the version read was closed, each with the district's reason."""
        return [one for one in self.warned if one.version_id == self.version.pk]

    @property
    def signatures(self) -> list[SignedBy]:
        """On the version read."""
        return [one for one in self.signings if one.version_id == self.version.pk]

    @property
    def is_reform_district(self) -> bool:
        """As the roster stands; as the text was signed only where the roster says nothing now."""
        now = self.is_reform_now
        return self.signed.is_reform_district if now is None else now

    @cached_property
    def document(self) -> PlanDocument:
        return self.document_of(self.version)

    @cached_property
    def signed(self) -> Signed:
        """Found again without the text, which is long."""
        return self.kept("signed", lambda: Signed.of(self.document))

    @cached_property
    def document_now(self) -> PlanDocument:
        """The text that is read, with the Department's rows as they are now. One query."""
        return as_of_now(self.document, self.plan.pk)

    @cached_property
    def moved(self) -> list[Moved]:
        """What the Department changed since the version that is read was closed."""
        return moved_since(self.document, self.document_now)

    def kept(self, name: str, make: Callable[[], Found]) -> Found:
        """What is found of the version and the Department's rows of now, and of nothing else.

        Its number counts too: a text edited back to what it was has one of its own.
        """
        version = self.version
        made_from = f"{version.number}/{version.schema}/{version.sha256}/{self.stamp}"
        return self.keep(f"{name}/{self.plan.pk}", made_from=made_from, make=make)

    @property
    def is_latest(self) -> bool:
        return self.version.pk == self.submissions[0].version_id

    @property
    def submission(self) -> Submission:
        """The submission by which the version that is read came in."""
        return next(one for one in self.submissions if one.version_id == self.version.pk)

    @property
    def came_after_return(self) -> bool:
        came_by = self.submission.id
        return any(event.step == Step.RETURN and event.id < came_by for event in self.events)

    @property
    def answers_in(self) -> set[int]:
        """Numbers of the changes whose answer was handed in; a later one is still a draft (R59)."""
        latest = self.submissions[0].id
        return {
            change.number for change in self.changes if change.event_id and change.event_id < latest
        }

    @property
    def judged(self) -> dict[int, Judged]:
        """By the number of its change, what holds of the answer that was handed in last."""
        asked = {change.number: change.event_id or 0 for change in self.changes}
        return {one.of: one for one in self.verdicts if one.submission_id > asked[one.of]}

    @property
    def accepted(self) -> set[int]:
        """Numbers of the changes whose answer is accepted."""
        accepted = ChangeVerdict.Verdict.ACCEPTED
        return {number for number, one in self.judged.items() if one.verdict == accepted}

    @property
    def reopened(self) -> dict[int, Judged]:
        """Those that the next return asks again."""
        again = ChangeVerdict.Verdict.REOPENED
        return {number: one for number, one in self.judged.items() if one.verdict == again}

    @property
    def open_questions(self) -> dict[int, QuestionSaid]:
        """By the number of its question, the last entry of each that is not closed."""
        last = {one.of: one for one in self.questions}
        closed = QuestionEntry.Did.CLOSED
        return {number: one for number, one in last.items() if one.did != closed}

    @property
    def was_returned(self) -> bool:
        """Whether a return stands: each asks for a change, and one undone asks for none."""
        return bool(self.changes)

    @property
    def waiver(self) -> Waived | None:
        """Of who reviews and decides the version that is read."""
        return self.waiver_of(Waiver.Of.PEOPLE)

    @property
    def prepared(self) -> Prepared | None:
        """What is to be decided of what was handed in last, as it was kept last."""
        of_this = (one for one in self.prepared_all if one.submission_id == self.submission.id)
        return next(of_this, None)

    def has_begun(self, person: int, made_as: str) -> bool:
        """Whether somebody has begun to rate what was handed in last."""
        of_this = (self.submission.id, person, made_as)
        return any((one.submission_id, one.person, one.made_as) == of_this for one in self.begun)

    @property
    def waiver_of_last_year(self) -> Waived | None:
        """Of what the year before lacks, for the version that is read."""
        return self.waiver_of(Waiver.Of.LAST_YEAR)

    def waiver_of(self, what: str) -> Waived | None:
        of_this = [one for one in self.waivers if self._is_of_this_review(one)]
        return next((one for one in of_this if one.of == what), None)

    @property
    def reviews(self) -> dict[str, Advice]:
        """The recommendations that count, by the part they were made in.

        A version that came back unedited is reviewed anew: its answers are new. And a review
        counts while its author is the reviewer: one who was replaced, or has a conflict of
        interest, is followed by another.
        """
        now = {(one.reviews_as, one.person) for one in self.reviewers}
        return {
            one.made_as: one
            for one in self.advice
            if self._is_of_this_review(one)
            and not one.is_recused
            and ((one.made_as, one.person) in now or self.is_third(one.made_as, one.person))
        }

    def is_third(self, made_as: str, person: int) -> bool:
        """Whether it is the third review, by who is named for it; by any manager where nobody who
        still can is named."""
        if made_as != Recommendation.As.MANAGER:
            return False
        return self.third is None or not self.third.is_reachable or self.third.person == person

    def _is_of_this_review(self, said: Advice | Waived) -> bool:
        return said.submission_id == self.submission.id

    @property
    def proposed(self) -> list[Proposed]:
        """The changes that a return would ask for now."""
        return [one for one in self.drafted if one.removed_at is None]

    @property
    def taken_out(self) -> list[Proposed]:
        return [one for one in self.drafted if one.removed_at is not None]

    @property
    def has_draft(self) -> bool:
        """Whether anything stands in a return that was not sent."""
        return bool(self.drafted or (self.words and (self.words.words or self.words.as_typed)))

    @property
    def last_number(self) -> int:
        """Of the required changes: those proposed count on from it."""
        return self.changes[-1].number if self.changes else 0

    @property
    def unanswered(self) -> list[Change]:
        return [change for change in self.changes if change.answered_at is None]


def read_packet(
    plans: QuerySet[Plan],
    *,
    number: int | None = None,
    document_of: DocumentOf = stored_document,
    keep: Keep = find_anew,
) -> Packet:
    """The packet of the one plan in `plans`, with the latest version handed in, or an earlier one.

    A page may show the document as it is kept; what is decided rests on the stored one.

    Raises:
        Plan.DoesNotExist: there is none.
        NothingHandedIn: there is no such version for the Department to read.
    """
    plan = stamped(plans).select_related(*BESIDE).get()
    return packet_of(plan, number=number, document_of=document_of, keep=keep)


def packets_of(
    plans: Sequence[StampedPlan], *, document_of: DocumentOf, keep: Keep
) -> list[Packet]:
    """The packets of several plans, each with the version handed in last. One query."""
    said = said_of_each([plan.pk for plan in plans])
    return [
        packet_of(plan, said=said[plan.pk], document_of=document_of, keep=keep)
        for plan in plans
        if said[plan.pk]["submissions"]
    ]


def packet_of(
    plan: StampedPlan,
    *,
    number: int | None = None,
    said: dict[str, Any] | None = None,
    document_of: DocumentOf = stored_document,
    keep: Keep = find_anew,
) -> Packet:
    """The same of a plan that comes with what stands beside it.

    `said`: what was said about it, where that is known already.

    Raises:
        NothingHandedIn.
    """
    said = said_of(plan.pk) if said is None else said
    handed_in = parsed(Submission, said["submissions"])
    wanted = next((one for one in handed_in if number in (None, one.version)), None)
    if wanted is None:
        raise NothingHandedIn
    return Packet(
        plan=plan,
        version=_version(said["versions"], wanted.version_id),
        submissions=handed_in,
        signings=parsed(SignedBy, said["signatures"]),
        closings=parsed(Closing, said["versions"]),
        given=parsed(Given, said["given"]),
        revision_steps=parsed(RevisionTaken, said["revision_steps"]),
        reviewers=_reviewers(said["given"]),
        third=next(iter(parsed(Third, said["third"])), None),
        changes=parsed(Change, said["changes"]),
        verdicts=parsed(Judged, said["verdicts"]),
        questions=parsed(QuestionSaid, said["questions"]),
        time=parsed(TimeSaid, said["time"]),
        conditions=parsed(Condition, said["conditions"]),
        drafted=parsed(Proposed, said["proposed"]),
        words=next(iter(parsed(Words, said["words"])), None),
        comments=parsed(Remark, said["comments"]),
        warned=parsed(Warned, said["warnings"]),
        advice=parsed(Advice, said["advice"]),
        rated=parsed(Rated, said["rated"]),
        agreed=parsed(Agreed, said["agreed"]),
        waivers=parsed(Waived, said["waivers"]),
        prepared_all=parsed(Prepared, said["prepared"]),
        letter_words=parsed(Worded, said["letter_words"]),
        begun=parsed(Begun, said["begun"]),
        had_a_hand=_who_had_a_hand(said),
        events=parsed(Event, said["events"]),
        before=Before.of(said),
        is_reform_now=said["is_reform_now"],
        stamp=plan.stamp,
        document_of=document_of,
        keep=keep,
    )


def _version(rows: list[dict[str, Any]], wanted: int) -> PlanVersion:
    """The version without its text, which is read where it is asked for."""
    row = next(row for row in rows if row["id"] == wanted)
    columns = {name: row[name] for name in VERSION_COLUMNS}
    return instance_of(PlanVersion, columns | {"closed_at": parse_datetime(row["closed_at"])})


def _reviewers(given: list[dict[str, Any]]) -> list[Reviewer]:
    """Whose assignment still holds, the program reviewer first."""
    now = parsed(Reviewer, [row for row in given if row["ended_at"] is None])
    return sorted(now, key=lambda one: one.reviews_as, reverse=True)


def _who_had_a_hand(said: dict[str, Any]) -> set[int]:
    """As reviews.permissions.had_a_hand asks it of one person."""
    by_person = (row["person"] for name in (*BY_PERSON, "third") for row in said[name])
    of_district = (row["by_id"] for row in said["events"] if row["step"] in DISTRICT_STEPS)
    return {*by_person, *of_district}
