"""Ends sessions: one's own, somebody's whose standing changed, and those whose time is over."""

from datetime import datetime

from django.db import transaction

from districts.models import Session, User


def end_sessions(user: User, *, by: User | None) -> int:
    """Sign somebody out everywhere; whoever does it to themselves stays where they are."""
    if by is not None and user.pk == by.pk:
        return 0
    return Session.objects.filter(user=user).delete()[0]


@transaction.atomic
def end_own_session(*, session_id: str, user_id: int) -> int:
    """End a session of this person's; how many ended, 0 where it is over or somebody else's."""
    return Session.objects.filter(pk=session_id, user=user_id).delete()[0]


@transaction.atomic
def clear_sessions(*, at: datetime) -> int:
    """Take away the rows of sessions that are over: what signed somebody in is kept no longer."""
    return Session.objects.filter(expire_date__lte=at).delete()[0]
