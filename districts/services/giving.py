"""How a role comes to a person: what every verb that gives one asks and does."""

from datetime import datetime

from districts.duties import what_speaks_against
from districts.models import District, Membership, User
from districts.permissions import may_manage_people
from districts.roles import DISTRICT_ROLES, Role
from districts.services.refusals import PeopleRefusal
from districts.services.sessions import end_sessions


def place_of(role: str, district_id: int | None) -> District | None:
    """The district the role is held in; None for a role of the Department."""
    if role not in DISTRICT_ROLES:
        if district_id is not None:
            raise PeopleRefusal(
                district=f"{Role(role).label} is a role at the Department. Choose no district."
            )
        return None
    if district_id is None:
        raise PeopleRefusal(
            district=f"{Role(role).label} is a district’s role. Choose the district."
        )
    district = District.objects.get(pk=district_id)
    if district.retired_at:
        raise PeopleRefusal(district=f"{district} is retired. Restore it before you give a role.")
    return district


def held_by(user: User, role: str, district: District | None) -> Membership | None:
    return user.memberships.current().filter(role=role, district=district).first()


def give(
    user: User, role: str, district: District | None, *, by: User | None, at: datetime
) -> Membership:
    if held := held_by(user, role, district):
        return held
    if reason := what_speaks_against(user, Role(role), district):
        raise PeopleRefusal(whole=reason)
    if by is None or may_manage_people(by, at=at):  # nobody signs out another district's people
        end_sessions(user, by=by)
    return user.memberships.create(role=role, district=district, given_by=by, given_at=at)
