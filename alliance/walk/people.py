"""Who takes part in the walk: the districts of the roster, one that leaves, one that joins."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.utils.crypto import get_random_string

from districts.models import Allocation, Designation, District, User
from districts.roles import Role
from districts.services import ensure_person

ROSTER = "districts/data/alliance_districts.csv"
FIRST_YEAR = 2027  # whose allocations the roster has
RENEWED_UNTIL = FIRST_YEAR + 15
ASSUMED = {
    "source": "Assumed for a walk through the years",
    "source_on": date(2026, 7, 1),
    "is_assumption": True,
}
IN_DISTRICT = {
    "coordinator": Role.PLAN_COORDINATOR,
    "fiscal": Role.FISCAL_OFFICER,
    "superintendent": Role.SUPERINTENDENT,
    "chair": Role.BOARD_CHAIR,
}
AT_DEPARTMENT = {
    "reviewer": Role.PROGRAM_REVIEWER,
    "reviewer2": Role.PROGRAM_REVIEWER,
    "fiscal-reviewer": Role.FISCAL_REVIEWER,
    "manager": Role.PROGRAM_MANAGER,
    "commissioner": Role.COMMISSIONER,
    "admin": Role.SYSADMIN,
}


@dataclass(frozen=True)
class Walker:
    """A district that walks, by its place in the list, with everybody who acts on its plans."""

    place: int
    district: District
    people: Mapping[str, User]
    joins: int = FIRST_YEAR
    leaves: int = RENEWED_UNTIL  # the last fiscal year it is designated for

    def is_designated(self, fiscal_year: int) -> bool:
        return self.joins <= fiscal_year <= self.leaves


def gather(*, count: int, years: int, at: datetime) -> list[Walker]:
    """The first districts of the roster; the last of them leaves, and one more joins in year two.

    Allocations after the roster's year are assumed: each year another, from 97% to 106%.
    """
    call_command("load_roster", ROSTER, fiscal_year=FIRST_YEAR, verbosity=0, stdout=_Quiet())
    districts = list(District.objects.order_by("name")[:count])
    newcomer = District.objects.create(
        name="Newcomer", slug="newcomer", edsight_code="9990011", reference_group="H"
    )
    leaver = next(each for each in reversed(districts) if _allocation(each))
    department = _people("csde", AT_DEPARTMENT, None, at)
    walkers = [
        Walker(
            place,
            district,
            department | _people(district.slug, IN_DISTRICT, district, at),
            joins=FIRST_YEAR + 1 if district == newcomer else FIRST_YEAR,
            leaves=FIRST_YEAR if district == leaver else RENEWED_UNTIL,
        )
        for place, district in enumerate([*districts, newcomer])
    ]
    # Reminders go to those who can sign in; nobody ever does here.
    User.objects.update(password=make_password(get_random_string(40)))
    for walker in walkers:
        _designate(walker)
        _allocate(walker, years)
    return walkers


def _people(
    place: str, roles: Mapping[str, Role], district: District | None, at: datetime
) -> dict[str, User]:
    return {
        part: ensure_person(
            email=f"{part}@{place}.example.org",
            name=f"{part.capitalize()} of {district or 'the Department'}",
            role=role,
            district=district,
            at=at,
        )
        for part, role in roles.items()
    }


def _designate(walker: Walker) -> None:
    if walker.leaves == FIRST_YEAR:
        return
    Designation.objects.create(
        district=walker.district,
        first_fiscal_year=FIRST_YEAR + 1,
        last_fiscal_year=walker.leaves,
        cohort=FIRST_YEAR + 1,
        is_reform_district=_is_reform_district(walker.district),
        basis="Assumed for a walk through the years",
        **ASSUMED,
    )


def _is_reform_district(district: District) -> bool:
    """As in the roster's year, which is assumed to stay: its plans have a third review (R36)."""
    return Designation.objects.filter(district=district, is_reform_district=True).exists()


def _allocation(district: District) -> int | None:
    known = Allocation.objects.in_force(FIRST_YEAR).filter(district=district)
    return known.values_list("amount", flat=True).first()


def _allocate(walker: Walker, years: int) -> None:
    amount = _allocation(walker.district)
    amount = 1_000_003 if amount is None else amount
    for year in range(FIRST_YEAR + 1, FIRST_YEAR + years + 1):
        if walker.is_designated(year):
            percent = 97 + (walker.place + 3 * year) % 10
            Allocation.objects.create(
                district=walker.district,
                fiscal_year=year,
                stage=Allocation.Stage.FINAL,
                amount=amount * percent // 100,
                **ASSUMED,
            )


class _Quiet:
    def write(self, text: str) -> None:
        pass

    def flush(self) -> None:
        pass
