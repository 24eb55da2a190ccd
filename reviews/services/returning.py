"""Sending a plan back to its district with numbered required changes (R40)."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from districts.calendar import eastern_day
from districts.models import User
from plans.models import Plan, PlanEvent, PlanVersion, RequiredChange
from plans.sections import READABLE, SECTIONS, SectionKey
from plans.services import Blocked, already_taken, locked_plan, take_step
from plans.services.letters import DECISIONS_GO_TO, outside_district, people_of, post_letter
from plans.workflow import Status, Step
from reviews.calendar import business_days_after
from reviews.reports.deciders import deciders
from reviews.services.news import post_news
from reviews.services.turns import ask_turn, version_read

DAYS_TO_ANSWER = 15  # business days


@dataclass(frozen=True)
class ChangeAsked:
    """One required change, before it has its number. No date: the usual days to answer."""

    section: str
    text: str
    due_on: date | None = None


def usual_due_date(at: datetime) -> date:
    return business_days_after(eastern_day(at), DAYS_TO_ANSWER)


@transaction.atomic
def return_for_changes(
    *, plan_id: int, version: int, changes: list[ChangeAsked], key: UUID, by: User, at: datetime
) -> Plan:
    """Send the plan back with what has to be changed; the numbers go on through all returns.

    `version` is the number of the one that was read.

    Raises:
        PermissionDenied: not an assigned reviewer, the program manager or a decider.
        MovedOn, StepNotAllowed: the plan is not under review, or in another version.
        Blocked: no change is asked for, or one lacks its section, its text or a date to come.
    """
    plan = locked_plan(plan_id)
    returned = already_taken(plan, key, Step.RETURN)
    if returned and _asked_by(returned) == _as_asked(changes, at=returned.taken_at):
        return plan
    ask_turn(plan, Step.RETURN, by=by, at=at)
    if reasons := _what_is_missing(changes, today=eastern_day(at)):
        raise Blocked(reasons)
    judged = version_read(plan, version)
    required = _number(plan, judged, changes, by=by, at=at)
    was_recommended = plan.status == Status.RECOMMENDED
    plan = take_step(
        plan_id=plan.pk,
        step=Step.RETURN,
        by=by,
        at=at,
        key=key,
        version=judged,
        reason="\n".join(
            f"{change.number}. {SECTIONS[SectionKey(change.section)].title}: {change.text}"
            for change in required
        ),
    )
    post_letter(
        plan,
        kind="plan_returned",
        occasion=f"change-{required[0].number}",
        to=people_of(plan, DECISIONS_GO_TO),
        why="The plan was returned for changes",
        at=at,
        version=judged,
        changes=[(change, SECTIONS[SectionKey(change.section)].title) for change in required],
    )
    post_news(
        plan, key=key, also=outside_district(plan, deciders(at=at)) if was_recommended else []
    )
    return plan


def _asked_by(returned: PlanEvent) -> list[ChangeAsked]:
    """What was asked with a return. A form sent again with other words is not the same act."""
    rows = returned.plan.required_changes.filter(asked_at=returned.taken_at).order_by("number")
    return [ChangeAsked(row.section, row.text, row.due_on) for row in rows]


def _as_asked(changes: list[ChangeAsked], *, at: datetime) -> list[ChangeAsked]:
    """The changes as they are recorded."""
    usual = usual_due_date(at)
    return [
        ChangeAsked(change.section, change.text.strip(), change.due_on or usual)
        for change in changes
    ]


def _what_is_missing(changes: list[ChangeAsked], *, today: date) -> list[str]:
    if not changes:
        return ["Ask for at least one change."]
    reasons = []
    for place, change in enumerate(changes, start=1):
        if change.section not in READABLE:
            reasons.append(f"Change {place} names no section of the plan.")
        if not change.text.strip():
            reasons.append(f"Change {place} does not say what to change.")
        if change.due_on is not None and change.due_on < today:
            reasons.append(f"Change {place} is due on a day that has passed.")
    return reasons


def _number(
    plan: Plan, version: PlanVersion, changes: list[ChangeAsked], *, by: User, at: datetime
) -> list[RequiredChange]:
    last = plan.required_changes.aggregate(last=Max("number"))["last"] or 0
    return RequiredChange.objects.bulk_create(
        RequiredChange(
            plan=plan,
            version=version,
            number=number,
            section=change.section,
            text=change.text.strip(),
            due_on=change.due_on or usual_due_date(at),
            asked_at=at,
            asked_by=by,
        )
        for number, change in enumerate(changes, start=last + 1)
    )
