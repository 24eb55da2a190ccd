"""Asking the Department for more time, and asking no more: for a plan, or for a report of it.

What the Department answers is written by reviews. The day that was granted is the due date from
then on: pages, letters and reminders ask `Plan.due_on`, and of a report `progress.calendar.due_on`;
so does every list in SQL.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction

from districts.calendar import eastern_day, last_day
from districts.models import User
from districts.words import day, eastern
from plans.models import AbstractExtension, ExtensionEntry, Plan
from plans.permissions import may_ask_for_time
from plans.services.acts import digest_of, refuse_other_words
from plans.services.extension_letters import post_extension_asked, post_extension_decided
from plans.services.locking import locked_plan
from plans.services.standing import refuse_unless_it_may_file
from plans.services.steps import Blocked
from plans.workflow import MAY_BE_EXTENDED, StepNotAllowed, said_to_district

Did = AbstractExtension.Did
SINCE = {
    Did.ASKED: "The district has asked again since.",
    Did.GRANTED: "More time was granted meanwhile.",
    Did.REFUSED: "More time was refused meanwhile.",
    Did.WITHDRAWN: "The district took it back meanwhile.",
}


@dataclass(frozen=True)
class TimeFor:
    """What more time is asked for: it says of itself what differs, and the verbs are the same."""

    noun: str  # inside a sentence: “plan”
    asks: str  # over the day that is asked for
    entries: Any  # the model of what is asked and answered
    names: dict[str, str]  # beside the plan, what tells its entries from others
    due_on: Callable[[Plan], date]
    last_day: Callable[[Plan], date]  # on which it can come in at all
    may_ask: Callable[..., bool]
    why_over: Callable[[Plan], str]  # why none can be given any more; empty while it is to come
    refuse_unless_owed: Callable[[Plan], None]  # by the roster as it is now
    keep: Callable[[Plan, date], None]  # the day that was granted, on the plan
    post_asked: Callable[[Plan, Any], None]
    post_decided: Callable[..., None]

    def said(self, plan: Plan) -> Any:
        """All that was asked and answered, the earliest first."""
        return self.entries._default_manager.filter(plan=plan, **self.names).order_by("number")


def refuse_unless_to_come(what: TimeFor, plan: Plan) -> None:
    """
    Raises:
        StepNotAllowed: it is in, returned or decided, so this day is over.
    """
    if why := what.why_over(plan):
        raise StepNotAllowed(f"{why}, so its due date is not extended. Nothing was recorded.")


def _why_over(plan: Plan) -> str:
    is_to_come = plan.status in MAY_BE_EXTENDED
    return "" if is_to_come else f"The plan is {said_to_district(plan.status)} now"


def _keep(plan: Plan, until: date) -> None:
    plan.extended_until = until
    plan.save(update_fields=["extended_until"])


PLAN_TIME = TimeFor(
    noun="plan",
    asks="Hand in the plan until",
    entries=ExtensionEntry,
    names={},
    due_on=lambda plan: plan.due_on,
    last_day=lambda plan: last_day(plan.cycle_id),
    may_ask=may_ask_for_time,
    why_over=_why_over,
    refuse_unless_owed=refuse_unless_it_may_file,
    keep=_keep,
    post_asked=post_extension_asked,
    post_decided=post_extension_decided,
)


@transaction.atomic
def ask_for_time(
    *,
    plan_id: int,
    until: date,
    reason: str,
    key: UUID,
    by: User,
    at: datetime,
    what: TimeFor = PLAN_TIME,
) -> Any:
    """Ask that it may come in until a later day. Before and after it is due.

    Raises:
        PermissionDenied: asking is not theirs: of a plan the superintendent and the coordinator.
        StepNotAllowed: it was asked already and has no answer, or it is in.
        Blocked: no reason, or a day that gives no time.
    """
    plan = locked_plan(plan_id)
    said = {"plan": plan.pk, **what.names, "until": str(until), "reason": reason.strip()}
    if (written := written_before(what, key, said)) is not None:
        return written
    if not what.may_ask(by, plan, at=at):
        raise PermissionDenied
    refuse_unless_to_come(what, plan)
    what.refuse_unless_owed(plan)
    last = last_entry(what, plan)
    if last is not None and last.did == Did.ASKED:
        raise StepNotAllowed(
            f"{_who(last, by)} asked for time until {day(last.until)} already, on"
            f" {eastern(last.written_at)}. The Department has not answered yet, and nothing else"
            " was recorded."
        )
    reasons = [] if reason.strip() else ["Write why more time is needed."]
    if faults := [*why_not_until(what, until, plan, at=at), *reasons]:
        raise Blocked(faults)
    entry = add_entry(
        what, plan, Did.ASKED, said, until=until, reason=reason.strip(), key=key, by=by, at=at
    )
    what.post_asked(plan, entry)
    return entry


@transaction.atomic
def ask_no_more(
    *, plan_id: int, seen: int, key: UUID, by: User, at: datetime, what: TimeFor = PLAN_TIME
) -> Any:
    """Take the asking back while it has no answer. `seen` is the number of what was asked.

    Raises:
        PermissionDenied: as for asking.
        StepNotAllowed: it is answered or taken back already, or it is in.
    """
    plan = locked_plan(plan_id)
    said = {"plan": plan.pk, **what.names, "withdraws": seen}
    if (written := written_before(what, key, said)) is not None:
        return written
    if not what.may_ask(by, plan, at=at):
        raise PermissionDenied
    refuse_unless_to_come(what, plan)
    last = last_entry(what, plan)
    if last is None or last.did != Did.ASKED or last.number != seen:
        raise StepNotAllowed(f"{_since(last, by)} Nothing was recorded.")
    return add_entry(what, plan, Did.WITHDRAWN, said, key=key, by=by, at=at)


def written_before(what: TimeFor, key: UUID, said: dict) -> Any:
    """The entry that this form wrote already, if it did.

    Raises:
        SentBefore: it was sent with other words.
    """
    written: Any = what.entries._default_manager.filter(key=key)
    entry = written.select_related("plan").first()
    if entry is not None:
        refuse_other_words(entry, digest_of(**said))
    return entry


def last_entry(what: TimeFor, plan: Plan) -> Any:
    """What was said last, if anything was."""
    return what.said(plan).select_related("written_by").last()


def tells_no_more(what: TimeFor, plan: Plan, did: str) -> str:
    """Why a letter that tells of this is not true any more; empty while it is the last of it."""
    last = what.said(plan).last()
    return "" if last is None or last.did == did else SINCE[last.did]


def why_not_until(what: TimeFor, until: date, plan: Plan, *, at: datetime) -> list[str]:
    """Why this day gives no time that can be given."""
    due_on, ends = what.due_on(plan), what.last_day(plan)
    if until <= due_on:
        return [f"The {what.noun} is due on {day(due_on)} as it is. Write a later day."]
    if until < eastern_day(at):
        return ["This day has passed. Write a day that is still to come."]
    if until > ends:
        year = ends.year
        return [f"FY{year} ends on {day(ends)}. Write a day within it or before it."]
    return []


def add_entry(
    what: TimeFor,
    plan: Plan,
    did: str,
    said: dict,
    *,
    key: UUID,
    by: User,
    at: datetime,
    until: date | None = None,
    reason: str = "",
) -> Any:
    """Whoever calls holds the plan, so its entries are counted on."""
    return what.entries._default_manager.create(
        plan=plan,
        **what.names,
        number=what.said(plan).count() + 1,
        did=did,
        until=until,
        reason=reason,
        key=key,
        digest=digest_of(**said),
        written_at=at,
        written_by=by,
    )


def _who(entry: AbstractExtension, by: User) -> str:
    return "You" if entry.written_by_id == by.pk else entry.written_by.name


def _since(last: AbstractExtension | None, by: User) -> str:
    """What stands instead of the asking on the page, as the district may know it."""
    if last is None:
        return "Nothing was asked."
    when = eastern(last.written_at)
    if last.did == Did.ASKED:
        return f"{_who(last, by)} asked anew on {when}."
    if last.did == Did.WITHDRAWN:
        return f"{_who(last, by)} took this back on {when}."
    if last.did == Did.GRANTED:
        return f"The Department granted time until {day(last.until)} on {when}."
    return f"The Department refused more time on {when}."
