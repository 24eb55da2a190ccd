"""Whether a letter of this app is still true when it is about to leave."""

from datetime import datetime, timedelta

from django.conf import settings
from django.template.loader import render_to_string

from districts.models import RosterChange, standing_once_back
from districts.permissions import CONFIRMERS
from districts.reports import SET_PASSWORD
from districts.services.idle import IDLE, SUSPENDED, why_not_idle
from districts.services.roster_changes import PROPOSED
from notices.models import Notice


def why_not(notice: Notice, *, at: datetime) -> str:
    """Why the letter is to stay here after all; empty if it may leave."""
    if notice.kind == PROPOSED and notice.about_id is not None:
        return _why_not_confirm(notice, notice.about_id, at)
    if notice.kind in {IDLE, SUSPENDED}:
        return why_not_idle(notice)
    if notice.kind != SET_PASSWORD:
        return ""
    if notice.address != notice.to.email:
        return "The person’s address has changed, so the link in this letter works no more."
    if at - notice.posted_at >= timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT):
        return "The link in this letter has run out."
    return ""


def note_under(notice: Notice) -> str:
    """What stands under any letter to somebody suspended for being idle; else nothing."""
    if not notice.to.is_idle or notice.kind in {SUSPENDED, SET_PASSWORD}:
        return ""
    return render_to_string("emails/_note_to_idle.txt", {"site": settings.SITE_URL})


def _why_not_confirm(notice: Notice, change_id: int, at: datetime) -> str:
    change = RosterChange.objects.get(pk=change_id)
    if not change.is_waiting:
        return "The change was confirmed or refused meanwhile."
    if not CONFIRMERS & standing_once_back(notice.to, at=at).at_department:
        return f"{notice.to.name} no longer has the role that this letter was for."
    return ""
