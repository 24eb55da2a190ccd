"""The chair becomes superintendent, or the reverse, and who signs beside them is named at once."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from districts.duties import other_office
from districts.gaps import gaps_without
from districts.models import Membership, User
from districts.services.access_administrators import (
    begin_giving,
    held_to_end,
    refuse_oneself,
    refuse_receiver,
)
from districts.services.giving import give, place_of
from districts.services.leaving import refuse_unread
from districts.services.memberships import end
from districts.services.people import add_person
from districts.services.refusals import PeopleRefusal
from districts.services.role_letters import ENDED, GIVEN, tell


@dataclass(frozen=True)
class Successor:
    """Who takes over the office that is left: somebody known, or somebody to invite."""

    user_id: int | None = None
    name: str = ""
    email: str = ""


@transaction.atomic
def change_office(
    *,
    user_id: int,
    role: str,
    district_id: int,
    successor: Successor,
    by: User,
    at: datetime,
    leaving_id: int | None = None,
    knows_what_stops: bool = False,
) -> Membership:
    """Give one of the two offices that sign to who holds the other, and that one to a successor.

    `leaving_id` is whose office it was, where it is handed over. All at one moment, so that two
    people sign at any time.

    Raises:
        PeopleRefusal: the person does not hold the other office, the successor is the same person
            or cannot be given it, or somebody then cannot sign in and nobody has read what stops.
    """
    begin_giving(by, role, district_id, at=at)
    district = place_of(role, district_id)
    user = User.objects.select_for_update().get(pk=user_id)
    left = other_office(user, role, district)
    if left is None:
        raise PeopleRefusal(whole=f"{user} holds no other office of {district}. Give the role.")
    refuse_oneself(user, by)
    leaving = _leaving(leaving_id, role, district_id, by=by, at=at)
    ended = [left, leaving] if leaving else [left]
    for held in ended:
        tell(end(held, by=by, at=at), ENDED, by=by, at=at)
    _take_over(left, successor, but=user, by=by, at=at)
    given = tell(give(user, role, district, by=by, at=at), GIVEN, by=by, at=at)
    refuse_unread(gaps_without(ended), knows_what_stops=knows_what_stops)
    return given


def _leaving(
    membership_id: int | None, role: str, district_id: int, *, by: User, at: datetime
) -> Membership | None:
    if membership_id is None:
        return None
    held = held_to_end(membership_id, by=by, at=at)
    if (held.role, held.district_id) != (role, district_id) or held.ended_at is not None:
        raise PeopleRefusal(whole="The role that was to be handed over has ended already.")
    return held


def _take_over(
    left: Membership, successor: Successor, *, but: User, by: User, at: datetime
) -> None:
    if successor.user_id is None:
        add_person(
            email=successor.email,
            name=successor.name,
            role=left.role,
            district_id=left.district_id,
            by=by,
            at=at,
            is_another=True,  # shown on their page; this act is about somebody else
        )
        return
    heir = User.objects.select_for_update().get(pk=successor.user_id)
    if heir == but:
        raise PeopleRefusal(successor=f"{heir} cannot hold both offices. Choose somebody else.")
    refuse_receiver(heir, by, left.district_id, at=at)
    tell(give(heir, left.role, left.district, by=by, at=at), GIVEN, by=by, at=at)
