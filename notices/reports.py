"""What those who look after letters should know without looking for it."""

from datetime import datetime, timedelta

from notices.models import Notice

LATELY = timedelta(days=7)


def failed_lately(at: datetime) -> int:
    """How many letters failed for good in the last seven days."""
    return Notice.objects.filter(status=Notice.Status.FAILED, closed_at__gte=at - LATELY).count()
