"""Granting more time for a plan or a report of it, or refusing it.

Until when either may come in is the Department's to set: our default process.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction

from districts.models import User
from districts.words import day, eastern
from plans.models import AbstractExtension, Plan
from plans.services import Blocked, locked_plan
from plans.services.extensions import (
    PLAN_TIME,
    TimeFor,
    add_entry,
    last_entry,
    refuse_unless_to_come,
    why_not_until,
    written_before,
)
from reviews.permissions import may_extend
from reviews.services.turns import MovedOn

Did = AbstractExtension.Did


@transaction.atomic
def grant_time(
    *,
    plan_id: int,
    seen: int,
    until: date,
    reason: str,
    key: UUID,
    by: User,
    at: datetime,
    what: TimeFor = PLAN_TIME,
) -> Any:
    """Let it come in until a day: the one asked for, or another.

    `seen` is the number of what was asked. Every reminder follows the day from now on.

    Raises:
        PermissionDenied: no assigned reviewer nor program manager, or kept from the district.
        StepNotAllowed: it is in.
        MovedOn: a colleague answered, or the district took it back meanwhile.
        Blocked: no reason, or a day that gives no time.
    """
    plan = locked_plan(plan_id)
    said = {"plan": plan.pk, **what.names, "seen": seen, "until": str(until)}
    said["reason"] = reason.strip()
    if (written := written_before(what, key, said)) is not None:
        return written
    asked = _asked(what, plan, seen, by, at=at)
    if faults := [*why_not_until(what, until, plan, at=at), *_unreasoned(reason)]:
        raise Blocked(faults)
    what.keep(plan, until)
    granted = add_entry(
        what, plan, Did.GRANTED, said, until=until, reason=reason.strip(), key=key, by=by, at=at
    )
    what.post_decided(plan, asked=asked, decided=granted)
    return granted


@transaction.atomic
def refuse_time(
    *,
    plan_id: int,
    seen: int,
    reason: str,
    key: UUID,
    by: User,
    at: datetime,
    what: TimeFor = PLAN_TIME,
) -> Any:
    """Leave the due date as it is. The district may ask again.

    Raises:
        PermissionDenied, StepNotAllowed, MovedOn, Blocked: as granting does.
    """
    plan = locked_plan(plan_id)
    said = {"plan": plan.pk, **what.names, "seen": seen, "refuses": reason.strip()}
    if (written := written_before(what, key, said)) is not None:
        return written
    asked = _asked(what, plan, seen, by, at=at)
    if faults := _unreasoned(reason):
        raise Blocked(faults)
    refused = add_entry(what, plan, Did.REFUSED, said, reason=reason.strip(), key=key, by=by, at=at)
    what.post_decided(plan, asked=asked, decided=refused)
    return refused


def _asked(what: TimeFor, plan: Plan, seen: int, by: User, *, at: datetime) -> Any:
    """What is asked, if that is still the last of it."""
    if not may_extend(by, plan, at=at):
        raise PermissionDenied
    refuse_unless_to_come(what, plan)
    last = last_entry(what, plan)
    if last is None:
        raise MovedOn("The district asks for no more time. Nothing was recorded.")
    if last.did == Did.ASKED and last.number == seen:
        return last
    raise MovedOn(f"{_since(last, by)} Nothing else was recorded.")


def _since(last: AbstractExtension, by: User) -> str:
    who = "You" if last.written_by_id == by.pk else last.written_by.name
    when = eastern(last.written_at)
    deed = {
        Did.ASKED: "asked anew",
        Did.WITHDRAWN: "took the asking back",
        Did.GRANTED: f"granted time until {day(last.until)}",
        Did.REFUSED: "refused more time",
    }[Did(last.did)]
    return f"{who} {deed} on {when}."


def _unreasoned(reason: str) -> list[str]:
    return [] if reason.strip() else ["Write why. The district reads it."]
