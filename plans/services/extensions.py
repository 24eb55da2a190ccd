"""Asking the Department for more time to hand a plan in, and asking no more.

What the Department answers is written by reviews. The day that was granted is the plan's due date
from then on: pages, letters and reminders ask `Plan.due_on`, and so does every list in SQL.
"""

from datetime import date, datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction

from districts.calendar import eastern_day, last_day
from districts.models import User
from districts.words import day, eastern
from plans.models import ExtensionEntry, Plan
from plans.permissions import may_ask_for_time
from plans.services.acts import digest_of, refuse_other_words
from plans.services.extension_letters import post_extension_asked
from plans.services.locking import locked_plan
from plans.services.standing import refuse_unless_it_may_file
from plans.services.steps import Blocked
from plans.workflow import MAY_BE_EXTENDED, StepNotAllowed, said_to_district

Did = ExtensionEntry.Did


@transaction.atomic
def ask_for_time(
    *, plan_id: int, until: date, reason: str, key: UUID, by: User, at: datetime
) -> ExtensionEntry:
    """Ask that the plan may be handed in until a later day. Before and after it is due.

    Raises:
        PermissionDenied: neither its superintendent nor its plan coordinator.
        StepNotAllowed: it was asked already and has no answer, or the plan is handed in.
        Blocked: no reason, or a day that gives no time.
    """
    plan = locked_plan(plan_id)
    said = {"plan": plan.pk, "until": str(until), "reason": reason.strip()}
    if (written := written_before(key, said)) is not None:
        return written
    if not may_ask_for_time(by, plan, at=at):
        raise PermissionDenied
    refuse_unless_to_come(plan)
    refuse_unless_it_may_file(plan)
    last = last_entry(plan)
    if last is not None and last.did == Did.ASKED:
        raise StepNotAllowed(
            f"{_who(last, by)} asked for time until {day(last.until)} already, on"
            f" {eastern(last.written_at)}. The Department has not answered yet, and nothing else"
            " was recorded."
        )
    if faults := [*why_not_until(until, plan, at=at), *_unreasoned(reason)]:
        raise Blocked(faults)
    entry = add_entry(
        plan, Did.ASKED, said, until=until, reason=reason.strip(), key=key, by=by, at=at
    )
    post_extension_asked(plan, entry)
    return entry


@transaction.atomic
def ask_no_more(*, plan_id: int, seen: int, key: UUID, by: User, at: datetime) -> ExtensionEntry:
    """Take the asking back while it has no answer. `seen` is the number of what was asked.

    Raises:
        PermissionDenied: neither its superintendent nor its plan coordinator.
        StepNotAllowed: it is answered or taken back already, or the plan is handed in.
    """
    plan = locked_plan(plan_id)
    said = {"plan": plan.pk, "withdraws": seen}
    if (written := written_before(key, said)) is not None:
        return written
    if not may_ask_for_time(by, plan, at=at):
        raise PermissionDenied
    refuse_unless_to_come(plan)
    last = last_entry(plan)
    if last is None or last.did != Did.ASKED or last.number != seen:
        raise StepNotAllowed(f"{_since(last, by)} Nothing was recorded.")
    return add_entry(plan, Did.WITHDRAWN, said, key=key, by=by, at=at)


def written_before(key: UUID, said: dict) -> ExtensionEntry | None:
    """The entry that this form wrote already.

    Raises:
        SentBefore: it was sent with other words.
    """
    entry = ExtensionEntry.objects.filter(key=key).select_related("plan").first()
    if entry is not None:
        refuse_other_words(entry, digest_of(**said))
    return entry


def last_entry(plan: Plan) -> ExtensionEntry | None:
    return plan.extension_entries.select_related("written_by").order_by("number").last()


def refuse_unless_to_come(plan: Plan) -> None:
    """
    Raises:
        StepNotAllowed: the plan is handed in, returned or decided, so this day is over.
    """
    if plan.status not in MAY_BE_EXTENDED:
        raise StepNotAllowed(
            f"The plan is {said_to_district(plan.status)} now, so its due date is not extended."
            " Nothing was recorded."
        )


def why_not_until(until: date, plan: Plan, *, at: datetime) -> list[str]:
    """Why this day gives the plan no time that can be given."""
    if until <= plan.due_on:
        return [f"The plan is due on {day(plan.due_on)} as it is. Write a later day."]
    if until < eastern_day(at):
        return ["This day has passed. Write a day that is still to come."]
    ends = last_day(plan.cycle_id)
    if until > ends:
        return [f"FY{plan.cycle_id} ends on {day(ends)}. Write a day within it or before it."]
    return []


def add_entry(
    plan: Plan,
    did: str,
    said: dict,
    *,
    key: UUID,
    by: User,
    at: datetime,
    until: date | None = None,
    reason: str = "",
) -> ExtensionEntry:
    """Whoever calls holds the plan, so its entries are counted on."""
    return ExtensionEntry.objects.create(
        plan=plan,
        number=plan.extension_entries.count() + 1,
        did=did,
        until=until,
        reason=reason,
        key=key,
        digest=digest_of(**said),
        written_at=at,
        written_by=by,
    )


def _unreasoned(reason: str) -> list[str]:
    return [] if reason.strip() else ["Write why more time is needed."]


def _who(entry: ExtensionEntry, by: User) -> str:
    return "You" if entry.written_by_id == by.pk else entry.written_by.name


def _since(last: ExtensionEntry | None, by: User) -> str:
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
