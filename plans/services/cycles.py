"""Editing a cycle: the dates of one fiscal year, what its plans may hold, and when it reminds.

One save can send a letter to everybody who owes a plan. So what leaves is computed first by doing
it and undoing it again, the letters are held for a while, and meanwhile the change can be taken
back without any of them leaving (ADR 29). Who was told another date is told the right one when the
hold ends; what is a reminder waits for the hour of reminders.
"""

from copy import copy
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction

from districts.calendar import last_letter_hour, next_letter_hour
from districts.models import User
from notices.reminders import Reminder
from notices.services import preview_reminders
from plans.models import Cycle, CycleChange
from plans.permissions import may_edit_cycles
from plans.services.merging import Saved, StaleRow

MOMENT = timedelta(microseconds=1)
MOVES_LETTERS = frozenset({"plan_due_on", "opens_on", "reminders_from"})


class NotTakenBack(Exception):
    """The change stays. The message is fit to show a user."""


@transaction.atomic
def edit_cycle(
    *, fiscal_year: int, version: int, values: dict[str, Any], by: User, at: datetime
) -> Cycle:
    """Change a cycle. Reminders are computed from its dates, so they follow by themselves.

    Raises:
        PermissionDenied: not an administrator.
        StaleRow: somebody else changed it meanwhile.
    """
    cycle = _locked(fiscal_year, by=by, at=at)
    changed = _changed(cycle, values)
    if not changed:
        return cycle
    if cycle.version != version:
        raise StaleRow(Saved(cycle))
    return _change(cycle, changed, by=by, at=at)


@transaction.atomic
def begin_reminders(*, fiscal_year: int, by: User, at: datetime) -> Cycle:
    """Let the reminders of a cycle leave from now on. Begun twice is begun once.

    They leave at the next hour of reminders, and until then it can be taken back.

    Raises:
        PermissionDenied: not an administrator.
    """
    cycle = _locked(fiscal_year, by=by, at=at)
    if cycle.reminders_from is not None:
        return cycle
    return _change(cycle, {"reminders_from": at}, by=by, at=at)


@transaction.atomic
def take_back(*, change_id: int, by: User, at: datetime) -> Cycle:
    """Undo the last change of a cycle while its letters are held: none of them leaves.

    Raises:
        PermissionDenied: not an administrator.
        NotTakenBack: its letters have left, or the cycle was changed again since.
    """
    change = CycleChange.objects.get(pk=change_id)
    cycle = _locked(change.cycle_id, by=by, at=at)
    if CycleChange.objects.filter(takes_back=change).exists():
        return cycle
    if change != cycle.changes.order_by("pk").last():
        raise NotTakenBack("This cycle was changed again since, so that change stays.")
    if change.held_until is None or change.held_until <= at:
        raise NotTakenBack(
            "The letters of this change are no longer held. Change the date again: whoever was "
            "told another one then gets a letter with the right one."
        )
    was = {name: _read(name, old) for name, (old, _) in change.values.items()}
    return _change(cycle, was, by=by, at=at, takes_back=change)


@transaction.atomic
def letters_of_edit(
    *, fiscal_year: int, version: int, values: dict[str, Any], by: User, at: datetime
) -> list[Reminder]:
    """The letters that would leave because of an edit. Nothing is kept.

    Raises:
        PermissionDenied, StaleRow: as `edit_cycle`.
    """
    cycle = _locked(fiscal_year, by=by, at=at)
    changed = _changed(cycle, values)
    if changed and cycle.version != version:
        raise StaleRow(Saved(cycle))
    return _letters_of(cycle, changed, by=by, at=at)


@transaction.atomic
def letters_of_beginning(*, fiscal_year: int, by: User, at: datetime) -> list[Reminder]:
    """The letters that would leave if reminders began now. Nothing is kept.

    For a page: whoever starts a plan of the year meanwhile does not wait for its reader.

    Raises:
        PermissionDenied: not an administrator.
    """
    cycle = Cycle.objects.get(pk=fiscal_year)
    if not may_edit_cycles(by, at=at):
        raise PermissionDenied
    return _letters_of(cycle, {"reminders_from": at}, by=by, at=at)


def _locked(fiscal_year: int, *, by: User, at: datetime) -> Cycle:
    cycle = Cycle.objects.select_for_update().get(pk=fiscal_year)
    if not may_edit_cycles(by, at=at):
        raise PermissionDenied
    return cycle


def _changed(cycle: Cycle, values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if getattr(cycle, name) != value}


def _change(
    cycle: Cycle,
    values: dict[str, Any],
    *,
    by: User,
    at: datetime,
    takes_back: CycleChange | None = None,
) -> Cycle:
    """Change the cycle; hold its letters where other ones leave, unless nothing is left to hold."""
    letters = [] if takes_back else _letters_of(cycle, values, by=by, at=at)
    sends = MOVES_LETTERS & set(values) and not takes_back
    _write(
        cycle,
        values,
        letters=len(letters),
        held_until=_held_until(letters, at=at) if sends else None,
        takes_back=takes_back,
        made_by=by,
        made_at=at,
    )
    return cycle


def _letters_of(cycle: Cycle, values: dict[str, Any], *, by: User, at: datetime) -> list[Reminder]:
    """What leaves because of the change, each with when: it is made, looked at, undone.

    That is the corrections, when the hold ends, and the reminders of the hour that follows.
    """
    if not MOVES_LETTERS & set(values):
        return []
    held_until = at + settings.LETTERS_HELD_FOR
    leaves_anyway = {letter.key for letter in _leaving(cycle, after=held_until)}
    with transaction.atomic():
        _write(copy(cycle), values, letters=0, held_until=held_until, made_by=by, made_at=at)
        letters = _leaving(cycle, after=held_until)
        transaction.set_rollback(True)
    return [letter for letter in letters if letter.key not in leaves_anyway]


def _held_until(letters: list[Reminder], *, at: datetime) -> datetime:
    """The end of the hold: some minutes, or longer where the first of its letters leaves later.

    An hour of reminders that comes within those minutes has letters of its own, so they are all.
    """
    some_minutes = at + settings.LETTERS_HELD_FOR
    if last_letter_hour(some_minutes) > at:
        return some_minutes
    return min((letter.leaves_at for letter in letters), default=some_minutes)


def _leaving(cycle: Cycle, *, after: datetime) -> list[Reminder]:
    """What of a cycle leaves as a hold ends, and what waits from then for the next hour.

    As it reads then. What the clock makes due by that hour is no matter of the change.
    """
    hour = next_letter_hour(after)
    ending = preview_reminders(at=after, since=after - MOMENT)
    waits = {one.key for one in ending.for_the_hour}
    then = preview_reminders(at=hour, since=after).leaving
    leaving = [replace(one, leaves_at=after) for one in ending.leaving]
    leaving += [replace(one, leaves_at=hour) for one in then if one.key in waits]
    return [one for one in leaving if one.about.fiscal_year == cycle.fiscal_year]


def _write(cycle: Cycle, values: dict[str, Any], **record: Any) -> None:
    """Save the columns, and the change as it is kept: for each column what it was and is."""
    told = {name: [_told(getattr(cycle, name)), _told(value)] for name, value in values.items()}
    for name, value in values.items():
        setattr(cycle, name, value)
    cycle.version += 1
    cycle.save(update_fields=[*values, "version"])
    CycleChange.objects.create(cycle=cycle, values=told, **record)


def _told(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def _read(name: str, told: object) -> object:
    return getattr(Cycle._meta.get_field(name), "to_python")(told)  # noqa: B009 - stubs know relations
