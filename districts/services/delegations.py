"""Giving and ending the Commissioner's dated permission to decide in their name (R39)."""

from datetime import date, datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.db.models.functions import Greatest
from django.template.loader import render_to_string

from districts.calendar import eastern_day
from districts.models import Delegation, Membership, User, gets_letters
from districts.permissions import may_confirm_delegations, may_delegate, may_hold_delegation
from districts.roles import Role
from districts.services.locks import hold
from districts.services.refusals import Refusal
from notices.pages import Page, link_to
from notices.services import post

LONGEST = timedelta(days=366)


class DelegationRefusal(Refusal):
    """The delegation cannot be given so."""


@transaction.atomic
def give_delegation(
    *, user_id: int, first_day: date, last_day: date, reason: str, by: User, at: datetime
) -> Delegation:
    """Let a reviewer or program manager decide for the Commissioner on these days, both included.

    Given by the Commissioner it counts at once; an administrator's is a proposal, of which the
    Commissioner hears and which they confirm. The same delegation given twice is given once.

    Raises:
        DelegationRefusal: the person has no such role, the days are in the wrong order or past,
            they overlap a delegation the person holds, or are more than a year.
    """
    _begin(by, at=at)
    user = User.objects.select_for_update().get(pk=user_id)
    held = user.delegations.filter(ended_at=None)
    if same := held.filter(first_day=first_day, last_day=last_day, reason=reason).first():
        if same.confirmed_at is None and may_confirm_delegations(by, at=at) and user != by:
            return _confirm(same, by=by, at=at)
        return same
    if not may_hold_delegation(user):
        raise DelegationRefusal(
            whole=f"{user} is neither a reviewer nor a program manager. Give them that role first."
        )
    _refuse_days(first_day, last_day, today=eastern_day(at))
    if other := held.filter(first_day__lte=last_day, last_day__gte=first_day).first():
        raise DelegationRefusal(
            first_day=f"{user} holds a delegation from {other}. Choose other days, or end that one."
        )
    delegation = user.delegations.create(
        first_day=first_day, last_day=last_day, reason=reason, given_by=by, given_at=at
    )
    if may_confirm_delegations(by, at=at) and user != by:
        return _confirm(delegation, by=by, at=at)
    _ask_commissioner(delegation, by=by, at=at)
    return delegation


def _refuse_days(first_day: date, last_day: date, *, today: date) -> None:
    if last_day < first_day:
        raise DelegationRefusal(last_day="The last day is before the first.")
    if last_day - first_day >= LONGEST:
        raise DelegationRefusal(
            last_day="A delegation lasts a year at most. Write an earlier day, and renew it then."
        )
    if first_day - today >= LONGEST:
        raise DelegationRefusal(
            first_day="The first day is more than a year ahead. Write an earlier day."
        )
    if last_day < today:
        raise DelegationRefusal(last_day="The last day is past. Write today or a later day.")


@transaction.atomic
def confirm_delegation(*, delegation_id: int, by: User, at: datetime) -> Delegation:
    """Let a proposed delegation count. Confirming it again changes nothing.

    Raises:
        PermissionDenied: not the Commissioner.
        DelegationRefusal: it was ended, is over, lasts more than a year (an older one may), or is
            their own.
    """
    hold("people")
    if not may_confirm_delegations(by, at=at):
        raise PermissionDenied("Only the Commissioner confirms a delegation.")
    delegation = Delegation.objects.select_for_update().get(pk=delegation_id)
    if delegation.ended_at is not None or delegation.last_day < eastern_day(at):
        raise DelegationRefusal(whole="This delegation is over. Give another.")
    if delegation.confirmed_at is not None:
        return delegation
    if delegation.last_day - delegation.first_day >= LONGEST:
        raise DelegationRefusal(
            whole="A delegation lasts a year at most, and this is longer. End it, and give another."
        )
    if delegation.delegate_id == by.pk:
        raise DelegationRefusal(whole="Nobody confirms a delegation to themselves.")
    return _confirm(delegation, by=by, at=at)


def _confirm(delegation: Delegation, *, by: User, at: datetime) -> Delegation:
    delegation.confirmed_at = max(at, delegation.given_at)  # given while this act waited
    delegation.confirmed_by = by
    delegation.save(update_fields=["confirmed_at", "confirmed_by"])
    return delegation


def _ask_commissioner(delegation: Delegation, *, by: User, at: datetime) -> None:
    page = Page("person", (delegation.delegate_id,))
    subject, _, body = render_to_string(
        "emails/delegation_proposed.txt",
        {
            "delegation": delegation,
            "person": delegation.delegate,
            "by": by,
            "link": link_to(page),
        },
    ).partition("\n")
    for commissioner in commissioners():
        post(
            key=f"delegation_proposed/{delegation.pk}/user-{commissioner.pk}",
            kind="delegation_proposed",
            to=commissioner,
            subject=subject,
            body=body.strip() + "\n",
            about=delegation.delegate.about,
            page=page,
            why=f"{by} proposed a delegation",
            at=at,
        )


def commissioners() -> list[User]:
    held = Membership.objects.current().filter(role=Role.COMMISSIONER, user=OuterRef("pk"))
    return list(User.objects.filter(Exists(held), gets_letters()).order_by("pk"))


@transaction.atomic
def end_delegation(*, delegation_id: int, by: User, at: datetime) -> Delegation:
    """End a delegation now. Ending it again changes nothing."""
    _begin(by, at=at)
    delegation = Delegation.objects.select_for_update().get(pk=delegation_id)
    if delegation.ended_at is None:
        delegation.ended_at = max(at, delegation.given_at)
        delegation.ended_by = by
        delegation.save(update_fields=["ended_at", "ended_by"])
    return delegation


def end_delegations_without_role(user: User, *, by: User, at: datetime) -> None:
    """Once nobody's role carries it, a delegation ends with the role; part of ending a role."""
    if not may_hold_delegation(user):
        user.delegations.filter(ended_at=None).update(
            ended_at=Greatest(at, F("given_at")), ended_by=by
        )


def _begin(by: User, *, at: datetime) -> None:
    hold("people")
    if not may_delegate(by, at=at):
        raise PermissionDenied("Only the Commissioner or an administrator gives a delegation.")
