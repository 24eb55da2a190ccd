"""Work done outside the request. A task decides nothing; running it twice changes nothing."""

from celery import shared_task
from django.utils import timezone

from notices import services


@shared_task
def deliver_due() -> None:
    services.deliver_due(at=timezone.now())


@shared_task
def sweep() -> None:
    """What beat starts every minute: a letter nobody woke the deliverer for leaves here."""
    at = timezone.now()
    services.post_reminders(at=at)
    services.deliver_due(at=at)
