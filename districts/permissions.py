"""Who may see and change the roster and the people. Each question is one function.

A service asks with its moment, once it holds what it changes: see `standing_of`.
"""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from districts.models import (
    District,
    DistrictQuerySet,
    Membership,
    RosterChange,
    RosterChangeQuerySet,
    User,
    standing_of,
)
from districts.roles import DISTRICT_ROLES, REVIEWER_ROLES, Role
from notices.models import Notice

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


def own_districts(user: User, *, at: datetime | None = None) -> frozenset[int]:
    """Those they belong to, which they read as the district does whatever else they are."""
    return frozenset(standing_of(user, at=at).in_districts)


def kept_from(user: User) -> frozenset[int]:
    """Those of whose reviews they read nothing: their own, and by a conflict of interest (R37)."""
    return standing_of(user).kept_from


def why_not_of_own(user: User, district_ids: Collection[int], *, at: datetime | None = None) -> str:
    """Why somebody else settles what is asked of these districts; empty where it may be theirs.

    Nobody asks for a change of the roster of a district they belong to, confirms or refuses it.
    """
    own = own_districts(user, at=at).intersection(district_ids)
    if not own:
        return ""
    named = ", ".join(District.objects.filter(pk__in=own).values_list("name", flat=True))
    return f"You hold a role in {named}, so another person of the Department does this."


def visible_changes(user: User) -> RosterChangeQuerySet:
    """The changes of the roster they may read."""
    if not may_see_roster(user):
        return RosterChange.objects.none()
    return changes_beside(own_districts(user))


def changes_beside(own: Collection[int]) -> RosterChangeQuerySet:
    """What the Department's people read who belong to these districts, if to any.

    Of a district they belong to, those in effect: what is asked for and why, and what was refused,
    is the Department's until then.
    """
    if not own:
        return RosterChange.objects.all()
    hidden = RosterChange.objects.concerning(own).exclude(
        pk__in=RosterChange.objects.in_effect().values("pk")
    )
    return RosterChange.objects.exclude(pk__in=hidden.values("pk"))


def visible_letters(user: User, *, at: datetime | None = None) -> QuerySet[Notice]:
    """The letters the Department's pages show and count for them.

    Of a district they belong to, only those to themselves: others tell what the Department thinks
    of its plan, or asks for in the roster (R37). Of one with which they have a conflict of interest
    only the roster's besides.
    """
    standing = standing_of(user, at=at)
    if not standing.is_department:
        return Notice.objects.none()
    if not standing.kept_from:
        return Notice.objects.all()
    codes = District.objects.filter(pk__in=standing.kept_from).values("edsight_code")
    changes = RosterChange.objects.concerning(frozenset(standing.in_districts))
    theirs = Q(district_code__in=codes) | Q(about_noun="roster", about_id__in=changes.values("pk"))
    return Notice.objects.filter(Q(to=user) | ~theirs)


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


def may_manage_person(user: User, person: User, *, at: datetime | None = None) -> bool:
    """Whether this person's name, address and suspension are theirs to change.

    Not of a colleague in a district: whoever changed a signer's address could sign as them. Nor of
    a former one, whose role could be ended and given again around the change.
    """
    if not may_manage_people(user, at=at):
        return False
    own = own_districts(user, at=at)
    if not own or person == user:
        return True
    return not person.memberships.filter(district__in=own).exists()


def why_not_of_own_people(
    user: User, district_id: int | None, *, at: datetime | None = None
) -> str:
    """Why somebody else gives and ends roles there; empty where it may be theirs.

    In a district they belong to an administrator has no more say over its people than the
    district gave them: as its access administrator, or none.
    """
    if district_id is None or district_id in districts_kept_by(user, at=at):
        return ""
    if district_id not in own_districts(user, at=at):
        return ""
    name = District.objects.get(pk=district_id).name
    return (
        f"You hold a role in {name}, so its access administrator or another administrator gives"
        " and ends roles there."
    )


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
    if why_not_of_own_people(user, district_id, at=at):
        return False
    if may_manage_people(user, at=at):
        return True
    return role in DISTRICT_ROLES and district_id in districts_kept_by(user, at=at)


def may_help(user: User, person: User, *, at: datetime | None = None) -> bool:
    """Whether they may let the person in: send the letter that sets a password, or restore."""
    if may_manage_person(user, person, at=at):
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
