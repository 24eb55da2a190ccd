"""Whose turn it is: asked under the row lock, before anything is written."""

from datetime import datetime
from typing import cast

from django.core.exceptions import PermissionDenied

from districts.models import User
from districts.words import eastern
from plans.models import Plan, PlanEvent, PlanVersion
from plans.permissions import may_take
from plans.workflow import Step, StepNotAllowed, target_of
from reviews.reports.handed_in import handed_in_version, latest_submission

# What a colleague, or the district, may have done while a page stood open.
DEEDS = {
    Step.RECALL: "took this plan back",
    Step.WITHDRAW: "withdrew this plan",
    Step.REOPEN: "opened this plan again",
    Step.RETURN: "returned this plan for changes",
    Step.UNDO_RETURN: "undid the return of this plan",
    Step.RECOMMEND: "recommended this plan",
    Step.APPROVE: "approved this plan",
    Step.CALL_BACK: "called the approval of this plan back",
    Step.WITHHOLD: "withheld the funds of this plan",
}


class MovedOn(StepNotAllowed):
    """Somebody was first. The message says who, what and when."""


def ask_turn(plan: Plan, step: Step, *, by: User, at: datetime) -> None:
    """Whether the step is theirs, and whether now is the time.

    Raises:
        PermissionDenied: the step is not this person's to take.
        MovedOn: someone took another step first.
        StepNotAllowed: the step does not start from here.
    """
    if not may_take(by, step, plan, at=at):
        raise PermissionDenied
    try:
        target_of(step, source=plan.status, before=plan.status)  # whichever it goes back to
    except StepNotAllowed:
        last = plan.events.select_related("taken_by").order_by("pk").last()
        if last is None or last.step not in DEEDS:
            raise
        who = "You" if last.taken_by_id == by.pk else last.taken_by.name
        deed = deed_of(last.step, by=who, at=last.taken_at)
        raise MovedOn(f"{deed}. Nothing else was recorded.") from None


def deed_of(step: str, *, by: str, at: datetime) -> str:
    """“Ann Lee approved this plan on July 8, 2026, 2:00 pm ET”."""
    return f"{by} {DEEDS[Step(step)]} on {eastern(at)}"


def submission_read(plan: Plan, number: int) -> tuple[PlanEvent, PlanVersion]:
    """The submission of the version that was read, and that: nobody judges a text unseen.

    Raises:
        MovedOn: another version was handed in since.
        StepNotAllowed: nothing is handed in.
    """
    submission = latest_submission(plan)
    if submission is None:
        raise _nothing_to_judge(plan)
    version = cast(PlanVersion, submission.version)
    if version.number != number:
        raise MovedOn(
            f"{plan.district.name} has handed in version {version.number} since you opened this "
            f"page on version {number}. Nothing was recorded. Read it, and open the page again."
        )
    return submission, version


def version_read(plan: Plan, number: int) -> PlanVersion:
    """The version handed in, if it is the one that was read.

    Raises:
        MovedOn, StepNotAllowed: as above.
    """
    _, version = submission_read(plan, number)
    return version


def version_to_judge(plan: Plan) -> PlanVersion:
    """The version handed in.

    Raises:
        StepNotAllowed: nothing is handed in.
    """
    version = handed_in_version(plan)
    if version is None:
        raise _nothing_to_judge(plan)
    return version


def _nothing_to_judge(plan: Plan) -> StepNotAllowed:
    return StepNotAllowed(f"{plan.district.name} has not handed this plan in.")
