"""The program in figures and dates, computed from the database for anyone to read."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from django.db.models import Count, Max, Q, Sum

from districts.calendar import fiscal_year_of
from districts.models import Allocation, Figure
from plans.models import Cycle, taking_part


@dataclass(frozen=True)
class Money:
    """What is set aside for the year, in whole US dollars, over every designated district."""

    total: int
    is_final: bool
    source_on: date
    is_assumption: bool


@dataclass(frozen=True)
class Published:
    """A published number, added up over every designated district."""

    total: Decimal
    period: str
    source_on: date


class When(StrEnum):
    PAST = "past"
    NEXT = "next"
    LATER = "later"


@dataclass(frozen=True)
class CycleDate:
    name: str  # of the cycle's field
    on: date
    when: When


@dataclass(frozen=True)
class Year:
    fiscal_year: int
    dates: list[CycleDate]


DATES = (
    *(
        "estimates_on",
        "guidance_on",
        "opens_on",
        "plan_due_on",
        "reviews_complete_on",
        "decisions_on",
    ),
    *("mid_year_report_on", "last_revision_on", "end_of_year_report_on", "expenditure_report_on"),
)


def money_of(fiscal_year: int) -> Money | None:
    """Each district's final allocation, or its preliminary one until that is known.

    Of those that take part in the year: designated for it, or with a plan filed in it.
    """
    of_year = Allocation.objects.in_force(fiscal_year).filter(district__in=taking_part(fiscal_year))
    found = Allocation.objects.filter(pk__in=of_year.values("pk")).aggregate(
        total=Sum("amount"),
        preliminary=Count("pk", filter=Q(stage=Allocation.Stage.PRELIMINARY)),
        assumed=Count("pk", filter=Q(is_assumption=True)),
        source_on=Max("source_on"),
    )
    if found["total"] is None:
        return None
    return Money(
        found["total"], found["preliminary"] == 0, found["source_on"], found["assumed"] > 0
    )


def published(measure: Figure.Measure, fiscal_year: int) -> Published | None:
    """The latest period published."""
    latest = (
        Figure.objects.filter(measure=measure, district__in=taking_part(fiscal_year))
        .values("period")
        .annotate(total=Sum("value"), as_of=Max("source_on"))
        .order_by("-period")
        .first()
    )
    return latest and Published(
        latest["total"], latest["period"].replace("-", "–"), latest["as_of"]
    )


def years_around(today: date) -> list[Year]:
    """The calendar of the present fiscal year and the next, each date past, next or later."""
    this_year = fiscal_year_of(today)
    cycles = Cycle.objects.filter(fiscal_year__in=[this_year, this_year + 1]).order_by(
        "fiscal_year"
    )
    years = [(cycle.fiscal_year, _dated(cycle)) for cycle in cycles]
    coming = min((on for _, rows in years for _, on in rows if on >= today), default=None)
    return [
        Year(
            fiscal_year,
            [CycleDate(name, on, _when(on, today, coming)) for name, on in rows],
        )
        for fiscal_year, rows in years
    ]


def _dated(cycle: Cycle) -> list[tuple[str, date]]:
    return sorted(((name, getattr(cycle, name)) for name in DATES), key=lambda dated: dated[1])


def _when(on: date, today: date, coming: date | None) -> When:
    if on < today:
        return When.PAST
    return When.NEXT if on == coming else When.LATER
