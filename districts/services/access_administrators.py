"""What keeps an access administrator to the people of their own district (R61, ADR 20)."""

from datetime import datetime

from django.core.exceptions import PermissionDenied

from districts.models import Membership, User, standing_once_back
from districts.permissions import (
    may_keep_role,
    may_manage_people,
    own_districts,
    visible_people,
    why_not_of_own_people,
)
from districts.services.locks import hold
from districts.services.refusals import PeopleRefusal

FOR_KEEPERS = (
    "Only an administrator at the Department, or the access administrator of the district,"
    " does this."
)
FOR_OTHERS = (
    "You hold a role in this person’s district, so another administrator changes their name,"
    " address and suspension."
)


def begin_giving(by: User, role: str, district_id: int | None, *, at: datetime) -> None:
    hold("people")
    if why := why_not_of_own_people(by, district_id, at=at):
        raise PeopleRefusal(district=why)
    if not may_keep_role(by, role=role, district_id=district_id, at=at):
        raise PermissionDenied(FOR_KEEPERS)


def held_to_end(membership_id: int, *, by: User, at: datetime) -> Membership:
    """The role, locked, and theirs to end."""
    hold("people")
    membership = (
        Membership.objects.select_for_update(of=("self",))
        .select_related("user", "district")
        .get(pk=membership_id)
    )
    role, district_id = membership.role, membership.district_id
    if why := why_not_of_own_people(by, district_id, at=at):
        raise PeopleRefusal(whole=why)
    if not may_keep_role(by, role=role, district_id=district_id, at=at):
        raise PermissionDenied(FOR_KEEPERS)
    return membership


def refuse_oneself(user: User, by: User) -> None:
    if user.pk == by.pk:
        raise PeopleRefusal(
            whole="Nobody gives a role to themselves. Ask another access administrator of your"
            " district, or an administrator at the Department."
        )


def refuse_receiver(user: User, by: User, district_id: int | None, *, at: datetime) -> None:
    """Nobody gives to themselves; an access administrator gives to those on their pages alone.

    Nor in a district of their own does an administrator give to the Department's people: whoever
    is given a role there reviews and decides its plan no longer.
    """
    refuse_oneself(user, by)
    if may_manage_people(by, at=at) and district_id not in own_districts(by, at=at):
        return
    if not visible_people(by, at=at).filter(pk=user.pk).exists():
        raise PermissionDenied(FOR_KEEPERS)
    if not user.gets_letters or standing_once_back(user, at=at).is_department:
        raise PeopleRefusal(
            whole=f"An administrator at the Department has to give {user} a role. Ask them."
        )
