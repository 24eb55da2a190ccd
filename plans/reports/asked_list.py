"""All that the Department asks about a plan: required changes and questions, one list for both.

Nothing internal is in it. What one side has not sent yet, the other does not read: an answer that
was not handed in (R59), and a change that is to be asked again with the next return.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import cast

from django.db.models import Prefetch

from districts.calendar import eastern_day
from plans.models import ChangeRound, ChangeVerdict, Plan, Question, QuestionEntry, RequiredChange
from plans.sections import SECTIONS, SectionKey
from plans.workflow import QUESTIONS_STAND

Did, Verdict = QuestionEntry.Did, ChangeVerdict.Verdict


class Stands(StrEnum):
    """Where something that was asked stands; both sides read the same."""

    DISTRICT = "district"  # the district owes an answer, or the plan with it
    DEPARTMENT = "department"  # answered: the Department reads it
    AGAIN = "again"  # to be asked again with the next return: the Department's own affair till then
    ACCEPTED = "accepted"
    CLOSED = "closed"  # a question that is asked no more
    ENDED = "ended"  # with the plan: it was approved or withdrawn first


OPEN = frozenset({Stands.DISTRICT, Stands.DEPARTMENT, Stands.AGAIN})


@dataclass(frozen=True)
class Listed:
    is_question: bool
    number: int
    section: str
    place: str  # the row or field there; empty for the whole section
    text: str  # as it was asked last
    due_on: date  # of the answer
    stands: Stands
    asked_at: datetime
    since: datetime  # it stands so
    answered_at: datetime | None  # the last answer that the reader may read
    times: int  # it was asked

    @property
    def is_open(self) -> bool:
        return self.stands in OPEN

    @property
    def title(self) -> str:
        return f"{'Question' if self.is_question else 'Change'} {self.number}"

    @property
    def where(self) -> str:
        return ", ".join(filter(None, (SECTIONS[SectionKey(self.section)].title, self.place)))


def asked_of(plan: Plan, *, is_district: bool, sees_again: bool = False) -> list[Listed]:
    """What is open first: what the reader's side owes, then by its due date. Five queries at most.

    `is_district`: whose side reads it. `sees_again`: whether what the next return asks again is
    theirs to know, which is of those who read reviews alone.
    """
    listed = [
        _change(each, plan, is_district=is_district, sees_again=sees_again)
        for each in changes_judged(plan)
    ]
    listed += [_question(each, plan) for each in questions_of(plan)]
    mine = {Stands.DISTRICT} if is_district else {Stands.DEPARTMENT, Stands.AGAIN}
    return sorted(
        listed,
        key=lambda one: (
            not one.is_open,
            one.stands not in mine,
            one.due_on,
            one.is_question,
            one.number,
        ),
    )


def changes_judged(plan: Plan) -> Iterable[RequiredChange]:
    """Every required change with `was_handed_in`, its verdicts and its rounds, in order."""
    return (
        plan.required_changes.with_submission()
        .select_related("answered_by", "asked_by", "version")
        .defer("version__document")
        .prefetch_related(
            Prefetch("verdicts", ChangeVerdict.objects.order_by("number")),
            Prefetch(
                "rounds",
                ChangeRound.objects.standing()
                .select_related("verdict__given_by", "answered_by", "asked_by", "again")
                .order_by("pk"),
            ),
        )
        .order_by("number")
    )


def questions_of(plan: Plan) -> Iterable[Question]:
    """Every question with its entries, in order."""
    entries = QuestionEntry.objects.select_related("written_by").order_by("number")
    return (
        plan.questions.select_related("version")
        .defer("version__document")
        .prefetch_related(Prefetch("entries", entries))
        .order_by("number")
    )


def verdict_of(change: RequiredChange) -> ChangeVerdict | None:
    """What holds of the answer that stands now. A change asked again has none until it is judged.

    Of a change that came with its verdicts.
    """
    last = list(change.verdicts.all())[-1:]
    holds = [one for one in last if change.event_id and one.submission_id > change.event_id]
    return holds[0] if holds else None


def is_accepted(change: RequiredChange) -> bool:
    """Whether the answer that stands now is accepted, of a change that came with its verdicts."""
    verdict = verdict_of(change)
    return verdict is not None and verdict.verdict == Verdict.ACCEPTED


def days_late(asked: QuestionEntry, answer: QuestionEntry) -> int:
    """Calendar days from the due date to the answer, 0 where it came in time."""
    due_on = asked.due_on
    return max(0, (eastern_day(answer.written_at) - due_on).days) if due_on else 0


def where_of(question: Question) -> str:
    """“Strategies, Strategy 2: Tutoring, Owner”."""
    section = SECTIONS[SectionKey(question.section)].title
    return ", ".join(filter(None, (section, question.place)))


def _change(change: RequiredChange, plan: Plan, *, is_district: bool, sees_again: bool) -> Listed:
    verdict, rounds = verdict_of(change), list(change.rounds.all())
    stands, since = _stands(change, verdict, plan, sees_again=sees_again)
    is_read = change.was_handed_in or is_district  # type: ignore[attr-defined]
    return Listed(
        is_question=False,
        number=change.number,
        section=change.section,
        place=change.place,
        text=rounds[-1].verdict.words if rounds else change.text,
        due_on=change.due_on,
        stands=stands,
        asked_at=change.asked_at,
        since=since,
        answered_at=change.answered_at if is_read else None,
        times=len(rounds) + 1,
    )


def _stands(
    change: RequiredChange, verdict: ChangeVerdict | None, plan: Plan, *, sees_again: bool
) -> tuple[Stands, datetime]:
    if verdict and verdict.verdict == Verdict.ACCEPTED:
        return Stands.ACCEPTED, verdict.given_at
    if plan.status not in QUESTIONS_STAND:
        return Stands.ENDED, change.answered_at or change.asked_at
    if not change.was_handed_in:  # type: ignore[attr-defined]
        return Stands.DISTRICT, change.asked_at
    if verdict and sees_again:
        return Stands.AGAIN, verdict.given_at
    return Stands.DEPARTMENT, change.answered_at or change.asked_at


OF_LAST = {
    Did.ASKED: Stands.DISTRICT,
    Did.ANSWERED: Stands.DEPARTMENT,
    Did.CLOSED: Stands.CLOSED,
}


def _question(question: Question, plan: Plan) -> Listed:
    entries = list(question.entries.all())
    asked = [one for one in entries if one.did == Did.ASKED]
    answers = [one for one in entries if one.did == Did.ANSWERED]
    last = entries[-1]
    is_over = plan.status not in QUESTIONS_STAND and last.did != Did.CLOSED
    return Listed(
        is_question=True,
        number=question.number,
        section=question.section,
        place=question.place,
        text=asked[-1].text,
        due_on=cast(date, asked[-1].due_on),  # a constraint: each asking has one
        stands=Stands.ENDED if is_over else OF_LAST[Did(last.did)],
        asked_at=entries[0].written_at,
        since=last.written_at,
        answered_at=answers[-1].written_at if answers else None,
        times=len(asked),
    )
