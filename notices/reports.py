"""What those who look after letters should know without looking for it."""

from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from notices.models import REMINDER, SECRET_KINDS, Notice

LATELY = timedelta(days=7)
WITHIN = timedelta(hours=1)  # in which many that fail are one fault, and not many
PATIENCE = timedelta(minutes=10)  # two tries, then somebody should look
OVERTAKEN_BY_THE_NEXT = [REMINDER, *sorted(SECRET_KINDS)]


class Troubles(NamedTuple):
    """Letters that somebody should look after."""

    failed: int  # for good, lately, and nobody has seen to it
    failed_just_now: int  # of those, within an hour
    late: int  # wait though they should have left ten minutes ago


def failed_letters(letters: QuerySet[Notice], since: datetime) -> QuerySet[Notice]:
    """Those that failed for good since then, and nobody has seen to them."""
    return letters.filter(_failed(since))


def failed_lately(letters: QuerySet[Notice], at: datetime) -> int:
    """How many of these letters did in the last seven days: of those the reader may read."""
    return failed_letters(letters, at - LATELY).count()


def troubles(at: datetime, *, held: Q) -> Troubles:
    """`held`: letters that wait because they are meant to (see notices.reminders)."""
    failed = _failed(at - LATELY)
    just_now = failed & Q(closed_at__gte=at - WITHIN)
    late = Q(status=Notice.Status.WAITING, leaves_at__lte=at - PATIENCE) & ~held
    counted = Notice.objects.filter(failed | late).aggregate(
        failed=Count("pk", filter=failed),
        failed_just_now=Count("pk", filter=just_now),
        late=Count("pk", filter=late),
    )
    return Troubles(**counted)


def _failed(since: datetime) -> Q:
    """Failed, and it still matters: not sent again, not dismissed, and no later one has left.

    Sent again, a letter is no longer failed; a password letter, whose link is not kept, and a
    reminder are followed by another.
    """
    overtaken = Notice.objects.filter(
        kind=OuterRef("kind"),
        kind__in=OVERTAKEN_BY_THE_NEXT,
        about=OuterRef("about"),
        to=OuterRef("to"),
        status=Notice.Status.SENT,
        posted_at__gt=OuterRef("posted_at"),
    )
    return Q(status=Notice.Status.FAILED, closed_at__gte=since, dismissed_at=None) & ~Q(
        Exists(overtaken)
    )
