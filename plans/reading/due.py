"""What a district owes on a plan now, and by when: the same on its page and in its editor."""

from dataclasses import dataclass
from datetime import date

from districts.words import days_from
from plans.documents.rows import PlanWithState
from plans.workflow import Status

SOON = 14  # calendar days from which a deadline is marked


@dataclass(frozen=True)
class Due:
    """A deadline; that of a plan has an hour of the day, 11:59 pm."""

    title: str
    on: date
    words: str
    tone: str
    is_of_plan: bool = False


def due_on(title: str, on: date, today: date, *, is_of_plan: bool = False) -> Due:
    days_left = (on - today).days
    tone = "bad" if days_left < 0 else "warn" if days_left <= SOON else ""
    return Due(title, on, days_from(on, today), tone, is_of_plan)


def due_of(plan: PlanWithState, today: date) -> Due:
    """Of a plan returned its answers, as the queue counts; of one approved its revision (R45)."""
    if plan.is_revised_now:
        return due_on("Last day for a revision", plan.cycle.last_revision_on, today)
    if plan.status == Status.RETURNED and plan.answers_due_on is not None:
        title = "Answers due" if plan.unanswered_count else "Due back"
        return due_on(title, plan.answers_due_on, today)
    return due_on("Due", plan.due_on, today, is_of_plan=True)
