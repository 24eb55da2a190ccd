"""The review queue: one row for every designated district, and every plan filed in the year.

Two queries, and of the districts no more than a page shows. Every cell is a string made here: the
table's template loops and does nothing else.
"""

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache, partial
from typing import Any, NamedTuple
from urllib.parse import urlencode

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
    Value,
    When,
)
from django.db.models.functions import Coalesce, TruncDate
from django.urls import reverse
from django.utils.safestring import SafeString

from districts.calendar import EASTERN, eastern_day
from districts.models import Allocation, Designation, District, Membership
from districts.statements import Statement
from districts.templatetags.alliance import state
from districts.words import day, days_from, money, weekday
from plans.models import Assignment, Cycle, Plan, PlanEvent, RequiredChange
from plans.workflow import (
    DECIDED,
    EDITABLE,
    IN_QUEUE_FOR_GOOD,
    REVIEW_IS_DUE,
    WITH_DEPARTMENT,
    Label,
    Status,
    Step,
    label_for,
)
from reviews.models import Determination
from reviews.reports.handed_in import submissions
from reviews.reports.packet import department_label

PAGE = 100
NONE = "—"
ANY_DISTRICT = "any-district"  # stands for each row's in an address that is looked up once
NOT_STARTED = Label("Not started", "", "empty")
WITH = {
    Status.SUBMITTED: "Department, no one yet",
    Status.UNDER_REVIEW: "Reviewers",
    Status.RECOMMENDED: "Commissioner",
    Status.DRAFT: "District",
    Status.RETURNED: "District",
}
TABS = {  # what each holds, by the name it has in an address
    "": ("All", Q()),
    "mine": ("Mine", Q(is_mine=True)),
    "to-assign": ("To assign", Q(reads=Status.SUBMITTED)),
    "under-review": ("Under review", Q(reads=Status.UNDER_REVIEW)),
    "with-districts": (
        "With districts",
        Q(reads=None) | Q(reads__in=sorted(EDITABLE)),
    ),
    "with-commissioner": ("With the Commissioner", Q(reads=Status.RECOMMENDED)),
    "decided": (
        "Decided",
        Q(reads__in=sorted(DECIDED)),
    ),
}


class QueueRow(NamedTuple):
    """The cells of a row, in the order in which the template takes them apart."""

    district: str
    url: str  # where nothing is handed in there is nothing to read (R59): see `_opens`
    is_reform: bool
    allocation: str
    status: SafeString
    with_whom: str
    received: str
    waiting: str  # days since it was handed in, while the Department has it
    due: str
    is_overdue: bool
    program: str
    fiscal: str
    standing: str  # empty while the district is on the roster and designated for the year


@dataclass(frozen=True)
class Tab:
    label: str
    count: int
    query: str
    is_current: bool


@dataclass(frozen=True)
class Queue:
    tabs: list[Tab]
    page: Page
    query: str  # of this tab and search, for the links to its other pages
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
    decides: bool = False,
) -> Queue:
    """A page of a cycle's queue: overdue first, then by the days it waits, then by name.

    `decides`: the reader withholds and releases funds, also of a plan that was never handed in.
    """
    words = words.replace("\0", "").strip()
    current = tab if tab in TABS else ""
    today = eastern_day(at)
    counts = _counting(words).ask(cycle.pk, reader_id)[0]
    queries = {key: urlencode({"fy": cycle.pk, "tab": key, "q": words}) for key in TABS}
    shown = Paginator(range(counts[f"in_{current}"]), PAGE).get_page(page)
    days = (today, cycle.plan_due_on, cycle.reviews_complete_on, cycle.decisions_on)
    places = _showing(current, words, PAGE * (shown.number - 1)).ask(cycle.pk, reader_id, *days)
    leads_to = {"read": "plan"} | (_STEPS_ON_FUNDS if decides else {})
    addresses = {
        status: reverse(f"reviews:{name}", args=[ANY_DISTRICT, cycle.pk])
        for status, name in leads_to.items()
    }
    return Queue(
        tabs=[
            Tab(label, counts[f"in_{key}"], query=queries[key], is_current=key == current)
            for key, (label, _) in TABS.items()
        ],
        page=shown,
        query=queries[current],
        rows=[_row(place, addresses, today=today) for place in places],
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
    counted = {
        f"in_{key}": Count("pk", filter=_found(words) & held) for key, (_, held) in TABS.items()
    }
    counted["every"] = Count("pk", filter=TABS["to-assign"][1])
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
        .filter(_found(words) & TABS[tab][1])
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
            returned=Subquery(
                PlanEvent.objects.filter(step=Step.RETURN, **of_plan).values("pk")[:1]
            ),
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


_STEPS_ON_FUNDS: dict[str, str] = {Status.DRAFT: "withhold", Status.WITHHELD: "release"}


def _opens(place: dict[str, Any], addresses: dict[str, str]) -> str:
    """Where the district's name leads: what it handed in, or what can be done with its funds."""
    if place["belongs"]:
        return ""
    address = addresses["read"] if place["received_at"] else addresses.get(place["status"], "")
    return address.replace(ANY_DISTRICT, place["slug"])


def _row(place: dict[str, Any], addresses: dict[str, str], *, today: date) -> QueueRow:
    status = Status(place["status"]) if place["status"] else None
    received_at, due_on = place["received_at"], place["due_on"]
    belongs = place["belongs"]
    is_overdue = due_on is not None and due_on < today
    label = _label(status, place)
    if is_overdue and (status is None or status == Status.DRAFT):
        label = Label(label.words, "bad", "clock")
    return QueueRow(
        district=place["name"],
        url=_opens(place, addresses),
        is_reform=bool(place["is_reform"]),
        allocation=money(place["allocation"]),
        status=state(label),
        with_whom=_with(status, place),
        received=day(received_at),
        waiting=_days_since(received_at, today) if status in WITH_DEPARTMENT else NONE,
        due=_due(due_on, today, is_overdue=is_overdue),
        is_overdue=is_overdue,
        program=NONE if belongs else place["program"] or "unassigned",
        fiscal=NONE if belongs else place["fiscal"] or "unassigned",
        standing=_standing(place),
    )


def _label(status: Status | None, place: dict[str, Any]) -> Label:
    if status is None:
        return NOT_STARTED
    if place["belongs"]:
        return label_for(status, is_department=False)
    return department_label(status, was_returned=bool(place["returned"]))


def _with(status: Status | None, place: dict[str, Any]) -> str:
    """Within the Department nothing is told to whoever belongs to the district."""
    if status is None:
        return "District"
    if place["belongs"] and status in WITH_DEPARTMENT:
        return "Department"
    return WITH.get(status, NONE)


def _standing(place: dict[str, Any]) -> str:
    if place["belongs"]:
        return "your district"
    if place["retired_at"]:
        return "retired"
    return "not designated" if place["is_reform"] is None else ""


def _days_since(moment: datetime | None, today: date) -> str:
    return f"{(today - eastern_day(moment)).days}" if moment else NONE


def _due(due_on: date | None, today: date, *, is_overdue: bool) -> str:
    if due_on is None:
        return NONE
    return f"{weekday(due_on)}, {days_from(due_on, today)}" if is_overdue else weekday(due_on)
