"""Who has how many plans of a year in hand, and what waits for them. Three queries, always.

Of the other years each reviewer's plans in hand are counted, so that none is out of sight.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from districts.calendar import eastern_day
from districts.models import Membership, User, standing_of
from districts.statements import Among, Statement
from plans.models import Assignment
from plans.workflow import IN_HAND, IN_REVIEW
from reviews.reports.turns import own_review

SHOWN = 10  # plans that wait for one person; of the others the number


@dataclass(frozen=True)
class Waiting:
    """A plan that waits for somebody's review."""

    slug: str
    name: str  # of the district
    days: int  # since it was handed in


@dataclass(frozen=True)
class Load:
    """What one reviewer has in hand: every plan of theirs that is not decided.

    All but `of_other_years` is of the year that was asked for.
    """

    name: str
    is_reviewer: bool  # they hold the role now; else somebody is to be assigned instead
    program: int = 0
    fiscal: int = 0
    of_other_years: int = 0
    waiting: int = 0
    shown: tuple[Waiting, ...] = ()  # of those that wait the oldest, these first

    @property
    def not_shown(self) -> int:
        return self.waiting - len(self.shown)

    @property
    def oldest(self) -> Waiting | None:
        return next(iter(self.shown), None)


def workload(fiscal_year: int, *, reader: User, on: date) -> list[Load]:
    """Everybody who reviews, by how long the oldest plan has waited for them, then by name.

    Plans that the reader is kept from are not among them (R37).
    """
    kept_from = list(standing_of(reader).kept_from)
    waiting = _by_reviewer(WAITING.ask(kept_from, fiscal_year, SHOWN))
    reviewers = dict(_reviewers())
    in_hand = _by_reviewer(PARTS_IN_HAND.ask(kept_from, fiscal_year))
    loads = [
        _load(parts, waiting.get(person, []), on, is_reviewer=person in reviewers)
        for person, parts in in_hand.items()
    ]
    idle = [name for person, name in reviewers.items() if person not in in_hand]
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


def _in_hand(kept_from: list[int]) -> QuerySet[Any]:
    return Assignment.objects.current().filter(
        ~Q(Among("plan__district", kept_from)), plan__status__in=sorted(IN_HAND)
    )


def _parts(kept_from: list[int], fiscal_year: int) -> QuerySet[Any]:
    """Of each reviewer how many plans are in their hand, by the part in which they review them."""
    of_year = Count("pk", filter=Q(plan__cycle=fiscal_year))
    return (
        _in_hand(kept_from)
        .values("reviewer", "reviews_as")
        .annotate(name=Max("reviewer__name"), of_year=of_year, of_all=Count("pk"))
        .order_by("reviewer", "reviews_as")
    )


def _awaited(kept_from: list[int], fiscal_year: int, shown: int) -> QuerySet[Any]:
    """Of each reviewer the oldest that wait for them, each with the number of all."""
    oldest = ["plan__submitted_at", "plan__district__name", "pk"]
    return (
        _in_hand(kept_from)
        .filter(
            ~Q(Exists(own_review())), plan__cycle=fiscal_year, plan__status__in=sorted(IN_REVIEW)
        )
        .annotate(place=Window(RowNumber(), partition_by="reviewer", order_by=oldest))
        .annotate(waiting=Window(Count("pk"), partition_by="reviewer"))
        .filter(place__lte=shown)
        .order_by("place")
        .values(
            *("reviewer", "waiting", "plan__submitted_at"),
            *("plan__district__slug", "plan__district__name"),
        )
    )


def _by_reviewer(rows: Iterable[dict[str, Any]]) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row["reviewer"], []).append(row)
    return found


def _load(
    parts: list[dict[str, Any]], waiting: list[dict[str, Any]], on: date, *, is_reviewer: bool
) -> Load:
    of_year = {row["reviews_as"]: row["of_year"] for row in parts}
    return Load(
        name=parts[0]["name"],
        is_reviewer=is_reviewer,
        program=of_year.get(Assignment.As.PROGRAM, 0),
        fiscal=of_year.get(Assignment.As.FISCAL, 0),
        of_other_years=sum(row["of_all"] - row["of_year"] for row in parts),
        waiting=waiting[0]["waiting"] if waiting else 0,
        shown=tuple(_waiting(row, on) for row in waiting),
    )


def _waiting(row: dict[str, Any], on: date) -> Waiting:
    return Waiting(
        slug=row["plan__district__slug"],
        name=row["plan__district__name"],
        days=(on - eastern_day(row["plan__submitted_at"])).days,
    )


PARTS_IN_HAND, WAITING = Statement(_parts, [-1], 2013), Statement(_awaited, [-1], 2013, -2)
