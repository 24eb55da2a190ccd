"""What the Department makes of the answers to its required changes, once they were handed in.

An answer is accepted, or its change is asked again: with the next return, under its number.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction

from districts.calendar import eastern_day
from districts.models import User
from districts.words import eastern
from plans.models import ChangeRound, ChangeVerdict, Plan, PlanEvent, PlanVersion, RequiredChange
from plans.reports.asked_list import changes_judged, verdict_of
from plans.services import Blocked, digest_of, locked_plan, refuse_other_words
from plans.workflow import WITH_DEPARTMENT, Status, StepNotAllowed
from reviews.permissions import may_judge_answers
from reviews.services.turns import MovedOn, submission_read

Verdict = ChangeVerdict.Verdict
DEEDS = {
    Verdict.ACCEPTED: "accepted this answer",
    Verdict.REOPENED: "said that this change is to be asked again",
}


@transaction.atomic
def judge_answer(
    *,
    plan_id: int,
    number: int,
    version: int,
    seen: int,
    verdict: str,
    words: str,
    due_on: date | None,
    key: UUID,
    by: User,
    at: datetime,
) -> ChangeVerdict:
    """Accept the answer to change `number`, or have it asked again with words on what is missing.

    `version` is the number of the version that was read, `seen` how many verdicts on the change
    the page had: nobody passes over a colleague's unseen. One that was seen may be followed.

    Raises:
        PermissionDenied: takes no part in the review of this plan.
        RequiredChange.DoesNotExist: no such change stands.
        MovedOn: a colleague judged it meanwhile, or another version came in.
        StepNotAllowed: the plan is not with the Department, or the answer did not come in.
        Blocked: it is asked again without a word, or by a day that has passed.
    """
    plan = locked_plan(plan_id)
    change = plan.required_changes.get(number=number)
    words = words.strip() if verdict == Verdict.REOPENED else ""
    said: dict[str, Any] = {
        "change": change.pk,
        "seen": seen,
        "verdict": verdict,
        "words": words,
        "due_on": str(due_on or "") if words else "",
    }
    given = ChangeVerdict.objects.filter(key=key).first()
    if given is not None:
        refuse_other_words(given, digest_of(**said))
        return given
    if not may_judge_answers(by, plan, at=at):
        raise PermissionDenied
    submission = _submission(plan, change, version)
    _refuse_unless_unmoved(change, seen, verdict, by)
    if reasons := _faults(verdict, words, due_on, at=at):
        raise Blocked(reasons)
    return ChangeVerdict.objects.create(
        change=change,
        number=seen + 1,
        submission=submission,
        verdict=verdict,
        words=words,
        due_on=due_on if words else None,
        key=key,
        digest=digest_of(**said),
        given_at=at,
        given_by=by,
    )


def _submission(plan: Plan, change: RequiredChange, version: int) -> PlanEvent:
    if plan.status not in WITH_DEPARTMENT:
        raise StepNotAllowed(
            f"This plan is {Status(plan.status).label.lower()} now, so no answer is judged. "
            "Nothing was recorded."
        )
    submission, _ = submission_read(plan, version)
    if change.answered_at is None or (change.event_id or 0) > submission.pk:
        raise StepNotAllowed("The answer to this change has not been handed in.")
    return submission


def _refuse_unless_unmoved(change: RequiredChange, seen: int, verdict: str, by: User) -> None:
    last = change.verdicts.select_related("given_by").order_by("number").last()
    if (last.number if last else 0) != seen:
        if last is None:
            raise StepNotAllowed("This page is not of this change. Open it again.")
        who = "You" if last.given_by_id == by.pk else last.given_by.name
        deed = DEEDS[Verdict(last.verdict)]
        raise MovedOn(f"{who} {deed} on {eastern(last.given_at)}. Nothing else was recorded.")
    holds = last is not None and last.submission_id > (change.event_id or 0)
    if last is not None and holds and last.verdict == verdict == Verdict.ACCEPTED:
        raise StepNotAllowed("This answer is accepted already.")


def _faults(verdict: str, words: str, due_on: date | None, *, at: datetime) -> list[str]:
    if verdict not in Verdict:
        return ["Say whether the answer is accepted or the change is asked again."]
    if verdict == Verdict.ACCEPTED:
        return []
    reasons = [] if words else ["Say what is still missing: the district reads it."]
    if due_on is not None and due_on < eastern_day(at):
        reasons.append("The answer is due on a day that has passed. Write a day to come.")
    return reasons


# With the next return --------------------------------------------------------------------------


def to_ask_again(plan: Plan) -> list[tuple[RequiredChange, ChangeVerdict]]:
    """The changes that the next return asks again, by their numbers, each with the word on it."""
    judged = [(change, verdict_of(change)) for change in changes_judged(plan)]
    return [
        (change, verdict)
        for change, verdict in judged
        if verdict is not None and verdict.verdict == Verdict.REOPENED
    ]


def ask_again(
    change: RequiredChange,
    verdict: ChangeVerdict,
    *,
    event: PlanEvent,
    version: PlanVersion,
    due_on: date,
    by: User,
    at: datetime,
) -> None:
    """Put the change to the district once more. What was asked and answered is kept as a round."""
    ChangeRound.objects.create(
        **{name: getattr(change, name) for name in OF_A_ROUND},
        change=change,
        verdict=verdict,
        again=event,
    )
    change.event, change.version, change.due_on = event, version, due_on
    change.asked_at, change.asked_by = at, by
    change.answer, change.answer_version = "", 1
    change.answered_at = change.answered_by = None
    change.save(update_fields=[*OF_A_ROUND, "answer_version"])


def go_back_a_round(event: PlanEvent, *, undoing: PlanEvent) -> list[int]:
    """Undo that a return asked changes again: each is as it was answered, and still to be judged
    as it was. The numbers of those.
    """
    rounds = list(event.rounds_ended.standing().select_related("change").order_by("change__number"))
    for each in rounds:
        change = each.change
        for name in OF_A_ROUND:
            setattr(change, name, getattr(each, name))
        change.answer_version += 1
        change.save(update_fields=[*OF_A_ROUND, "answer_version"])
        each.undone = undoing
        each.save(update_fields=["undone"])
    return [each.change.number for each in rounds]


OF_A_ROUND = (
    *("event", "version", "due_on", "asked_at", "asked_by"),
    *("answer", "answered_at", "answered_by"),
)
