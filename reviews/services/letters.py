"""What the Department can do with letters."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from districts.models import User
from districts.permissions import visible_letters
from notices import services as notice_services
from notices.models import Notice
from reviews.permissions import may_send_again


@transaction.atomic
def send_again(*, notice_id: int, by: User, at: datetime) -> Notice:
    """Set a failed letter going once more.

    Raises:
        PermissionDenied: not the program manager and not an administrator, or one who belongs to
            the district it is about.
        NotSentAgain: it did not fail, or is a reminder that is out of date.
    """
    _held(notice_id, by=by, at=at)
    return notice_services.send_again(notice_id=notice_id, by=by, at=at)


@transaction.atomic
def dismiss(*, notice_id: int, by: User, at: datetime) -> Notice:
    """Say that the failure of a letter needs nobody any more.

    Raises:
        PermissionDenied: not the program manager and not an administrator.
        NotDismissed: it did not fail, or was sent again meanwhile.
    """
    _held(notice_id, by=by, at=at)
    return notice_services.dismiss(notice_id=notice_id, by=by, at=at)


def _held(notice_id: int, *, by: User, at: datetime) -> None:
    Notice.objects.select_for_update().get(pk=notice_id)
    is_theirs = visible_letters(by, at=at).filter(pk=notice_id).exists()
    if not (may_send_again(by, at=at) and is_theirs):
        raise PermissionDenied
