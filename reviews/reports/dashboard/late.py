"""What is late in a year, with whom it is, and why: plans by their next day, and reports."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Window

from districts.statements import Statement
from plans.models import Cycle, RequiredChange
from plans.workflow import IN_REVIEW, Status
from progress.reports.late import LateReport, late_reports
from reviews.reports.queue import OF_READER, ON_DAYS, asks_of_reader, designated, next_due
from reviews.reports.turns import NO_DUTIES, Duties


@dataclass(frozen=True)
class LatePlan:
    """A plan of which what comes next is late; a district that has begun none has no status."""

    district: str
    slug: str
    status: Status | None
    due_on: date
    is_ready: bool  # all reviews are in: a decision is due
    is_kept_from: bool  # from the reader, who is told what the district is told (R37)
    open_changes: int  # that are not answered

    @property
    def since(self) -> date:
        return self.due_on


Late = LatePlan | LateReport


@dataclass(frozen=True)
class AllLate:
    """What has been late longest, as many as were asked for, and how much there is in all."""

    things: list[Late]
    plans: int
    reports: int

    @property
    def count(self) -> int:
        return self.plans + self.reports


def late_in(
    cycle: Cycle,
    *,
    today: date,
    reader_id: int,
    duties: Duties = NO_DUTIES,
    most: int | None = None,
) -> AllLate:
    """Two queries, or one while no report of the year is due."""
    plans, plan_count = _late_plans(cycle, today, reader_id, duties, most)
    reports, report_count = late_reports(cycle, today=today, most=most)
    things: list[Late] = sorted([*plans, *reports], key=lambda one: (one.since, one.district))
    return AllLate(things[:most], plan_count, report_count)


def _late_plans(
    cycle: Cycle, today: date, reader_id: int, duties: Duties, most: int | None
) -> tuple[list[LatePlan], int]:
    days = (cycle.plan_due_on, cycle.reviews_complete_on, cycle.decisions_on)
    who = (reader_id,) if asks_of_reader(duties) else ()
    rows = _statement(duties, most).ask(cycle.pk, *days, today, *who)
    return [*_read(rows)], rows[0]["how_many"] if rows else 0


@lru_cache(maxsize=100)
def _statement(duties: Duties, most: int | None) -> Statement:
    """For each way of asking that came lately; it knows a reader only where it asks of them."""
    year, reader = OF_READER
    who = (reader,) if asks_of_reader(duties) else ()
    places = partial(_places, duties=duties, most=most)
    return Statement(places, year, *ON_DAYS, date(1, 1, 4), *who)


def _places(
    fiscal_year: int,
    plan_due_on: date,
    reviews_complete_on: date,
    decisions_on: date,
    today: date,
    reader_id: int = -1,
    *,
    duties: Duties,
    most: int | None,
) -> QuerySet[Any]:
    unanswered = (
        RequiredChange.objects.filter(plan=OuterRef("plan__pk"), answered_at=None)
        .order_by()
        .values("plan")
        .annotate(number=Count("pk"))
        .values("number")
    )
    return (
        designated(fiscal_year, reader_id, duties)
        .annotate(due_on=next_due(plan_due_on, reviews_complete_on, decisions_on))
        .filter(due_on__lt=today)
        .annotate(
            status=F("plan__status"),
            ready=F("is_ready"),
            kept_from=Q(is_own=True) | Q(has_conflict=True),
            open_changes=Subquery(unanswered),
            how_many=Window(Count("*")),
        )
        .order_by("due_on", "name")
        .values(
            "name", "slug", "status", "due_on", "ready", "kept_from", "open_changes", "how_many"
        )[:most]
    )


def _read(rows: list[dict[str, Any]]) -> Iterator[LatePlan]:
    for row in rows:
        status = Status(row["status"]) if row["status"] else None
        if row["kept_from"] and status in IN_REVIEW:
            status = Status.UNDER_REVIEW
        yield LatePlan(
            district=row["name"],
            slug=row["slug"],
            status=status,
            due_on=row["due_on"],
            is_ready=row["ready"],
            is_kept_from=row["kept_from"],
            open_changes=row["open_changes"] or 0,
        )
