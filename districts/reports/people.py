"""What the list of people and a district's page show of people."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    Exists,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.functions import JSONObject

from districts.models import Delegation, District, Membership, User, gets_letters, is_named
from districts.roles import Access, Role
from districts.statements import Statement
from notices.models import Notice

SET_PASSWORD = "set_password"  # noqa: S105 - a kind of letter, not a secret
DEPARTMENT = "department"  # in a filter, beside the slugs of districts


@dataclass(frozen=True)
class Held:
    role: Role
    district: str | None  # none at the Department


@dataclass(frozen=True)
class PersonRow:
    """Somebody in the list of people."""

    pk: int
    name: str
    email: str
    roles: list[Held]
    delegate_until: date | None  # none for who holds no delegation today
    access: Access
    last_login: datetime | None


@dataclass(frozen=True)
class Member:
    """Somebody of a district, with their roles in it."""

    pk: int
    name: str
    roles: list[Role]
    access: Access


def people_matching(
    people: QuerySet[User], *, words: str, held_in: str, with_suspended: bool
) -> QuerySet[User]:
    """The people a filter leaves; `held_in` is a district's slug, DEPARTMENT or "" for anywhere."""
    if not with_suspended:
        people = people.filter(gets_letters())  # who was idle comes back by themselves
    if words := words.strip():
        people = people.filter(is_named("name", words) | Q(email__icontains=words))
    if held_in:
        held = Membership.objects.current().filter(user=OuterRef("pk"))
        place = Q(district=None) if held_in == DEPARTMENT else Q(district__slug=held_in)
        people = people.filter(Exists(held.filter(place)))
    return people.order_by("name", "pk")


def person_rows(
    people: QuerySet[User], today: date, memberships: QuerySet[Membership]
) -> list[PersonRow]:
    """Those of a page: chosen first, so that what is shown of them is looked up for them alone."""
    chosen = User.objects.filter(pk__in=people.values("pk")).order_by("name", "pk")
    in_force = Delegation.objects.in_force(today).filter(delegate=OuterRef("pk"))
    found = _with_roles(chosen, memberships.filter(ended_at=None)).annotate(
        delegate_until=Subquery(in_force.values("last_day")[:1])
    )
    columns = ("pk", "name", "email", "is_active", "password", "last_login")
    return [
        PersonRow(
            pk=person["pk"],
            name=person["name"],
            email=person["email"],
            roles=[Held(Role(held["role"]), held["district"]) for held in person["roles"]],
            delegate_until=person["delegate_until"],
            access=_access(person),
            last_login=person["last_login"],
        )
        for person in found.values(*columns, "roles", "delegate_until")
    ]


def delegations_to_confirm(today: date, *, by: User) -> QuerySet[Delegation]:
    """Those proposed to the Commissioner that could still count, the first proposed first."""
    open_ones = Delegation.objects.filter(
        confirmed_at=None, ended_at=None, last_day__gte=today, delegate__is_active=True
    )
    return open_ones.exclude(delegate=by).select_related("delegate").order_by("pk")


def _with_roles(people: QuerySet[User], memberships: QuerySet[Membership]) -> Any:
    """With those of the memberships that are theirs, the first given first."""
    held = memberships.filter(user=OuterRef("pk")).order_by("pk")
    row = JSONObject(role="role", district="district__name")
    return people.annotate(roles=ArraySubquery(held.values(row=row)))


def _access(person: dict[str, Any]) -> Access:
    return access_of(User(is_active=person["is_active"], password=person["password"]))


def access_of(user: User) -> Access:
    if not user.is_active:
        return Access.SUSPENDED
    return Access.ACTIVE if user.has_usable_password() else Access.NO_PASSWORD


def password_letters(user: User) -> QuerySet[Notice]:
    """The letters that let the person set a password, the latest first."""
    return Notice.objects.filter(kind=SET_PASSWORD, to=user).order_by("-posted_at")


def _members(district_id: int) -> QuerySet:
    held = Membership.objects.current().filter(district=district_id)
    people = User.objects.filter(Exists(held.filter(user=OuterRef("pk")))).order_by("name", "pk")
    return _with_roles(people, held).values("pk", "name", "is_active", "password", "roles")


MEMBERS = Statement(_members, -1)


def members_of(district: District) -> list[Member]:
    """Who has which role in the district now."""
    return [
        Member(
            pk=person["pk"],
            name=person["name"],
            roles=[Role(json.loads(each)["role"]) for each in person["roles"]],
            access=_access(person),
        )
        for person in MEMBERS.ask(district.pk)
    ]
