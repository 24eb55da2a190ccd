"""What is done with the roles of people: given, ended, handed over."""

from datetime import datetime

from django.db import transaction

from districts.gaps import gaps_without
from districts.models import Membership, User
from districts.roles import Role
from districts.services.access_administrators import (
    begin_giving,
    held_to_end,
    refuse_receiver,
)
from districts.services.delegations import end_delegations_without_role
from districts.services.giving import give, held_by, place_of
from districts.services.leaving import refuse_unread
from districts.services.refusals import PeopleRefusal
from districts.services.role_letters import ENDED, GIVEN, tell
from districts.services.sessions import end_sessions_after


@transaction.atomic
def give_membership(
    *, user_id: int, role: str, district_id: int | None, by: User, at: datetime
) -> Membership:
    """Give someone a role. Giving one they hold already changes nothing.

    Raises:
        PeopleRefusal: the role does not go with the district, the district is retired, or
            somebody gives it to themselves.
    """
    begin_giving(by, role, district_id, at=at)
    user = User.objects.select_for_update().get(pk=user_id)
    district = place_of(role, district_id)
    if held := held_by(user, role, district):
        return held
    refuse_receiver(user, by, district_id, at=at)
    return tell(give(user, role, district, by=by, at=at), GIVEN, by=by, at=at)


@transaction.atomic
def end_membership(
    *, membership_id: int, by: User, at: datetime, knows_what_stops: bool = False
) -> Membership:
    """End a role now; a delegation that rested on it ends too. Ending it again changes nothing.

    Raises:
        PeopleRefusal: an administrator ends their own administrator's role, or somebody the last
            one in a role without having read what stops.
    """
    membership = held_to_end(membership_id, by=by, at=at)
    if membership.ended_at is not None:
        return membership
    if membership.user_id == by.pk and membership.role == Role.SYSADMIN:
        raise PeopleRefusal(
            whole="You cannot end your own administrator’s role. Ask another administrator, so"
            " that one always remains."
        )
    refuse_unread(gaps_without([membership]), knows_what_stops=knows_what_stops)
    return tell(end(membership, by=by, at=at), ENDED, by=by, at=at)


@transaction.atomic
def hand_over_membership(
    *, membership_id: int, to_id: int, by: User, at: datetime, knows_what_stops: bool = False
) -> Membership:
    """End a role and give it to somebody else, at one moment: nobody is without it meanwhile.

    Raises:
        PeopleRefusal: the role has ended, or goes to who holds it or to oneself; or to who
            cannot sign in, and nobody has read what stops until they can.
    """
    membership = held_to_end(membership_id, by=by, at=at)
    if membership.ended_at is not None:
        raise PeopleRefusal(whole="This role has ended already. Give it to the person instead.")
    if membership.user_id == by.pk and membership.role == Role.SYSADMIN:
        raise PeopleRefusal(whole="Ask another administrator to hand over your own role.")
    role, district = membership.role, place_of(membership.role, membership.district_id)
    successor = User.objects.select_for_update().get(pk=to_id)
    if held_by(successor, role, district):
        raise PeopleRefusal(to=f"{successor} holds this role already. End it for the other.")
    refuse_receiver(successor, by, membership.district_id, at=at)
    stops = gaps_without([membership], heir=successor)
    refuse_unread(stops, knows_what_stops=knows_what_stops)
    given = give(successor, role, district, by=by, at=at)
    tell(end(membership, by=by, at=at), ENDED, by=by, at=at)
    return tell(given, GIVEN, by=by, at=at)


def end(membership: Membership, *, by: User, at: datetime) -> Membership:
    membership.ended_at = max(at, membership.given_at)  # given while this act waited
    membership.ended_by = by
    membership.save(update_fields=["ended_at", "ended_by"])
    end_delegations_without_role(membership.user, by=by, at=at)
    end_sessions_after(membership, by=by, at=at)
    return membership
