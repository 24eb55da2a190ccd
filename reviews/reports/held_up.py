"""Plans whose two reviews are in, and which wait all the same: to be agreed on, or for a third."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, When, Window

from districts.calendar import eastern_day
from districts.models import User, standing_of
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
    days: int  # since it was handed in
    is_disputed: bool  # two reviews lie two levels apart (R38)
    lacks_third: bool  # the third review of an educational reform district (R36)
    third: str | None  # who is named to give it; else any program manager does


def held_up(fiscal_year: int, *, reader: User, on: date) -> tuple[list[HeldUp], int]:
    """The oldest of a year, and how many there are; none of a district that the reader is kept
    from. One query."""
    own = list(standing_of(reader).kept_from)
    rows = HELD_UP.ask(own, fiscal_year) if may_read_reviews(reader) else []
    return [_shown(row, on) for row in rows], rows[0]["how_many"] if rows else 0


def _shown(row: dict[str, Any], on: date) -> HeldUp:
    return HeldUp(
        name=row["district__name"],
        slug=row["district__slug"],
        days=(on - eastern_day(row["submitted_at"])).days,
        is_disputed=row["is_disputed"],
        lacks_third=row["lacks_third"],
        third=row["third"],
    )


def _waiting(own: list[int], fiscal_year: int) -> QuerySet[Any]:
    named = ThirdReviewer.objects.current().reachable().filter(plan=OuterRef("pk"))
    return (
        Plan.objects.filter(
            ~Q(Among("district", own)),
            Q(pk__in=disputed(fiscal_year)) | Q(pk__in=_lacking_third(fiscal_year)),
            cycle=fiscal_year,
            status__in=sorted(IN_REVIEW),
        )
        .exclude(pk__in=waived(fiscal_year))
        .annotate(
            is_disputed=_whether(Q(pk__in=disputed(fiscal_year))),
            lacks_third=Exists(_lacking_third(fiscal_year).filter(plan=OuterRef("pk"))),
            third=Subquery(named.values("reviewer__name")[:1]),
            how_many=Window(Count("pk")),
        )
        .order_by("submitted_at", "district__name", "pk")
        .values(
            *("district__name", "district__slug", "submitted_at"),
            *("is_disputed", "lacks_third", "third", "how_many"),
        )[:SHOWN]
    )


def _lacking_third(fiscal_year: int) -> QuerySet[Any]:
    """Plans of educational reform districts with both reviews, which want the manager's (R36)."""
    return (
        both_reviewed(fiscal_year)
        .filter(
            plan__district__designations__superseded_in=None,
            plan__district__designations__is_reform_district=True,
            plan__district__designations__first_fiscal_year__lte=F("plan__cycle"),
            plan__district__designations__last_fiscal_year__gte=F("plan__cycle"),
        )
        .exclude(plan__in=by_manager(fiscal_year))
    )


def _whether(condition: Q) -> Case:
    return Case(When(condition, then=True), default=False)


HELD_UP = Statement(_waiting, [-1], 2013)
