"""Takes letters out of the outbox to the mail server."""

import logging
from datetime import datetime, timedelta
from importlib import import_module

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Q

from notices import reminders
from notices.models import FailedTry, Notice
from notices.services.outbox import subject_line
from notices.services.postman import Answer, hand_over

logger = logging.getLogger(__name__)

NEXT_TRY_AFTER = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60)]  # then hourly
GIVE_UP_AFTER = timedelta(hours=24)


def deliver_due(*, at: datetime, kind: str | None = None) -> list[Notice]:
    """Send every letter that is due, of one kind or of all; the answer is those that left.

    Each letter is claimed, sent and marked in a transaction of its own. A row that another worker
    holds is skipped, so two at once never send the same letter. A process killed after the server
    accepted a letter and before the commit leaves it waiting, and it goes out again with the same
    Message-ID: over SMTP that is the most that can be promised.
    """
    left = []
    while (attempt := _attempt_next(at=at, kind=kind)) is not None:
        notice, answer = attempt
        if notice.status == Notice.Status.SENT:
            left.append(notice)
        if answer.is_server_away:
            break  # a server that hangs would hold up each of the others as long
    return left


@transaction.atomic
def _attempt_next(*, at: datetime, kind: str | None) -> tuple[Notice, Answer] | None:
    due = Notice.objects.filter(status=Notice.Status.WAITING, leaves_at__lte=at).filter(
        Q(next_try_at=None) | Q(next_try_at__lte=at)
    )
    due = due.exclude(reminders.held(at))
    if kind is not None:
        due = due.filter(kind=kind)
    notice = (
        due.select_for_update(of=("self",), skip_locked=True)
        .select_related("to")
        .order_by("leaves_at", "pk")
        .first()
    )
    if notice is None:
        return None
    if reason := _why_not(notice, at=at):
        answer = Answer(is_accepted=False, words=reason)
        _close(notice, Notice.Status.WITHDRAWN, answer, at=at)
        return notice, answer
    notice.address = notice.goes_to  # it may have been corrected since the letter was posted
    _add_notes(notice)
    answer = hand_over(_letter(notice))
    _record(notice, answer, at=at)
    return notice, answer


def _why_not(notice: Notice, *, at: datetime) -> str:
    """Why the letter is to stay here after all, from the modules in LETTER_CHECKS; else nothing.

    A letter may wait out an outage, and the world goes on meanwhile: a role ends, a plan is taken
    back. A check that breaks holds up nobody's letter.
    """
    if not notice.to.gets_letters:
        return "The account of this person is suspended."
    for module in settings.LETTER_CHECKS:
        try:
            with transaction.atomic():
                reason = import_module(module).why_not(notice, at=at)
        except Exception:
            logger.exception("Whether %s is still true could not be told; it leaves", notice)
            continue
        if reason:
            return reason
    return ""


def _add_notes(notice: Notice) -> None:
    """What its reader must know today beside what was written, once however often it is tried."""
    for module in settings.LETTER_NOTES:
        note = import_module(module).note_under(notice)
        if note not in notice.body:
            notice.body += note


def _letter(notice: Notice) -> EmailMessage:
    return EmailMessage(
        subject=subject_line(notice.subject),
        body=notice.body,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[notice.address],
        headers={
            "Message-ID": notice.message_id,
            "Auto-Submitted": "auto-generated",  # RFC 3834: asks for no out-of-office answer
        },
    )


def _record(notice: Notice, answer: Answer, *, at: datetime) -> None:
    notice.attempts += 1
    notice.first_tried_at = notice.first_tried_at or at
    if not answer.is_accepted:
        FailedTry.objects.create(
            notice=notice, tried_at=at, address=notice.address, answer=answer.words[:500]
        )
    if answer.is_accepted:
        notice.sent_at, notice.next_try_at = at, None
        _close(notice, Notice.Status.SENT, answer, at=None)
    elif answer.is_final or at - notice.first_tried_at >= GIVE_UP_AFTER:
        notice.next_try_at = None
        logger.warning("Letter %s (%s) failed: %s", notice.pk, notice.kind, answer.words)
        _close(notice, Notice.Status.FAILED, answer, at=at)
    else:
        waits = NEXT_TRY_AFTER[min(notice.attempts, len(NEXT_TRY_AFTER)) - 1]
        logger.warning("Letter %s (%s) waits: %s", notice.pk, notice.kind, answer.words)
        notice.next_try_at, notice.outcome = at + waits, answer.words[:500]
        notice.save()


def _close(notice: Notice, status: str, answer: Answer, *, at: datetime | None) -> None:
    notice.status, notice.outcome, notice.closed_at = status, answer.words[:500], at
    if notice.is_secret:
        notice.body = ""  # whoever reads the database later shall not sign in with it
    notice.save()
