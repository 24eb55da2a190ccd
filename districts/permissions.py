"""Who may see and change the roster and the people. Each question is one function.

A service asks with its moment, once it holds what it changes: see `standing_of`.
"""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from districts.models import District, DistrictQuerySet, Membership, User, standing_of
from districts.roles import DISTRICT_ROLES, REVIEWER_ROLES, Role

CONFIRMERS = frozenset({Role.SYSADMIN, Role.PROGRAM_MANAGER})  # second persons of the roster
DELEGABLE_ROLES = REVIEWER_ROLES | {Role.PROGRAM_MANAGER}


def may_see_roster(user: User) -> bool:
    """The roster's pages are the Department's; a district meets its own facts in its plan."""
    return standing_of(user).is_department


def may_manage_roster(user: User, *, at: datetime | None = None) -> bool:
    return Role.SYSADMIN in standing_of(user, at=at).at_department


def may_confirm_changes(user: User, *, at: datetime | None = None) -> bool:
    """Whether they may be the second person to a change of the roster that another asked for."""
    return bool(CONFIRMERS & standing_of(user, at=at).at_department)


def visible_districts(user: User) -> DistrictQuerySet:
    """The districts whose roster page the user may open."""
    return District.objects.all() if may_see_roster(user) else District.objects.none()


def is_department(user: User) -> bool:
    return standing_of(user).is_department


def may_see_people(user: User) -> bool:
    """The Department sees everybody; an access administrator the people of their district."""
    return standing_of(user).is_department or bool(districts_kept_by(user))


def may_manage_people(user: User, *, at: datetime | None = None) -> bool:
    """Everybody's, of every district and of the Department, with their names and addresses."""
    return Role.SYSADMIN in standing_of(user, at=at).at_department


def districts_kept_by(user: User, *, at: datetime | None = None) -> frozenset[int]:
    """The districts whose people this access administrator adds, ends and hands over (R61)."""
    held = standing_of(user, at=at).in_districts
    return frozenset(pk for pk, roles in held.items() if Role.DISTRICT_ADMIN in roles)


def may_add_people(user: User) -> bool:
    return may_manage_people(user) or bool(districts_kept_by(user))


def may_keep_role(
    user: User, *, role: str, district_id: int | None, at: datetime | None = None
) -> bool:
    """Whether they may give this role there, and end it: see ADR 20."""
    if may_manage_people(user, at=at):
        return True
    return role in DISTRICT_ROLES and district_id in districts_kept_by(user, at=at)


def may_help(user: User, person: User, *, at: datetime | None = None) -> bool:
    """Whether they may let the person in: send the letter that sets a password, or restore."""
    if may_manage_people(user, at=at):
        return True
    kept = districts_kept_by(user, at=at)
    return person.memberships.current().filter(district__in=kept).exists()


def may_delegate(user: User, *, at: datetime | None = None) -> bool:
    """The delegation is the Commissioner's (R39); an admin records it on paper from them."""
    return bool({Role.SYSADMIN, Role.COMMISSIONER} & standing_of(user, at=at).at_department)


def may_confirm_delegations(user: User, *, at: datetime | None = None) -> bool:
    return Role.COMMISSIONER in standing_of(user, at=at).at_department


def may_hold_delegation(user: User) -> bool:
    """Whether they hold a role now that a delegation can rest on: a reviewer, or the manager."""
    return user.memberships.current().filter(role__in=DELEGABLE_ROLES).exists()


def visible_people(user: User, *, at: datetime | None = None) -> QuerySet[User]:
    """The people whose page the user may open.

    An access administrator's are those with a role in the district now, and who had one and has
    none anywhere: whoever moved on to another district is that one's.
    """
    if standing_of(user, at=at).is_department:
        return User.objects.all()
    theirs = Membership.objects.filter(
        user=OuterRef("pk"), district__in=districts_kept_by(user, at=at)
    )
    current = Membership.objects.current()
    return User.objects.filter(
        Q(Exists(theirs.filter(ended_at=None)))
        | Q(Exists(theirs)) & ~Exists(current.filter(user=OuterRef("pk")))
    )


def visible_memberships(user: User) -> QuerySet[Membership]:
    """The roles the user may read of: all for the Department, else those of their district."""
    if standing_of(user).is_department:
        return Membership.objects.all()
    return Membership.objects.filter(district__in=districts_kept_by(user))
