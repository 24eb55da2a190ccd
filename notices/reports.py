"""What those who look after letters should know without looking for it."""

from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Count, Q, QuerySet

from notices.models import Notice

LATELY = timedelta(days=7)
ALARMED_FOR = timedelta(days=1)
PATIENCE = timedelta(minutes=10)  # two tries, then somebody should look


class Troubles(NamedTuple):
    """Letters that somebody should look after, unless they were sent again meanwhile."""

    failed: int  # for good, within a day
    late: int  # wait though they should have left ten minutes ago


def failed_letters(letters: QuerySet[Notice], at: datetime) -> QuerySet[Notice]:
    """Those that failed for good in the last seven days."""
    return letters.filter(status=Notice.Status.FAILED, closed_at__gte=at - LATELY)


def failed_lately(letters: QuerySet[Notice], at: datetime) -> int:
    """How many of these letters did: of those that whoever is told may read."""
    return failed_letters(letters, at).count()


def troubles(at: datetime) -> Troubles:
    failed = Q(status=Notice.Status.FAILED, closed_at__gte=at - ALARMED_FOR)
    late = Q(status=Notice.Status.WAITING, leaves_at__lte=at - PATIENCE)
    counted = Notice.objects.filter(failed | late).aggregate(
        failed=Count("pk", filter=failed), late=Count("pk", filter=late)
    )
    return Troubles(**counted)
