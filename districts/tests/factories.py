"""Rows of this app for tests: each is whole, satisfies the constraints and holds no surprises."""

from datetime import UTC, date, datetime
from uuid import uuid4

import factory
from django.contrib.auth.hashers import MD5PasswordHasher
from django.utils.text import slugify
from factory.django import DjangoModelFactory

from districts.models import (
    Allocation,
    Conflict,
    Delegation,
    Designation,
    District,
    Membership,
    RosterChange,
    User,
)
from districts.models.districts import Stated
from districts.roles import DISTRICT_ROLES, Role

PASSWORD = "only tests know this one"
_FAST_HASH = MD5PasswordHasher().encode(PASSWORD, "salt")  # conftest.py lets MD5 in
_LIST_DATE = date(2026, 4, 1)
_LONG_AGO = datetime(2026, 7, 1, 13, 0, tzinfo=UTC)


def _free_town() -> int:
    """The highest of Connecticut's 169 town numbers that no district of the test has."""
    taken = set(District.objects.values_list("town_code", flat=True))
    return next(number for number in range(169, 0, -1) if number not in taken)


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"person{n}@example.org")
    name = factory.Sequence(lambda n: f"Person {n}")
    password = _FAST_HASH


class DesignationFactory(DjangoModelFactory):
    class Meta:
        model = Designation

    district = factory.SubFactory("districts.tests.factories.DistrictFactory")
    first_fiscal_year = 2023
    last_fiscal_year = 2027
    cohort = 2013
    basis = "Among the lowest accountability index scores"
    source = "Department list"
    source_on = _LIST_DATE


class AllocationFactory(DjangoModelFactory):
    class Meta:
        model = Allocation

    district = factory.SubFactory("districts.tests.factories.DistrictFactory")
    fiscal_year = 2027
    stage = Allocation.Stage.FINAL
    amount = 1_000_000
    source = "Department list"
    source_on = _LIST_DATE


class DistrictFactory(DjangoModelFactory):
    """`designated=True` adds a run of FY2023 to FY2027 (`designation__last_fiscal_year=…`);
    `funded=True` a final FY2027 allocation of $1,000,000 (`allocation__amount=…`)."""

    class Meta:
        model = District
        skip_postgeneration_save = True

    class Params:
        designated = factory.Trait(
            designation=factory.RelatedFactory(DesignationFactory, "district")
        )
        funded = factory.Trait(allocation=factory.RelatedFactory(AllocationFactory, "district"))
        regional = factory.Trait(
            town_code=None,
            edsight_code=factory.Sequence(lambda n: f"2{n:06}"),
        )

    name = factory.Sequence(lambda n: f"Town {n}")
    slug = factory.LazyAttribute(lambda district: slugify(district.name))
    town_code = factory.LazyFunction(_free_town)
    edsight_code = factory.LazyAttribute(lambda district: f"{district.town_code:03}0011")


class MembershipFactory(DjangoModelFactory):
    """A district role gets a district of its own unless one is given."""

    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    role = Role.PLAN_COORDINATOR
    district = factory.LazyAttribute(
        lambda membership: DistrictFactory() if membership.role in DISTRICT_ROLES else None
    )
    given_at = _LONG_AGO


class DelegationFactory(DjangoModelFactory):
    """Confirmed, and in force on any day a test runs: a view's own clock falls inside it."""

    class Meta:
        model = Delegation

    delegate = factory.SubFactory(UserFactory)
    first_day = date(2020, 1, 1)
    last_day = date(2099, 12, 31)
    reason = "The Commissioner is away"
    given_at = _LONG_AGO
    confirmed_at = _LONG_AGO
    confirmed_by = factory.SubFactory(UserFactory)


class ConflictFactory(DjangoModelFactory):
    """Declared by its person, and in force."""

    class Meta:
        model = Conflict

    person = factory.SubFactory(UserFactory)
    district = factory.SubFactory("districts.tests.factories.DistrictFactory")
    what = "My sister teaches at the high school."
    key = factory.LazyFunction(uuid4)
    declared_at = _LONG_AGO
    declared_by = factory.SelfAttribute("person")


def restated(row: Stated, **values) -> Stated:
    """Another row in its place that says something else, as a change of the roster leaves it."""
    change = RosterChange.objects.create(
        kind=RosterChange.Kind.FILE,
        asked={},
        summary=[],
        needs_second=False,
        run_as="test",
        asked_at=_LONG_AGO,
    )
    row.superseded_in = change
    row.save(update_fields=["superseded_in"])
    held = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    del held["id"], held["superseded_in_id"], held["stated_in_id"]
    return type(row)._default_manager.create(**(held | {"stated_in": change} | values))


def person(role: Role, district: District | None = None, **values) -> User:
    """Someone who holds the role now, in the district if it is a district's role."""
    user: User = UserFactory.create(**values)
    given = {"district": district} if district else {}
    MembershipFactory(user=user, role=role, **given)
    return user


def towns(number: int) -> list[District]:
    """As many designated districts as a long list needs, named in their order, at once."""
    districts = District.objects.bulk_create(
        District(
            name=f"Town {code:03}",
            slug=f"town-{code:03}",
            town_code=code,
            edsight_code=f"{code:03}0011",
        )
        for code in range(1, number + 1)
    )
    Designation.objects.bulk_create(
        DesignationFactory.build_batch(number, district=factory.Iterator(districts))
    )
    return districts
