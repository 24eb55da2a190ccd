"""Giving and ending the Commissioner's dated permission to decide in their name (R39)."""

from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from districts.calendar import eastern_day
from districts.models import Delegation, User
from districts.permissions import may_delegate, may_hold_delegation
from districts.services.locks import hold
from districts.services.refusals import Refusal


class DelegationRefusal(Refusal):
    """The delegation cannot be given so."""


@transaction.atomic
def give_delegation(
    *, user_id: int, first_day: date, last_day: date, reason: str, by: User, at: datetime
) -> Delegation:
    """Let a reviewer or program manager decide for the Commissioner on these days, both included.

    The same delegation given twice is given once.

    Raises:
        DelegationRefusal: the person has no such role, the days are in the wrong order or past,
            or they overlap a delegation the person holds.
    """
    _begin(by, at=at)
    user = User.objects.select_for_update().get(pk=user_id)
    held = user.delegations.filter(ended_at=None)
    if same := held.filter(first_day=first_day, last_day=last_day, reason=reason).first():
        return same
    if not may_hold_delegation(user):
        raise DelegationRefusal(
            whole=f"{user} is neither a reviewer nor a program manager. Give them that role first."
        )
    if last_day < first_day:
        raise DelegationRefusal(last_day="The last day is before the first.")
    if last_day < eastern_day(at):
        raise DelegationRefusal(last_day="The last day is past. Write today or a later day.")
    if other := held.filter(first_day__lte=last_day, last_day__gte=first_day).first():
        raise DelegationRefusal(
            first_day=f"{user} holds a delegation from {other}. Choose other days, or end that one."
        )
    return user.delegations.create(
        first_day=first_day, last_day=last_day, reason=reason, given_by=by, given_at=at
    )


@transaction.atomic
def end_delegation(*, delegation_id: int, by: User, at: datetime) -> Delegation:
    """End a delegation now. Ending it again changes nothing."""
    _begin(by, at=at)
    delegation = Delegation.objects.select_for_update().get(pk=delegation_id)
    if delegation.ended_at is None:
        delegation.ended_at, delegation.ended_by = at, by
        delegation.save(update_fields=["ended_at", "ended_by"])
    return delegation


def end_delegations_without_role(user: User, *, by: User, at: datetime) -> None:
    """Once nobody's role carries it, a delegation ends with the role; part of ending a role."""
    if not may_hold_delegation(user):
        user.delegations.filter(ended_at=None).update(ended_at=at, ended_by=by)


def _begin(by: User, *, at: datetime) -> None:
    hold("people")
    if not may_delegate(by, at=at):
        raise PermissionDenied("Only the Commissioner or an administrator gives a delegation.")
