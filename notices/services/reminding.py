"""Brings the outbox into line with what is still owed at a moment."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction

from notices import reminders
from notices.models import REMINDER, LastSweep, Notice
from notices.reminders import Reminder
from notices.services.outbox import columns_of, message_id, subject_line, wait_for_reminding

NO_LONGER_TRUE = "No longer owed to this date by this person"
LATER_ONE_IS_DUE = "A later reminder was due by then"
AHEAD = timedelta(days=1)  # a mark so far ahead was left by a trial of some other day


@dataclass(frozen=True)
class Settlement:
    """What a sweep does with the reminders of a moment."""

    since: datetime | None  # what came due by then was seen to before; None: nothing was
    true: list[Reminder]  # due by then, whether or not already known
    leaving: list[Reminder]  # new: the latest of its series
    for_the_hour: list[Reminder]  # as those, but it was no clock that made them due: not yet
    passed_over: list[Reminder]  # new, but a later one of its series is due
    overtaken: list[Notice]  # waiting, and now a later one of its series is due
    untrue: list[Notice]  # waiting, and no longer owed


def preview_reminders(*, at: datetime, since: datetime | None = None) -> Settlement:
    """What `post_reminders` would do at a moment, had it last run at `since`. Reads only.

    What the clock has made due since then leaves, and at an hour of reminders so does all else. So
    whoever opens a plan again, sets a password or begins a year's reminders at another time of day
    makes no letter leave at that time.
    """
    since = since or _last_sweep(at)
    is_hour = since is None or reminders.last_hour(at) > since
    true = list(reminders.due(at))
    by_key = {reminder.key: reminder for reminder in true}
    latest = {reminder.key for reminder in reminders.latest_of_each_series(true)}
    known = set(Notice.objects.filter(key__in=by_key).values_list("key", flat=True))
    waiting = list(
        Notice.objects.filter(kind=REMINDER, status=Notice.Status.WAITING, leaves_at__lte=at)
        .exclude(reminders.held(at))
        .order_by("pk")
    )
    new = [one for key, one in by_key.items() if key in latest - known]
    comes_due = {one.key for one in new if is_hour or (since and one.leaves_at > since)}
    return Settlement(
        since=since,
        true=true,
        leaving=[_dated(one, since, at=at) for one in new if one.key in comes_due],
        for_the_hour=[one for one in new if one.key not in comes_due],
        passed_over=[one for key, one in by_key.items() if key not in latest | known],
        overtaken=[one for one in waiting if one.key in by_key and one.key not in latest],
        untrue=[one for one in waiting if one.key not in by_key],
    )


@transaction.atomic
def post_reminders(*, at: datetime) -> Settlement:
    """Post the reminders due by a moment, of each series only the latest; withdraw what is untrue.

    Run twice, late, or from two schedulers: the same letters. Delivering them is the next step.
    """
    wait_for_reminding(alone=True)
    settlement = preview_reminders(at=at)
    _close(settlement.untrue, Notice.Status.WITHDRAWN, NO_LONGER_TRUE, at=at)
    _close(settlement.overtaken, Notice.Status.PASSED_OVER, LATER_ONE_IS_DUE, at=at)
    Notice.objects.bulk_create(
        [_notice(one, at=at) for one in settlement.leaving]
        + [_notice(one, at=at, passed_over=True) for one in settlement.passed_over],
        ignore_conflicts=True,
    )
    if settlement.since is None or at > settlement.since:
        _mark_sweep(at)
    return settlement


def _dated(reminder: Reminder, since: datetime | None, *, at: datetime) -> Reminder:
    """One that waited for the hour left at that hour, and not when the clock would have had it."""
    if since is None or reminder.leaves_at > since:
        return reminder
    return replace(reminder, leaves_at=reminders.last_hour(at))


def _last_sweep(at: datetime) -> datetime | None:
    """Up to when reminders were looked for; None where that is not known, so all is new."""
    mark = LastSweep.objects.filter(at__lte=at + AHEAD).first()
    return mark.at if mark else None


def _mark_sweep(at: datetime) -> None:
    LastSweep.objects.bulk_create(
        [LastSweep(pk=1, at=at)],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["at"],
    )


def _notice(reminder: Reminder, *, at: datetime, passed_over: bool = False) -> Notice:
    notice = Notice(
        key=reminder.key,
        kind=REMINDER,
        about=str(reminder.about),
        **reminder.about.columns,
        **columns_of(reminder.page),
        why=reminder.why,
        to_id=reminder.to_id,
        address=reminder.address,
        subject=subject_line(reminder.subject),
        body=str(reminder.body),
        message_id=message_id(reminder.key),
        posted_at=at,
        leaves_at=reminder.leaves_at,
        names_due_on=reminder.due_on,
        what_is_due=reminder.what_is_due,
    )
    if passed_over:
        notice.status = Notice.Status.PASSED_OVER
        notice.closed_at, notice.outcome = at, LATER_ONE_IS_DUE
    return notice


def _close(notices: list[Notice], status: str, why: str, *, at: datetime) -> None:
    """Close letters that have not left; one in the mail server's hands just now is left alone."""
    held = Notice.objects.filter(
        pk__in=[notice.pk for notice in notices], status=Notice.Status.WAITING
    ).select_for_update(skip_locked=True)
    Notice.objects.filter(pk__in=list(held.values_list("pk", flat=True))).update(
        status=status, closed_at=at, outcome=why
    )
