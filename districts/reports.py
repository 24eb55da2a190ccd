"""The roster and the people as tables: what a list page shows, in a fixed number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from districts.models import (
    Allocation,
    Delegation,
    Designation,
    District,
    DistrictQuerySet,
    Figure,
    Membership,
    User,
)
from notices.models import Notice

SET_PASSWORD = "set_password"  # noqa: S105 - a kind of letter, not a secret
DEPARTMENT = "department"  # in a filter, beside the slugs of districts
Measure = Figure.Measure
SHOWN = (Measure.ENROLMENT, Measure.SCHOOLS, Measure.ACCOUNTABILITY_INDEX)


@dataclass(frozen=True)
class RosterRow:
    district: District
    run: Designation | None
    allocation: Allocation | None  # the final one, else the preliminary one
    figures: dict[str, Figure]  # the latest of each measure

    @property
    def amount(self) -> int | None:
        return self.allocation.amount if self.allocation else None

    @property
    def students(self) -> Decimal | None:
        return self._value(Measure.ENROLMENT)

    @property
    def schools(self) -> Decimal | None:
        return self._value(Measure.SCHOOLS)

    @property
    def index(self) -> Decimal | None:
        return self._value(Measure.ACCOUNTABILITY_INDEX)

    def _value(self, measure: str) -> Decimal | None:
        return self.figures[measure].value if measure in self.figures else None


@dataclass(frozen=True)
class SourceNote:
    """Where a column is from, and the latest date of it."""

    what: str
    source: str
    day: date


@dataclass(frozen=True)
class Roster:
    """One row a district, what the numbers add up to, and where they are from."""

    rows: list[RosterRow]
    amount: int | None
    preliminary: int
    students: Decimal | None
    schools: Decimal | None
    notes: list[SourceNote]


def roster_of(districts: DistrictQuerySet, fiscal_year: int) -> Roster:
    """The districts by name with their standing in the year and their latest figures."""
    found = districts.order_by("name").prefetch_related(
        Prefetch("designations", Designation.objects.covering(fiscal_year), "runs"),
        Prefetch(
            "allocations",
            Allocation.objects.filter(fiscal_year=fiscal_year).order_by("stage"),  # final first
            "of_year",
        ),
        Prefetch("figures", _latest(), "latest"),
    )
    rows = [
        RosterRow(
            district,
            next(iter(district.runs), None),
            next(iter(district.of_year), None),
            {figure.measure: figure for figure in district.latest},
        )
        for district in found
    ]
    return Roster(
        rows,
        amount=_sum(row.amount for row in rows),
        preliminary=sum(
            row.allocation is not None and row.allocation.stage == Allocation.Stage.PRELIMINARY
            for row in rows
        ),
        students=_sum(row.students for row in rows),
        schools=_sum(row.schools for row in rows),
        notes=_notes(rows, fiscal_year),
    )


def _sum(values: Iterable) -> Any:
    """None where there is nothing to add up: an unknown sum is not zero."""
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def years_of_money(this_year: int) -> list[int]:
    """Years the roster can be shown for: those with allocations, and the present one."""
    known = Allocation.objects.order_by().values_list("fiscal_year", flat=True).distinct()
    return sorted({this_year, *known}, reverse=True)


def figures_of(district: District) -> list[Figure]:
    """Every figure of the district, in the order of the measures, the latest period first."""
    order = {measure: place for place, measure in enumerate(Measure.values)}
    newest_first = district.figures.order_by("-period")
    return sorted(newest_first, key=lambda figure: order[figure.measure])


def _latest() -> QuerySet[Figure]:
    """The last period published of each measure, district by district."""
    return (
        Figure.objects.filter(measure__in=SHOWN)
        .order_by("district", "measure", "-period")
        .distinct("district", "measure")
    )


def _notes(rows: list[RosterRow], fiscal_year: int) -> list[SourceNote]:
    latest: dict[tuple[str, str], date] = {}
    for row in rows:
        named: list[tuple[str, Allocation | Figure]] = [
            (figure.get_measure_display().split(",")[0], figure) for figure in row.figures.values()
        ]
        if row.allocation:
            named.insert(0, (f"FY{fiscal_year} allocation", row.allocation))
        for what, value in named:
            key = (what, value.source)
            latest[key] = max(latest.get(key, date.min), value.source_on)
    return [SourceNote(what, source, day) for (what, source), day in latest.items()]


# People -----------------------------------------------------------------------------------------


class Label(NamedTuple):
    """What {% state %} shows."""

    tone: str
    icon: str
    words: str


ACTIVE = Label("good", "check", "Active")
NO_PASSWORD = Label("warn", "mail", "No password yet")
SUSPENDED = Label("", "lock", "Suspended")


@dataclass(frozen=True)
class PersonRow:
    user: User
    memberships: list[Membership]
    delegation: Delegation | None
    label: Label


def people_matching(
    people: QuerySet[User], *, words: str, held_in: str, with_suspended: bool
) -> QuerySet[User]:
    """The people a filter leaves; `held_in` is a district's slug, DEPARTMENT or "" for anywhere."""
    if not with_suspended:
        people = people.filter(is_active=True)
    if words := words.strip():
        people = people.filter(Q(name__icontains=words) | Q(email__icontains=words))
    if held_in:
        held = Membership.objects.current().filter(user=OuterRef("pk"))
        place = Q(district=None) if held_in == DEPARTMENT else Q(district__slug=held_in)
        people = people.filter(Exists(held.filter(place)))
    return people.order_by("name", "pk")


def person_rows(people: QuerySet[User], today: date) -> list[PersonRow]:
    found = people.prefetch_related(
        Prefetch(
            "memberships",
            Membership.objects.current().select_related("district").order_by("pk"),
            "current",
        ),
        Prefetch("delegations", Delegation.objects.in_force(today), "in_force"),
    )
    return [
        PersonRow(user, user.current, next(iter(user.in_force), None), label_of(user))
        for user in found
    ]


def label_of(user: User) -> Label:
    """Whether the person can sign in, in a word."""
    if not user.is_active:
        return SUSPENDED
    return ACTIVE if user.has_usable_password() else NO_PASSWORD


def password_letters(user: User) -> QuerySet[Notice]:
    """The letters that let the person set a password, the latest first."""
    return Notice.objects.filter(kind=SET_PASSWORD, to=user).order_by("-posted_at")


def members_of(district: District) -> list[PersonRow]:
    """Who has which role in the district now."""
    people = User.objects.filter(
        Exists(Membership.objects.current().filter(user=OuterRef("pk"), district=district))
    ).order_by("name", "pk")
    held = Membership.objects.current().filter(district=district).order_by("pk")
    return [
        PersonRow(user, user.current, None, label_of(user))
        for user in people.prefetch_related(Prefetch("memberships", held, "current"))
    ]
