"""Work on people outside the request. A task decides nothing; run twice it changes nothing."""

from celery import shared_task
from django.utils import timezone

from districts import services


@shared_task
def clear_sessions() -> None:
    services.clear_sessions(at=timezone.now())


@shared_task
def look_after_idle_accounts() -> None:
    services.look_after_idle_accounts(at=timezone.now())
