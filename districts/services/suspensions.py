"""Keeps somebody out and lets them in again; part of the verbs that do so, under their lock."""

from datetime import datetime

from django.db.models import F
from django.db.models.functions import Greatest

from districts.models import User
from districts.services.sessions import end_sessions


def suspend(user: User, *, by: User | None, at: datetime) -> None:
    """End the person's sessions and keep them out; `by` nobody: the account is idle.

    Whom an administrator keeps out is not let in by a new password, also if they were idle before.
    """
    if not user.is_active and not (user.is_idle and by):
        return
    _lift(user, by=by, at=at)
    user.is_active, user.is_idle = False, by is None
    user.save(update_fields=["is_active", "is_idle"])
    user.suspensions.create(administrator=by, began_at=at)
    end_sessions(user, by=None)


def let_in(user: User, *, by: User, at: datetime) -> None:
    user.is_active, user.is_idle = True, False
    user.save(update_fields=["is_active", "is_idle"])
    _lift(user, by=by, at=at)


def _lift(user: User, *, by: User | None, at: datetime) -> None:
    """End what keeps them out; one that began while this act waited ends as it begins."""
    user.suspensions.filter(lifted_at=None).update(
        lifted_at=Greatest(at, F("began_at")), lifted_by=by
    )


def may_come_back(user: User) -> bool:
    """Whether a new password lets the person in: they were idle, and hold a role still."""
    return user.is_idle and user.memberships.in_force().exists()
