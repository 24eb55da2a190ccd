"""Work on plans outside the request. A task decides nothing; run twice it changes nothing."""

from celery import shared_task
from django.utils import timezone

from plans import services


@shared_task
def remove_strays() -> None:
    services.remove_strays(at=timezone.now())


@shared_task
def check_file(attachment_id: int) -> None:
    services.check_file(attachment_id=attachment_id, at=timezone.now())


@shared_task
def check_files() -> None:
    services.check_files(at=timezone.now())


@shared_task
def make_pdf(job: str) -> None:
    services.make_pdf(job)


@shared_task
def remove_old_pdfs() -> None:
    services.remove_old_pdfs(at=timezone.now())
