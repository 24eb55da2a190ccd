"""The demo's people: six in each district, eight at the Department, one published password."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from alliance.demo import content
from districts.calendar import EASTERN
from districts.models import District, User
from districts.passwords import DEMO_PASSWORD
from districts.roles import Role
from districts.services import ensure_person, give_delegation

AT_THE_DEPARTMENT = "csde"
DISTRICT_ROLES = {  # the first part of the address, in the order of people.toml
    "coordinator": Role.PLAN_COORDINATOR,
    "fiscal": Role.FISCAL_OFFICER,
    "superintendent": Role.SUPERINTENDENT,
    "chair": Role.BOARD_CHAIR,
    "viewer": Role.DISTRICT_VIEWER,
    "access-admin": Role.DISTRICT_ADMIN,
}
DEPARTMENT_ROLES = {
    "reviewer": Role.PROGRAM_REVIEWER,
    "reviewer2": Role.PROGRAM_REVIEWER,
    "fiscal-reviewer": Role.FISCAL_REVIEWER,
    "manager": Role.PROGRAM_MANAGER,
    "commissioner": Role.COMMISSIONER,
    "delegate": Role.PROGRAM_REVIEWER,
    "admin": Role.SYSADMIN,
    "auditor": Role.AUDITOR,
}
JOINED_AT = datetime(2026, 4, 1, 9, 0, tzinfo=EASTERN)
DELEGATED_AT = datetime(2026, 6, 22, 10, 0, tzinfo=EASTERN)
DELEGATED_FOR = "Approval of Alliance District plans, fiscal year 2027"


def address(part: str, place: str) -> str:
    return f"{part}@{place}.example.org"


def add_people(districts: Iterable[District]) -> int:
    """Add whoever is missing and say how many; leave alone whoever is there, and their roles."""
    names = content.people()
    known = set(User.objects.values_list("email", flat=True))
    added = 0
    for part, role in DEPARTMENT_ROLES.items():
        name = names["department"][part]
        added += _add(part, AT_THE_DEPARTMENT, name, role, None, known)
    for district in districts:
        named = names["districts"].get(district.slug, [])
        for (part, role), name in zip(DISTRICT_ROLES.items(), named, strict=bool(named)):
            added += _add(part, district.slug, name, role, district, known)
    if address("delegate", AT_THE_DEPARTMENT) not in known:
        _delegate()
    return added


def _add(
    part: str, place: str, name: str, role: Role, district: District | None, known: set[str]
) -> int:
    email = address(part, place)
    if email in known:
        return 0
    ensure_person(
        email=email, name=name, role=role, district=district, password=DEMO_PASSWORD, at=JOINED_AT
    )
    return 1


def _delegate() -> None:
    at_department = people_of(AT_THE_DEPARTMENT, ["delegate", "commissioner"])
    give_delegation(
        user_id=at_department["delegate"].pk,
        first_day=date(2026, 7, 1),
        last_day=date(2027, 6, 30),
        reason=DELEGATED_FOR,
        by=at_department["commissioner"],
        at=DELEGATED_AT,
    )


def people_of(place: str, parts: Iterable[str]) -> Mapping[str, User]:
    """People by the first part of their address."""
    by_address = {address(part, place): part for part in parts}
    found = User.objects.filter(email__in=by_address)
    return {by_address[user.email]: user for user in found}


def cast(district: District) -> Mapping[str, User]:
    """Everybody who acts on a district's plan, by the first part of their address."""
    return {
        **people_of(AT_THE_DEPARTMENT, DEPARTMENT_ROLES),
        **people_of(district.slug, DISTRICT_ROLES),
    }
