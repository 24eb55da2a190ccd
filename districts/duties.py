"""Roles that one person cannot hold together, and what follows where they may.

The Department's own rule; nothing of it is in the statute. See ADR 22.
"""

from dataclasses import dataclass
from itertools import combinations, groupby

from django.db.models import Count, QuerySet

from districts.models import District, Membership, User
from districts.roles import DISTRICT_ROLES, Role

READS_ONLY = frozenset({Role.AUDITOR, Role.DISTRICT_VIEWER})
WRITES = frozenset(Role) - READS_ONLY
SIGN = frozenset({Role.SUPERINTENDENT, Role.BOARD_CHAIR})


@dataclass(frozen=True)
class Pair:
    """Roles of which one person holds no two, one from each side, and why."""

    one: frozenset[Role]
    other: frozenset[Role]
    why: str
    in_one_district: bool = False  # only where both are roles of the same district
    instead: str = "End that role first, or give this one to somebody else."


NEVER_TOGETHER = (
    Pair(
        frozenset({Role.AUDITOR}),
        WRITES,
        "An auditor reads everything and changes nothing.",
    ),
    Pair(
        frozenset({Role.COMMISSIONER}),
        DISTRICT_ROLES,
        "Whoever decides on plans belongs to no district.",
    ),
    Pair(
        frozenset({Role.COMMISSIONER}),
        frozenset({Role.SYSADMIN}),
        "Whoever decides on plans does not say who may do what.",
    ),
    Pair(
        SIGN,
        SIGN,
        "The superintendent and the board chair of a district are two people: both sign its plan.",
        in_one_district=True,
        instead="Give the role on their own page: it asks who takes over the other office.",
    ),
)


def what_speaks_against(user: User, role: Role, district: District | None) -> str:
    """Why this person cannot be given the role beside what they hold now; empty where they can."""
    for held in _held_beside(user):
        if pair := forbidden(role, Role(held.role), same_district=held.district == district):
            where = f" of {held.district}" if held.district else ""
            return (
                f"{user} is {Role(held.role).label.lower()}{where}, and cannot be "
                f"{role.label.lower()} beside it. {pair.why} {pair.instead}"
            )
    return ""


def other_office(user: User, role: str, district: District | None) -> Membership | None:
    """What the chair holds who is to be superintendent, or the reverse; none for everybody else."""
    if role not in SIGN:
        return None
    beside = _held_beside(user).filter(role__in=sorted(SIGN - {Role(role)}))
    return beside.filter(district=district).first()


@dataclass(frozen=True)
class HeldTogether:
    """Two roles that somebody was given before the rule that keeps them apart."""

    user: User
    roles: tuple[Membership, Membership]
    why: str


def held_together() -> list[HeldTogether]:
    """Every forbidden pair that is held now, by the name of who holds it. One query."""
    several = (
        Membership.objects.current().values("user").annotate(held=Count("pk")).filter(held__gt=1)
    )
    held = (
        Membership.objects.current()
        .filter(user__in=several.values("user"))
        .select_related("user", "district")
        .order_by("user__name", "user", "pk")
    )
    return [
        HeldTogether(one.user, (one, other), pair.why)
        for _, roles in groupby(held, key=lambda role: role.user_id)
        for one, other in combinations(roles, 2)
        if (pair := _forbidden_beside(one, other))
    ]


def _forbidden_beside(one: Membership, other: Membership) -> Pair | None:
    same = one.district_id == other.district_id
    return forbidden(Role(one.role), Role(other.role), same_district=same)


def forbidden(role: Role, held: Role, *, same_district: bool) -> Pair | None:
    """The rule that keeps two roles apart, if one does."""
    for pair in NEVER_TOGETHER:
        if role == held or (pair.in_one_district and not same_district):
            continue
        if (role in pair.one and held in pair.other) or (held in pair.one and role in pair.other):
            return pair
    return None


def _held_beside(user: User) -> QuerySet[Membership]:
    return user.memberships.current().select_related("district").order_by("pk")
