"""The review queue: one row for every designated district, and every plan filed in the year.

Two queries, and of the districts no more than a page shows.
"""

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache, partial
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import (
    Case,
    Count,
    DateField,
    Exists,
    F,
    FilteredRelation,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextChoices,
    Value,
    When,
)
from django.db.models.functions import Coalesce, TruncDate

from districts.calendar import EASTERN, eastern_day
from districts.models import Allocation, Designation, District, Membership
from districts.statements import Statement
from plans.models import Assignment, Cycle, Plan, RequiredChange
from plans.workflow import (
    DECIDED,
    EDITABLE,
    IN_QUEUE_FOR_GOOD,
    REVIEW_IS_DUE,
    WITH_DEPARTMENT,
    Status,
)
from reviews.models import Determination
from reviews.reports.handed_in import submissions

PAGE = 100
TABS = {  # what each holds, by the name it has in an address
    "": Q(),
    "mine": Q(is_mine=True),
    "to-assign": Q(reads=Status.SUBMITTED),
    "under-review": Q(reads=Status.UNDER_REVIEW),
    "with-districts": Q(reads=None) | Q(reads__in=sorted(EDITABLE)),
    "with-commissioner": Q(reads=Status.RECOMMENDED),
    "decided": Q(reads__in=sorted(DECIDED)),
}


class Standing(TextChoices):
    """What there is to know of a district before its plan is read."""

    OWN = "own", "your district"
    RETIRED = "retired", "retired"
    NOT_DESIGNATED = "not_designated", "not designated"


@dataclass(frozen=True)
class QueueRow:
    """A district in a year, and how its plan stands.

    Of the reader's own district it holds no more than the district itself is told.
    """

    district: str
    slug: str
    is_reform: bool
    standing: Standing | None  # none while it is on the roster and designated for the year
    allocation: int | None  # US dollars
    status: Status | None  # none before a plan is begun
    was_returned: bool
    received_at: datetime | None
    due_on: date | None
    is_overdue: bool
    program: str | None  # the reviewers of now
    fiscal: str | None

    @property
    def is_own(self) -> bool:
        return self.standing is Standing.OWN


@dataclass(frozen=True)
class Queue:
    tab: str
    words: str  # that were searched
    counts: dict[str, int]  # of districts, by tab
    page: Page
    rows: list[QueueRow]
    to_assign: int


def cycles_in_play() -> list[Any]:
    """Every cycle, the earliest first, with whether a plan of it was ever handed in."""
    handed_in = Plan.objects.filter(cycle=OuterRef("pk"), submitted_at__isnull=False)
    return list(Cycle.objects.annotate(has_plans_in=Exists(handed_in)).order_by("fiscal_year"))


def usual_cycle(cycles: list[Any], *, at: datetime) -> Cycle | None:
    """The latest cycle in which a plan was handed in, else the latest open one, else the first."""
    today = eastern_day(at)
    handed_in = [cycle for cycle in cycles if cycle.has_plans_in]
    is_open = [cycle for cycle in cycles if cycle.opens_on <= today]
    return next(iter((handed_in or is_open)[-1:] or cycles[:1]), None)


def read_queue(
    cycle: Cycle,
    *,
    reader_id: int,
    at: datetime,
    tab: str = "",
    words: str = "",
    page: str = "",
) -> Queue:
    """A page of a cycle's queue: overdue first, then by the days it waits, then by name."""
    words = words.replace("\0", "").strip()
    current = tab if tab in TABS else ""
    today = eastern_day(at)
    counts = _counting(words).ask(cycle.pk, reader_id)[0]
    shown = Paginator(range(counts[f"in_{current}"]), PAGE).get_page(page)
    days = (today, cycle.plan_due_on, cycle.reviews_complete_on, cycle.decisions_on)
    places = _showing(current, words, PAGE * (shown.number - 1)).ask(cycle.pk, reader_id, *days)
    return Queue(
        tab=current,
        words=words,
        counts={key: counts[f"in_{key}"] for key in TABS},
        page=shown,
        rows=[_row(place, today=today) for place in places],
        to_assign=counts["every"],
    )


# What stands for the year, the reader, and for today with the days by which things are due.
OF_READER = (32_000, -1)
ON_DAYS = (date(1, 1, 1), date(1, 1, 2), date(1, 1, 3), date(1, 1, 4))


@lru_cache(maxsize=100)
def _counting(words: str) -> Statement:
    """For each of those searches that were made lately."""
    return Statement(partial(_counts, words=words), *OF_READER)


@lru_cache(maxsize=100)
def _showing(tab: str, words: str, start: int) -> Statement:
    return Statement(partial(_places, tab=tab, words=words, start=start), *OF_READER, *ON_DAYS)


def _counts(fiscal_year: int, reader_id: int, *, words: str) -> QuerySet:
    """How many districts each tab holds; "every" of all, whatever is searched."""
    counted = {f"in_{key}": Count("pk", filter=_found(words) & held) for key, held in TABS.items()}
    counted["every"] = Count("pk", filter=TABS["to-assign"])
    return (
        _designated(fiscal_year, reader_id)
        .annotate(whole=Value(1))
        .values("whole")
        .annotate(**counted)
        .values(*counted)
    )


def _places(
    fiscal_year: int,
    reader_id: int,
    today: date,
    plan_due_on: date,
    reviews_complete_on: date,
    decisions_on: date,
    *,
    tab: str,
    words: str,
    start: int,
) -> QuerySet:
    """One page of a tab. What its order does not need, PostgreSQL looks up for this page alone."""
    of_plan = {"plan": OuterRef("plan__pk")}
    of_district = {"district": OuterRef("pk")}
    return (
        _designated(fiscal_year, reader_id)
        .filter(_found(words) & TABS[tab])
        .annotate(
            due_on=Case(
                When(Q(reads=None) | Q(reads=Status.DRAFT), then=Value(plan_due_on)),
                When(
                    reads__in=sorted(REVIEW_IS_DUE),
                    then=Value(reviews_complete_on),
                ),
                When(reads=Status.RECOMMENDED, then=Value(decisions_on)),
                When(reads=Status.RETURNED, then=Subquery(_answers_due_on(of_plan))),
                output_field=DateField(),
            )
        )
        .annotate(
            status=F("reads"),
            belongs=F("is_own"),
            received_at=Subquery(submissions(OuterRef("plan__pk")).values("taken_at")[:1]),
            # One row each, never Exists: that has PostgreSQL read the whole table first.
            # A return that stands asks for a change; one that was undone asks for none.
            returned=Subquery(RequiredChange.objects.filter(**of_plan).values("pk")[:1]),
            program=Subquery(_reviewer(Assignment.As.PROGRAM, of_plan)),
            fiscal=Subquery(_reviewer(Assignment.As.FISCAL, of_plan)),
            allocation=Coalesce(
                # A decision keeps the figure it was made on, whatever the roster says since.
                Subquery(Determination.objects.filter(**of_plan).values("amount")[:1]),
                Subquery(
                    Allocation.objects.in_force(fiscal_year)
                    .filter(**of_district)
                    .values("amount")[:1]
                ),
            ),
            is_reform=Subquery(
                Designation.objects.covering(fiscal_year)
                .filter(**of_district)
                .values("is_reform_district")[:1]
            ),
        )
        .order_by(
            Case(When(due_on__lt=today, then=0), default=1),
            Case(
                When(
                    plan__status__in=sorted(WITH_DEPARTMENT),
                    then=TruncDate("plan__submitted_at", tzinfo=EASTERN),
                )
            ).asc(nulls_last=True),
            "name",
        )
        .values(
            *("name", "slug", "status", "due_on", "received_at", "returned"),
            *("program", "fiscal", "allocation", "is_reform", "retired_at", "belongs"),
        )[start : start + PAGE]
    )


def _designated(fiscal_year: int, reader_id: int) -> QuerySet[District]:
    """Every designated district, with its plan of the year where it has one.

    And every other with a plan that was filed: what was filed stays, whatever the roster says.
    Of a district the reader belongs to, `reads` is the status as the district is told it.
    """
    own = Membership.objects.in_districts().filter(user=reader_id).values("district")
    mine = Assignment.objects.current().filter(reviewer=reader_id).values("plan")
    of_year = FilteredRelation("plans", condition=Q(plans__cycle=fiscal_year))
    return (
        District.objects.alias(plan=of_year)
        .filter(
            Q(pk__in=District.objects.designated_for(fiscal_year).values("pk"))
            | Q(plan__status__in=sorted(IN_QUEUE_FOR_GOOD))
        )
        .alias(
            is_mine=Case(When(Q(plan__pk__in=mine) & ~Q(pk__in=own), then=True), default=False),
            is_own=Case(When(pk__in=own, then=True), default=False),
            reads=Case(
                When(plan__status=Status.RECOMMENDED, pk__in=own, then=Value(Status.UNDER_REVIEW)),
                default=F("plan__status"),
            ),
        )
    )


def _found(words: str) -> Q:
    return Q(pk__in=District.objects.matching(words).values("pk")) if words else Q()


def _answers_due_on(of_plan: dict[str, Any]) -> QuerySet:
    """The first day by which an answer is still owed, else the last by which one was."""
    return (
        RequiredChange.objects.filter(**of_plan)
        .order_by()
        .values("plan")
        .annotate(day=Coalesce(Min("due_on", filter=Q(answered_at=None)), Max("due_on")))
        .values("day")
    )


def _reviewer(part: str, of_plan: dict[str, Any]) -> QuerySet:
    return Assignment.objects.current().filter(reviews_as=part, **of_plan).values("reviewer__name")


def _row(place: dict[str, Any], *, today: date) -> QueueRow:
    standing = _standing(place)
    is_own, due_on = standing is Standing.OWN, place["due_on"]
    return QueueRow(
        district=place["name"],
        slug=place["slug"],
        is_reform=bool(place["is_reform"]),
        standing=standing,
        allocation=place["allocation"],
        status=Status(place["status"]) if place["status"] else None,
        was_returned=bool(place["returned"]) and not is_own,
        received_at=place["received_at"],
        due_on=due_on,
        is_overdue=due_on is not None and due_on < today,
        program=None if is_own else place["program"],
        fiscal=None if is_own else place["fiscal"],
    )


def _standing(place: dict[str, Any]) -> Standing | None:
    if place["belongs"]:
        return Standing.OWN
    if place["retired_at"]:
        return Standing.RETIRED
    return Standing.NOT_DESIGNATED if place["is_reform"] is None else None
