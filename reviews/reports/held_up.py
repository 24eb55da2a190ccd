"""Plans whose two reviews are in, and which wait all the same: to be agreed on, or for a third.

Of all years, since a plan waits however old it is; only those in review are looked at.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, Subquery, When, Window

from districts.calendar import eastern_day
from districts.models import Designation, User, standing_of
from districts.statements import Among, Statement
from plans.models import Plan
from plans.workflow import IN_REVIEW
from reviews.models import ThirdReviewer
from reviews.permissions import may_read_reviews
from reviews.reports.turns import both_reviewed, by_manager, disputed, waived

SHOWN = 10


@dataclass(frozen=True)
class HeldUp:
    name: str  # of the district
    slug: str
    fiscal_year: int
    days: int  # since it was handed in
    is_disputed: bool  # two reviews lie two levels apart (R38)
    lacks_third: bool  # the third review of an educational reform district (R36)
    third: str | None  # who is named to give it; else any program manager does


def held_up(*, reader: User, on: date) -> tuple[list[HeldUp], int]:
    """The oldest, and how many there are; none of a district that the reader is kept from. One
    query."""
    own = list(standing_of(reader).kept_from)
    rows = HELD_UP.ask(own) if may_read_reviews(reader) else []
    return [_shown(row, on) for row in rows], rows[0]["how_many"] if rows else 0


def _shown(row: dict[str, Any], on: date) -> HeldUp:
    return HeldUp(
        name=row["district__name"],
        slug=row["district__slug"],
        fiscal_year=row["cycle"],
        days=(on - eastern_day(row["submitted_at"])).days,
        is_disputed=row["is_disputed"],
        lacks_third=row["lacks_third"],
        third=row["third"],
    )


def _waiting(own: list[int]) -> QuerySet[Any]:
    reform = Designation.objects.filter(
        district=OuterRef("district"),
        first_fiscal_year__lte=OuterRef("cycle"),
        last_fiscal_year__gte=OuterRef("cycle"),
        superseded_in=None,
        is_reform_district=True,
    )
    named = ThirdReviewer.objects.current().reachable().filter(plan=OuterRef("pk"))
    lacks_third = Q(Exists(reform), pk__in=both_reviewed()) & ~Q(pk__in=by_manager())
    return (
        Plan.objects.filter(~Q(Among("district", own)), status__in=sorted(IN_REVIEW))
        .exclude(pk__in=waived())
        .annotate(
            is_disputed=_whether(Q(pk__in=disputed())),
            lacks_third=_whether(lacks_third),
            third=Subquery(named.values("reviewer__name")[:1]),
        )
        .filter(Q(is_disputed=True) | Q(lacks_third=True))
        .annotate(how_many=Window(Count("pk")))
        .order_by("submitted_at", "district__name", "pk")
        .values(
            *("district__name", "district__slug", "cycle", "submitted_at"),
            *("is_disputed", "lacks_third", "third", "how_many"),
        )[:SHOWN]
    )


def _whether(condition: Q) -> Case:
    return Case(When(condition, then=True), default=False)


HELD_UP = Statement(_waiting, [-1])
