"""Who may see and change the roster and the people. Each question is one function.

A service asks with its moment, once it holds what it changes: see `standing_of`.
"""

from datetime import datetime

from django.db.models import QuerySet

from districts.models import District, DistrictQuerySet, User, standing_of
from districts.roles import REVIEWER_ROLES, Role

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


def may_see_people(user: User) -> bool:
    return standing_of(user).is_department


def may_manage_people(user: User, *, at: datetime | None = None) -> bool:
    return Role.SYSADMIN in standing_of(user, at=at).at_department


def may_delegate(user: User, *, at: datetime | None = None) -> bool:
    """The delegation is the Commissioner's (R39); an admin records it on paper from them."""
    return bool({Role.SYSADMIN, Role.COMMISSIONER} & standing_of(user, at=at).at_department)


def may_hold_delegation(user: User) -> bool:
    """Whether they hold a role now that a delegation can rest on: a reviewer, or the manager."""
    return user.memberships.current().filter(role__in=DELEGABLE_ROLES).exists()


def visible_people(user: User) -> QuerySet[User]:
    """The people whose page the user may open."""
    return User.objects.all() if may_see_people(user) else User.objects.none()
