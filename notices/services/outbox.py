"""Puts letters into the outbox, takes them out again, and sets failed ones going once more."""

import hashlib
import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from email.utils import parseaddr
from typing import Any

from celery import current_app
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import connection, transaction

from notices import reminders
from notices.models import REMINDER, SECRET_KINDS, About, Notice
from notices.pages import Page

logger = logging.getLogger(__name__)

DELIVERER = "notices.tasks.deliver_due"  # by name: tasks stand above services
# The broker's library waits six seconds before it gives up a refused connection, unless told.
IMPATIENT = {
    "max_retries": 0,
    "interval_start": 0,
    "socket_timeout": 1,
    "socket_connect_timeout": 1,
}
REMINDING_LOCK = 7_262_110  # the first number of advisory locks; any other would do


class NotSentAgain(Exception):
    """The letter is not to be sent again. The message is fit to show a user."""


class NotDismissed(Exception):
    """There is no failure to dismiss. The message is fit to show a user."""


@dataclass(frozen=True)
class Letter:
    """What one letter says, to however many people."""

    kind: str
    subject: str
    body: str
    about: About
    why: str
    page: Page | None = None
    leaves_at: datetime | None = None
    names_due_on: date | None = None
    what_is_due: str = ""

    def columns(self, key: str, to: AbstractBaseUser, *, at: datetime) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "about": str(self.about),
            **self.about.columns,
            **columns_of(self.page),
            "why": self.why,
            "to_id": to.pk,
            "address": getattr(to, to.get_email_field_name()),
            "subject": subject_line(self.subject),
            "body": self.body,
            "message_id": message_id(key),
            "posted_at": at,
            "leaves_at": self.leaves_at or at,
            "names_due_on": self.names_due_on,
            "what_is_due": self.what_is_due,
        }


@transaction.atomic
def post(*, key: str, to: AbstractBaseUser, at: datetime, **says: Any) -> Notice | None:
    """Write a letter into the outbox; it leaves after the caller's transaction has committed.

    What it `says` is a Letter. A key that is known already is nothing new: the answer is None and
    no letter is written.
    """
    letter = Letter(**says)
    notice, is_new = Notice.objects.get_or_create(key=key, defaults=letter.columns(key, to, at=at))
    if not is_new:
        return None
    if notice.leaves_at <= at:
        _wake_on_commit()
    return notice


@transaction.atomic
def post_each(letter: Letter, *, to: Mapping[str, AbstractBaseUser], at: datetime) -> list[Notice]:
    """Post a letter to several people, each under its key; the answer is those that are new.

    Three queries, however many people there are.
    """
    known = set(Notice.objects.filter(key__in=to).values_list("key", flat=True))
    new = [
        Notice(key=key, **letter.columns(key, person, at=at))
        for key, person in to.items()
        if key not in known
    ]
    if not new:
        return []
    Notice.objects.bulk_create(new, ignore_conflicts=True)
    if (letter.leaves_at or at) <= at:
        _wake_on_commit()
    return list(Notice.objects.filter(key__in=[notice.key for notice in new]).order_by("pk"))


@transaction.atomic
def withdraw(*, about: About, kind: str, at: datetime, why: str) -> int:
    """Withdraw the letters of a kind about something that have not left, and say how many.

    One that is in the mail server's hands at this moment is left alone: it cannot be called back.
    """
    wait_for_reminding(about)
    waiting = Notice.objects.concerning(about).filter(kind=kind, status=Notice.Status.WAITING)
    held = list(waiting.select_for_update(skip_locked=True).values_list("pk", flat=True))
    closed: dict[str, Any] = {
        "status": Notice.Status.WITHDRAWN,
        "closed_at": at,
        "outcome": why,
    }
    if kind in SECRET_KINDS:
        closed["body"] = ""
    return Notice.objects.filter(pk__in=held).update(**closed)


@transaction.atomic
def call_back(notices: Collection[int], *, at: datetime, why: str) -> bool:
    """Withdraw these letters, each or none: whether not one of them has left.

    One that is in the mail server's hands at this moment is waited for, to know what became of it.
    """
    held = Notice.objects.filter(pk__in=notices).order_by("pk").select_for_update(of=("self",))
    gone = {Notice.Status.SENT, Notice.Status.FAILED}
    if any(notice.status in gone or notice.attempts for notice in held):
        return False
    Notice.objects.filter(pk__in=notices, status=Notice.Status.WAITING).update(
        status=Notice.Status.WITHDRAWN, closed_at=at, outcome=why
    )
    return True


@transaction.atomic
def send_again(*, notice_id: int, by: AbstractBaseUser, at: datetime) -> Notice:
    """Set a failed letter going once more, under its own key and Message-ID.

    It goes to the address its person has now; what became of the tries before stays on record.

    Who may ask for it is for the caller to know: this app knows no roles.

    Raises:
        NotSentAgain: it did not fail, is a reminder that is not the latest one due, or held a
            secret, which is not kept.
    """
    notice = Notice.objects.select_for_update().get(pk=notice_id)
    if notice.status != Notice.Status.FAILED:
        state = notice.get_status_display().lower()
        raise NotSentAgain(f"This letter is {state}. Only a failed one is sent again.")
    if notice.is_secret:
        raise NotSentAgain("The link in this letter is not kept. Send the person a new letter.")
    if notice.kind == REMINDER and notice.key not in _keys_of_latest_reminders(at):
        raise NotSentAgain("This reminder is out of date: the plan is in, or a later one is due.")
    notice.status = Notice.Status.WAITING
    notice.attempts = 0
    notice.first_tried_at = notice.next_try_at = notice.closed_at = None
    notice.sent_again_at, notice.sent_again_by_id = at, by.pk
    notice.dismissed_at = notice.dismissed_by_id = None
    notice.save()
    _wake_on_commit()
    return notice


@transaction.atomic
def dismiss(*, notice_id: int, by: AbstractBaseUser, at: datetime) -> Notice:
    """Say that the failure of a letter needs nobody any more. It stays failed, and on record.

    Who may say so is for the caller to know. Said twice is said once.

    Raises:
        NotDismissed: it did not fail, or was sent again meanwhile.
    """
    notice = Notice.objects.select_for_update().get(pk=notice_id)
    if notice.status != Notice.Status.FAILED:
        state = notice.get_status_display().lower()
        raise NotDismissed(f"This letter is {state}. Only a failed one is dismissed.")
    if notice.dismissed_at is None:
        notice.dismissed_at, notice.dismissed_by_id = at, by.pk
        notice.save(update_fields=["dismissed_at", "dismissed_by"])
    return notice


def columns_of(page: Page | None) -> dict[str, Any]:
    return {"page": page.kind, "page_args": list(page.args)} if page else {}


def subject_line(text: str) -> str:
    """One line, as long as the column: a line break in a subject would forge a header."""
    return " ".join(text.split())[:200]


def message_id(key: str) -> str:
    """The same for the same key, so that a letter sent twice by mischance shows once."""
    digest = hashlib.sha256(f"{settings.SITE_URL} {key}".encode()).hexdigest()[:32]
    return f"<{digest}@{parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition('@')[2]}>"


def wait_for_reminding(about: object) -> None:
    """Until this transaction ends, no reminder about it is posted elsewhere.

    A sweep looks what is owed and holds nothing meanwhile. As it posts a page it takes the locks of
    what that is about, and looks again; whoever withdraws shares the lock of theirs. So a sweep
    either sees what was filed, or has its letters withdrawn: none slips in between (ADR 52).
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock_shared(%s, hashtext(%s))", [REMINDING_LOCK, str(about)]
        )


def hold_for_reminding(about: Collection[object]) -> set[str]:
    """What of these no one withdraws just now, nor until this transaction ends. It never waits."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT about FROM unnest(%s::text[]) AS about"
            " WHERE pg_try_advisory_xact_lock(%s, hashtext(about))",
            [sorted({str(each) for each in about}), REMINDING_LOCK],
        )
        return {about for (about,) in cursor.fetchall()}


def _keys_of_latest_reminders(at: datetime) -> set[str]:
    return {reminder.key for reminder in reminders.latest_of_each_series(reminders.due(at))}


def _wake_on_commit() -> None:
    """Once for a transaction, however many letters it posts."""
    if not any(waker is _wake_deliverer for _, waker, *_ in connection.run_on_commit):
        transaction.on_commit(_wake_deliverer, robust=True)


def _wake_deliverer() -> None:
    """Without a broker the letters wait for the sweep; the person at the page need not."""
    wake(DELIVERER)


def wake(task: str, *args: object, expires: float | None = None) -> bool:
    """Hands a task to the worker at once; false where there is no way to it now."""
    try:
        with current_app.connection_for_write(transport_options=IMPATIENT) as broker:
            current_app.send_task(task, args=args, connection=broker, retry=False, expires=expires)
    except Exception as fault:  # whatever the broker's library raises
        logger.warning("The worker was not woken for %s: %s", task, fault)
        return False
    return True
