"""What nobody can do while a role has nobody who can sign in, and who can give it to somebody.

Said before the last one leaves, and shown until another is there: see ADR 38.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject

from districts.models import District, DistrictQuerySet, Membership, User, can_sign_in
from districts.roles import DEPARTMENT_ROLES, DISTRICT_ROLES, Role

ONLY_READS = ""

# What stops without anybody in the role; it follows “Until there is one,”.
STOPS = {
    Role.SUPERINTENDENT: "nobody can sign {place}’s plan as superintendent, so it cannot be handed"
    " in, and nobody can withdraw it or open it again.",
    Role.BOARD_CHAIR: "nobody can sign {place}’s plan for the board, so it cannot be handed in.",
    Role.PLAN_COORDINATOR: "only a fiscal officer can write {place}’s plan and answer changes, and"
    " only the superintendent can hand it in.",
    Role.FISCAL_OFFICER: "only a plan coordinator can write {place}’s plan and its budget.",
    Role.DISTRICT_VIEWER: ONLY_READS,
    Role.DISTRICT_ADMIN: "nobody in {place} can add people, end roles or hand them over.",
    Role.PROGRAM_REVIEWER: "no plan can be given its program review, and without one only the"
    " Commissioner’s waiver lets a plan be approved.",
    Role.FISCAL_REVIEWER: "no plan can be given its fiscal review, and without one only the"
    " Commissioner’s waiver lets a plan be approved.",
    Role.PROGRAM_MANAGER: "nobody can assign reviewers, so no review starts, and no plan of a"
    " reform district gets its third review.",
    Role.COMMISSIONER: "nobody can confirm a delegation or waive a review, and only a delegate can"
    " approve, withhold or release a plan.",
    Role.SYSADMIN: "nobody can change the roster, the cycles or who may do what at the Department.",
    Role.AUDITOR: ONLY_READS,
}
# Not missed while it was never given: the plan coordinator writes the budget too.
MAY_BE_EMPTY = frozenset({Role.FISCAL_OFFICER})
NEEDED = frozenset(role for role, stops in STOPS.items() if stops) - MAY_BE_EMPTY
KEEPERS = frozenset({Role.DISTRICT_ADMIN, Role.SYSADMIN})  # who can give a role to somebody


@dataclass(frozen=True)
class Gap:
    """A role in which nobody can act."""

    role: Role
    district: str  # its name; empty for a role at the Department
    last: str = ""  # who is about to leave it; empty where it is so already
    barred: tuple[str, ...] = ()  # who holds it and cannot sign in, each with why
    keepers: tuple[str, ...] = ()  # the district's access administrators
    admins: tuple[str, ...] = ()  # administrators at the Department, where they are named

    @property
    def title(self) -> str:
        if self.last:
            place = f"of {self.district}" if self.district else "at the Department"
            return f"{self.last} is the last {role_in_words(self.role)} {place} who can sign in."
        return f"{self.district or 'The Department'} has no {role_in_words(self.role)}."

    @property
    def stops(self) -> str:
        until = "another" if self.last else "one"
        return f"Until there is {until}, {STOPS[self.role].format(place=self.district)}"

    @property
    def but(self) -> str:
        """Who is there in name only."""
        return " ".join(f"{who}." for who in self.barred)

    @property
    def mend(self) -> str:
        """Who can see to it that there is somebody again."""
        named = f" ({_list(self.admins)})" if self.admins else ""
        department = f"an administrator at the Department{named}"
        if self.role == Role.SYSADMIN:
            if self.admins:
                return f"{_list(self.admins)} can give the role to somebody."
            return "Whoever runs the server can name one, with the command create_admin."
        if self.keepers:
            department = f"{_list(self.keepers)}, access administrator there, or {department}"
        return f"{department[0].upper()}{department[1:]} can give the role to somebody."

    def __str__(self) -> str:
        return " ".join(filter(None, [self.title, self.stops, self.but, self.mend]))


def role_in_words(role: Role) -> str:
    """Inside a sentence; the Commissioner is a title."""
    return role.label if role == Role.COMMISSIONER else role.label.lower()


def _list(names: Sequence[str]) -> str:
    return " or ".join([", ".join(names[:-1]), names[-1]] if names[1:] else names)


# Before ----------------------------------------------------------------------------------------


def gaps_without(leaving: Iterable[Membership], *, heir: User | None = None) -> list[Gap]:
    """The roles in which nobody could act once these are ended, or their person is kept out.

    One query, whatever leaves: a role that ended, a hand-over to `heir`, or a suspension of any
    kind with every role of the person. What only reads, or is of a retired district, stops nothing.
    """
    missed = [one for one in leaving if STOPS[Role(one.role)] and _acts(one)]
    if not missed:
        return []
    districts = {one.district_id for one in missed if one.district_id}
    beside = Q(district=None) | Q(district__in=districts)
    roles = {one.role for one in missed} | KEEPERS
    left = _holders(beside, role__in=sorted(roles)).exclude(pk__in=[one.pk for one in missed])
    rows = list(left.values(*COLUMNS))
    gaps = []
    for one in missed:
        held = _of(rows, Role(one.role), one.district_id)
        barred = [_barred(row) for row in held]
        if heir is not None:
            if heir.is_active and heir.has_usable_password():
                continue
            barred.append(_why_barred(heir.name, is_active=heir.is_active, is_idle=heir.is_idle))
        if any(row["can_sign_in"] for row in held):
            continue
        gaps.append(
            Gap(
                role=Role(one.role),
                district=one.district.name if one.district else "",
                last=one.user.name,
                barred=tuple(barred),
                keepers=_names(rows, Role.DISTRICT_ADMIN, one.district_id),
                admins=_names(rows, Role.SYSADMIN, None),
            )
        )
    return gaps


def _acts(held: Membership) -> bool:
    is_off = held.district is not None and held.district.retired_at is not None
    return held.user.is_active and held.user.has_usable_password() and not is_off


def what_stops(gaps: Iterable[Gap]) -> str:
    return " ".join(str(gap) for gap in gaps)


# Afterwards ------------------------------------------------------------------------------------


def with_holders(districts: DistrictQuerySet) -> DistrictQuerySet:
    """With who holds each role of theirs, in the query that finds the district."""
    held = _holders(Q(district=OuterRef("pk")))
    cells = JSONObject(**{name: name for name in COLUMNS})
    return districts.annotate(holders=ArraySubquery(held.values(row=cells)))


def gaps_in(district: Any) -> list[Gap]:
    """What a district found with its holders lacks; a retired one lacks nothing."""
    if district.retired_at is not None:
        return []
    return _lacking(district.holders, DISTRICT_ROLES, district.pk, district.name)


def districts_lacking() -> DistrictQuerySet:
    """Those on the roster in which nobody can act in a role that is needed."""
    acting = Membership.objects.current().filter(can_sign_in("user__"), district=OuterRef("pk"))
    filled = [Exists(acting.filter(role=role)) for role in sorted(NEEDED & DISTRICT_ROLES)]
    return District.objects.active().exclude(reduce(and_, (Q(one) for one in filled)))


def acting_at_department() -> QuerySet[Membership]:
    """The roles at the Department that are needed and in which somebody can act."""
    roles = sorted(NEEDED & DEPARTMENT_ROLES)
    return Membership.objects.current().filter(can_sign_in("user__"), role__in=roles)


def gaps_at_department() -> list[Gap]:
    rows = list(_holders(Q(district=None)).values(*COLUMNS))
    return _lacking(rows, DEPARTMENT_ROLES, None, "")


def lacking_with_holders() -> DistrictQuerySet:
    """The districts that lack somebody, by name, as `gaps_in` asks for them."""
    return with_holders(districts_lacking()).order_by("name")


def _lacking(
    rows: list[dict[str, Any]], roles: frozenset[Role], district_id: int | None, name: str
) -> list[Gap]:
    gaps = []
    for role in (role for role in STOPS if role in roles & NEEDED):
        held = _of(rows, role, district_id)
        if not any(row["can_sign_in"] for row in held):
            gaps.append(
                Gap(
                    role=role,
                    district=name,
                    barred=tuple(_barred(row) for row in held),
                    keepers=_names(rows, Role.DISTRICT_ADMIN, district_id),
                    admins=_names(rows, Role.SYSADMIN, None),
                )
            )
    return gaps


# Who holds what --------------------------------------------------------------------------------


COLUMNS = ("role", "district_id", "name", "is_active", "is_idle", "can_sign_in")


def _holders(*where: Q, **more: Any) -> Any:
    """Each role held now: by whom, and whether they can sign in; by name."""
    return (
        Membership.objects.current()
        .filter(*where, **more)
        .annotate(
            can_sign_in=ExpressionWrapper(can_sign_in("user__"), output_field=BooleanField()),
            name=F("user__name"),
            is_active=F("user__is_active"),
            is_idle=F("user__is_idle"),
        )
        .order_by("user__name", "pk")
    )


def _of(
    rows: Iterable[Mapping[str, Any]], role: Role, district_id: int | None
) -> list[Mapping[str, Any]]:
    return [row for row in rows if row["role"] == role and row["district_id"] == district_id]


def _names(
    rows: Iterable[Mapping[str, Any]], role: Role, district_id: int | None
) -> tuple[str, ...]:
    return tuple(row["name"] for row in _of(rows, role, district_id) if row["can_sign_in"])


def _barred(row: Mapping[str, Any]) -> str:
    return _why_barred(row["name"], is_active=row["is_active"], is_idle=row["is_idle"])


def _why_barred(name: str, *, is_active: bool, is_idle: bool) -> str:
    why = "has set no password yet" if is_active else "is suspended"
    if is_idle:
        why = "did not use the account for a long time, and has to set a new password first"
    return f"{name} holds the role, but {why}"
