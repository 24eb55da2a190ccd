"""Who has how many plans in hand, and what waits for them. Two queries, however many there are."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, Value, When, Window
from django.db.models.functions import RowNumber

from districts.calendar import eastern_day
from districts.models import Membership, User
from plans.models import Assignment
from plans.workflow import IN_HAND, IN_REVIEW
from reviews.permissions import readable_plans
from reviews.reports.turns import own_review

SHOWN = 10  # plans that wait for one person; of the others the number


@dataclass(frozen=True)
class Waiting:
    """A plan that waits for somebody's review."""

    slug: str
    name: str  # of the district
    fiscal_year: int
    days: int  # since it was handed in


@dataclass(frozen=True)
class Load:
    """What one reviewer has in hand: every plan of theirs that is not decided."""

    name: str
    is_reviewer: bool  # they hold the role now; else somebody is to be assigned instead
    program: int = 0
    fiscal: int = 0
    waiting: int = 0
    shown: tuple[Waiting, ...] = ()  # of those that wait the oldest, these first

    @property
    def not_shown(self) -> int:
        return self.waiting - len(self.shown)

    @property
    def oldest(self) -> Waiting | None:
        return next(iter(self.shown), None)


def workload(*, reader: User, on: date) -> list[Load]:
    """Everybody who reviews, by how long the oldest plan has waited for them, then by name.

    Plans that the reader is kept from are not among them (R37).
    """
    rows: dict[int, list[dict[str, Any]]] = {}
    for row in _in_hand(reader):
        rows.setdefault(row["reviewer"], []).append(row)
    reviewers = dict(_reviewers())
    loads = [_load(found, on, is_reviewer=person in reviewers) for person, found in rows.items()]
    idle = [name for person, name in reviewers.items() if person not in rows]
    return sorted([*loads, *(Load(name, is_reviewer=True) for name in idle)], key=_longest_first)


def _longest_first(load: Load) -> tuple[int, int, str]:
    return (
        -load.oldest.days if load.oldest else 1,
        -(load.program + load.fiscal),
        load.name,
    )


def _reviewers() -> Iterable[tuple[int, str]]:
    parts = [part.value for part in Assignment.As]
    held = Membership.objects.current().filter(user=OuterRef("pk"), role__in=parts)
    people = User.objects.filter(Exists(held), is_active=True)
    return people.order_by("name", "pk").values_list("pk", "name")


def _in_hand(reader: User) -> Iterable[dict[str, Any]]:
    """Of each reviewer the plans they see the oldest of first, each with the numbers of all."""
    awaited = Q(plan__status__in=sorted(IN_REVIEW)) & ~Q(Exists(own_review()))
    awaits = Case(When(awaited, then=Value(1)), default=Value(0), output_field=IntegerField())
    return (
        Assignment.objects.current()
        .filter(plan__in=readable_plans(reader), plan__status__in=sorted(IN_HAND))
        .annotate(awaits=awaits)
        .annotate(
            place=Window(
                RowNumber(),
                partition_by="reviewer",
                order_by=[F("awaits").desc(), "plan__submitted_at", "plan__district__name", "pk"],
            ),
            program=_how_many(Q(reviews_as=Assignment.As.PROGRAM)),
            fiscal=_how_many(Q(reviews_as=Assignment.As.FISCAL)),
            waiting=_how_many(Q(awaits=1)),
        )
        .filter(place__lte=SHOWN)
        .order_by("place")
        .values(
            *("reviewer", "reviewer__name", "awaits", "program", "fiscal", "waiting"),
            *("plan__submitted_at", "plan__cycle", "plan__district__slug", "plan__district__name"),
        )
    )


def _how_many(those: Q) -> Window:
    return Window(Count("pk", filter=those), partition_by="reviewer")


def _load(rows: list[dict[str, Any]], on: date, *, is_reviewer: bool) -> Load:
    first = rows[0]
    return Load(
        name=first["reviewer__name"],
        is_reviewer=is_reviewer,
        program=first["program"],
        fiscal=first["fiscal"],
        waiting=first["waiting"],
        shown=tuple(_waiting(row, on) for row in rows if row["awaits"]),
    )


def _waiting(row: dict[str, Any], on: date) -> Waiting:
    return Waiting(
        slug=row["plan__district__slug"],
        name=row["plan__district__name"],
        fiscal_year=row["plan__cycle"],
        days=(on - eastern_day(row["plan__submitted_at"])).days,
    )
