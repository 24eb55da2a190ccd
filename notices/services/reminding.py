"""Brings the outbox into line with what is still owed at a moment."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction

from notices import reminders
from notices.models import REMINDER, LastSweep, Notice
from notices.reminders import Batch, Reminder
from notices.services.outbox import columns_of, hold_for_reminding, message_id, subject_line

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


@dataclass(frozen=True)
class _Sweep:
    """What is known before the batches are read."""

    at: datetime
    since: datetime | None
    is_hour: bool
    waiting: dict[str, Notice]  # by key; each batch takes its own out, and what is left is untrue


def preview_reminders(*, at: datetime, since: datetime | None = None) -> Settlement:
    """What `post_reminders` would do at a moment, had it last run at `since`. Reads only.

    What the clock has made due since then leaves, and at an hour of reminders so does all else. So
    whoever opens a plan again, sets a password or begins a year's reminders at another time of day
    makes no letter leave at that time.
    """
    sweep = _begin(at, since)
    return _together(sweep, [_settle(batch.reminders, sweep) for batch in reminders.batches(at)])


def post_reminders(*, at: datetime) -> Settlement:
    """Post the reminders due by a moment, of each series only the latest; withdraw what is untrue.

    Each batch is read while nothing is locked, and posted in a transaction of its own: whoever
    hands something in waits for no sweep (ADR 52). Run twice, late, or from two schedulers: the
    same letters. Delivering them is the next step.
    """
    sweep, parts, is_whole = _begin(at), [], True
    for batch in [] if _is_quiet(sweep) else reminders.batches(at):
        part, is_all = _post(batch, _settle(batch.reminders, sweep), at=at)
        parts.append(part)
        is_whole = is_whole and is_all
    settlement = _together(sweep, parts)
    if settlement.untrue:
        with transaction.atomic():
            _close(settlement.untrue, Notice.Status.WITHDRAWN, NO_LONGER_TRUE, at=at)
    if is_whole and (sweep.since is None or at > sweep.since):
        _mark_sweep(at, sweep.since)
    return settlement


def _begin(at: datetime, since: datetime | None = None) -> _Sweep:
    since = since or _last_sweep(at)
    waiting = (
        Notice.objects.filter(kind=REMINDER, status=Notice.Status.WAITING, leaves_at__lte=at)
        .exclude(reminders.held(at))
        .order_by("pk")
    )
    return _Sweep(
        at=at,
        since=since,
        is_hour=since is None or reminders.last_hour(at) > since,
        waiting={notice.key: notice for notice in waiting},
    )


def _is_quiet(sweep: _Sweep) -> bool:
    """Whether nothing can leave or be withdrawn, so that nobody's reminders need be read.

    Letters come due at an hour of reminders, or as a hold ends. So it is in most minutes.
    """
    if sweep.since is None or sweep.is_hour or sweep.waiting:
        return False
    return not reminders.hold_ended(sweep.since, sweep.at)


def _settle(true: list[Reminder], sweep: _Sweep) -> Settlement:
    """What is to be done with the reminders of a batch."""
    by_key = {reminder.key: reminder for reminder in true}
    latest = {reminder.key for reminder in reminders.latest_of_each_series(true)}
    waiting = {key: sweep.waiting.pop(key) for key in by_key if key in sweep.waiting}
    known: set[str] = set()
    if by_key:
        known = set(Notice.objects.filter(key__in=by_key).values_list("key", flat=True))
    new = [one for key, one in by_key.items() if key in latest - known]
    since = sweep.since
    comes_due = {one.key for one in new if sweep.is_hour or (since and one.leaves_at > since)}
    return Settlement(
        since=since,
        true=true,
        leaving=[_dated(one, since, at=sweep.at) for one in new if one.key in comes_due],
        for_the_hour=[one for one in new if one.key not in comes_due],
        passed_over=[one for key, one in by_key.items() if key not in latest | known],
        overtaken=[notice for key, notice in waiting.items() if key not in latest],
        untrue=[],
    )


def _post(batch: Batch, found: Settlement, *, at: datetime) -> tuple[Settlement, bool]:
    """Write what was found of a batch; the answer is what is written, and whether that is all.

    What somebody is handing in just now is passed by, and looked for again by the next sweep.
    """
    new = [_notice(one, at=at) for one in found.leaving]
    new += [_notice(one, at=at, passed_over=True) for one in found.passed_over]
    about = {notice.about for notice in [*new, *found.overtaken]}
    if not about:
        return found, True
    with transaction.atomic():
        free = hold_for_reminding(about)
        still = {reminder.key for reminder in batch.again()}
        overtaken = [notice for notice in found.overtaken if notice.about in free]
        new = [notice for notice in new if notice.about in free and notice.key in still]
        _close(overtaken, Notice.Status.PASSED_OVER, LATER_ONE_IS_DUE, at=at)
        Notice.objects.bulk_create(new, ignore_conflicts=True)
    keys = {notice.key for notice in new}
    written = replace(
        found,
        leaving=[one for one in found.leaving if one.key in keys],
        passed_over=[one for one in found.passed_over if one.key in keys],
        overtaken=overtaken,
    )
    return written, about == free


def _together(sweep: _Sweep, parts: list[Settlement]) -> Settlement:
    """Of all batches, and what was on none of them."""

    def each(name: str) -> list:
        return [one for part in parts for one in getattr(part, name)]

    return Settlement(
        since=sweep.since,
        true=each("true"),
        leaving=each("leaving"),
        for_the_hour=each("for_the_hour"),
        passed_over=each("passed_over"),
        overtaken=each("overtaken"),
        untrue=_untrue(sweep),
    )


def _untrue(sweep: _Sweep) -> list[Notice]:
    """What waits and was in no batch; a cycle that changed meanwhile may only have held it."""
    left = {notice.pk: notice for notice in sweep.waiting.values()}
    if left:
        held = Notice.objects.filter(reminders.held(sweep.at), pk__in=left)
        for pk in held.values_list("pk", flat=True):
            del left[pk]
    return list(left.values())


def _dated(reminder: Reminder, since: datetime | None, *, at: datetime) -> Reminder:
    """One that waited for the hour left at that hour, and not when the clock would have had it."""
    if since is None or reminder.leaves_at > since:
        return reminder
    return replace(reminder, leaves_at=reminders.last_hour(at))


def _last_sweep(at: datetime) -> datetime | None:
    """Up to when reminders were looked for; None where that is not known, so all is new."""
    mark = LastSweep.objects.filter(at__lte=at + AHEAD).first()
    return mark.at if mark else None


def _mark_sweep(at: datetime, since: datetime | None) -> None:
    """One that took long leaves the mark of another, which began later, where it is."""
    if since is not None:
        LastSweep.objects.filter(at__lt=at).update(at=at)
        return
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
