"""Ends sessions: one's own, somebody's whose standing changed, and those whose time is over."""

from datetime import datetime

from django.contrib.sessions.models import Session as FormerSession
from django.core.exceptions import PermissionDenied
from django.db import transaction

from districts.models import Membership, Session, SignInRules, User
from districts.permissions import may_keep_role, may_manage_people
from districts.services.locks import hold


def end_sessions(user: User, *, by: User | None) -> int:
    """Sign somebody out everywhere; whoever does it to themselves stays where they are."""
    if by is not None and user.pk == by.pk:
        return 0
    return Session.objects.filter(user=user).delete()[0]


def end_sessions_after(ended: Membership, *, by: User, at: datetime) -> int:
    """Sign out whose role was ended, unless they hold another that `by` has no say in.

    What somebody may do is asked on each request, so nothing rests on it; and no access
    administrator disturbs whoever belongs to another district, or to the Department, as well.
    """
    others = ended.user.memberships.current().exclude(pk=ended.pk)
    if all(
        may_keep_role(by, role=held.role, district_id=held.district_id, at=at) for held in others
    ):
        return end_sessions(ended.user, by=by)
    return 0


@transaction.atomic
def end_own_session(*, session_id: str, user_id: int) -> int:
    """End a session of this person's; how many ended, 0 where it is over or somebody else's."""
    return Session.objects.filter(pk=session_id, user=user_id).delete()[0]


@transaction.atomic
def clear_sessions(*, at: datetime) -> int:
    """Take away the rows of sessions that are over: what signed somebody in is kept no longer.

    Those of a release before `districts.Session` too, which a return to it would find.
    """
    FormerSession.objects.filter(expire_date__lte=at).delete()
    return Session.objects.filter(expire_date__lte=at).delete()[0]


@transaction.atomic
def set_sign_in_rules(
    *, idle_minutes: int, longest_hours: int, by: User, at: datetime
) -> SignInRules:
    """How long sessions last that begin from now on."""
    hold("people")
    if not may_manage_people(by, at=at):
        raise PermissionDenied("Only an administrator sets how long a session lasts.")
    rules = SignInRules(
        pk=1,
        idle_minutes=idle_minutes,
        longest_hours=longest_hours,
        changed_at=at,
        changed_by=by,
    )
    rules.save()
    return rules
