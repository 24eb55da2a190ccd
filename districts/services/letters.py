"""Whether a letter of this app is still true when it is about to leave."""

from datetime import datetime, timedelta

from django.conf import settings

from districts.models import RosterChange
from districts.permissions import may_confirm_changes
from districts.reports import SET_PASSWORD
from districts.services.roster_changes import PROPOSED
from notices.models import Notice


def why_not(notice: Notice, *, at: datetime) -> str:
    """Why the letter is to stay here after all; empty if it may leave."""
    if notice.kind == PROPOSED:
        return _why_not_confirm(notice, at)
    if notice.kind != SET_PASSWORD:
        return ""
    if notice.address != notice.to.email:
        return "The person’s address has changed, so the link in this letter works no more."
    if at - notice.posted_at >= timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT):
        return "The link in this letter has run out."
    return ""


def _why_not_confirm(notice: Notice, at: datetime) -> str:
    change = RosterChange.objects.get(pk=int(notice.about.partition("/")[2]))
    if not change.is_waiting:
        return "The change was confirmed or refused meanwhile."
    if not may_confirm_changes(notice.to, at=at):
        return f"{notice.to.name} no longer has the role that this letter was for."
    return ""
