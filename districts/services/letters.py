"""Whether a letter that sets a password still does so when it is about to leave."""

from datetime import datetime, timedelta

from django.conf import settings

from districts.reports import SET_PASSWORD
from notices.models import Notice


def why_not(notice: Notice, *, at: datetime) -> str:
    """Why the letter is to stay here after all; empty if it may leave."""
    if notice.kind != SET_PASSWORD:
        return ""
    if notice.address != notice.to.email:
        return "The person’s address has changed, so the link in this letter works no more."
    if at - notice.posted_at >= timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT):
        return "The link in this letter has run out."
    return ""
