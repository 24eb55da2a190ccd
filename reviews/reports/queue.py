"""The review queue: one row for every designated district, and every plan filed in the year.

Two queries, and of the districts no more than a page shows.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache, partial
from typing import Any, NamedTuple

from django.core.paginator import Page, Paginator
from django.db.models import (
    BooleanField,
    Case,
    Count,
    DateField,
    ExpressionWrapper,
    F,
    FilteredRelation,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce, TruncDate

from districts.calendar import EASTERN, eastern_day
from districts.models import Conflict, District, Membership
from districts.reports import with_allocation
from districts.statements import Statement
from plans.documents.rows import JSONRows
from plans.models import Assignment, Cycle, PlanRevision, RequiredChange, due_in_sql
from plans.revision_workflow import RevisionStatus
from plans.workflow import (
    DECIDED,
    EDITABLE,
    IN_QUEUE_FOR_GOOD,
    WITH_DEPARTMENT,
    Status,
)
from reviews.models import Determination, Recommendation
from reviews.reports.assigned_to import assigned_to, reviewer_asked
from reviews.reports.handed_in import submissions
from reviews.reports.queue_rows import QueueRow, row_of
from reviews.reports.turns import (
    NO_DUTIES,
    Duties,
    by_manager,
    disputed,
    is_to_decide,
    is_waiting_for,
    waived,
)

PAGE = 100
MINE = "mine"
WITH_DISTRICTS = "with-districts"  # also where no plan is begun
STAGES: dict[str, frozenset[Status]] = {  # by the name a tab has in an address
    "to-assign": frozenset({Status.SUBMITTED}),
    "under-review": frozenset({Status.UNDER_REVIEW}),
    WITH_DISTRICTS: EDITABLE,
    "with-commissioner": frozenset({Status.RECOMMENDED}),
    "decided": DECIDED,
}
NOT_BEGUN = "not-begun"
ONE_STATUS = {  # a part of a stage, which the dashboard leads to
    NOT_BEGUN: None,
    "drafts": Status.DRAFT,
    "returned": Status.RETURNED,
    "approved": Status.APPROVED,
    "withheld": Status.WITHHELD,
    "withdrawn": Status.WITHDRAWN,
}
TABS = ("", MINE, *STAGES, *ONE_STATUS)

SORTS: dict[str, tuple[Any, ...]] = {  # before what is owed soonest, by the word in an address
    "": (),
    "name": ("name",),
    "-amount": (F("allocation").desc(nulls_last=True),),
    "received": (F("received_at").asc(nulls_last=True),),
    "-received": (F("received_at").desc(nulls_last=True),),
}


@dataclass(frozen=True)
class Tally:
    """How many districts there are, and what is allocated to them."""

    count: int = 0
    amount: int = 0  # US dollars


class Wanted(NamedTuple):
    """What of the year is looked for."""

    words: str = ""  # of a district's name, or its code
    reviewer: str = ""  # see reviews.reports.assigned_to


@dataclass(frozen=True)
class Queue:
    tab: str
    sort: str
    wanted: Wanted
    tallies: dict[str, Tally]  # by tab
    page: Page
    rows: list[QueueRow]
    to_assign: int

    @property
    def counts(self) -> dict[str, int]:
        return {tab: self.tallies[tab].count for tab in ("", MINE, *STAGES)}


def read_queue(
    cycle: Cycle,
    *,
    reader_id: int,
    at: datetime,
    duties: Duties = NO_DUTIES,
    tab: str = "",
    words: str = "",
    reviewer: str = "",
    sort: str = "",
    page: str = "",
) -> Queue:
    """A page of a cycle's queue: what is owed soonest first, and on one day the reader's own."""
    wanted = Wanted(words.replace("\0", "").strip(), reviewer_asked(reviewer))
    current, sort = tab if tab in TABS else "", sort if sort in SORTS else ""
    today = eastern_day(at)
    found = _tallying(wanted, duties).ask(cycle.pk, reader_id)
    tallies = _tallies(row for row in found if row["is_found"])
    shown = Paginator(range(tallies[current].count), PAGE).get_page(page)
    days = (cycle.plan_due_on, cycle.reviews_complete_on, cycle.decisions_on)
    showing = _showing(current, wanted, duties, PAGE * (shown.number - 1), sort)
    return Queue(
        tab=current,
        sort=sort,
        wanted=wanted,
        tallies=tallies,
        page=shown,
        rows=[row_of(place, today=today) for place in showing.ask(cycle.pk, reader_id, *days)],
        to_assign=_tallies(found)["to-assign"].count,
    )


def tallies_of(cycle: Cycle, *, reader_id: int, duties: Duties) -> dict[str, Tally]:
    """Of each tab, as the queue itself counts them. One query."""
    return _tallies(_tallying(Wanted(), duties).ask(cycle.pk, reader_id))


# What stands for the year, the reader, and for the days by which things are due.
OF_READER = (32_000, -1)
ON_DAYS = (date(1, 1, 1), date(1, 1, 2), date(1, 1, 3))


@lru_cache(maxsize=100)
def _tallying(wanted: Wanted, duties: Duties) -> Statement:
    """For each of those searches that were made lately."""
    return Statement(partial(_sums, wanted=wanted, duties=duties), *OF_READER)


@lru_cache(maxsize=100)
def _showing(tab: str, wanted: Wanted, duties: Duties, start: int, sort: str = "") -> Statement:
    places = partial(_places, tab=tab, wanted=wanted, duties=duties, start=start, sort=sort)
    return Statement(places, *OF_READER, *ON_DAYS)


def _sums(fiscal_year: int, reader_id: int, *, wanted: Wanted, duties: Duties) -> QuerySet:
    """The districts at each stage, those that are found and wait for the reader apart."""
    return (
        designated(fiscal_year, reader_id, duties)
        .annotate(
            at_stage=F("stage"),
            waits=F("is_mine"),
            is_found=ExpressionWrapper(_found(wanted, fiscal_year), BooleanField())
            if any(wanted)
            else Value(value=True),
        )
        .values("at_stage", "waits", "is_found")
        .annotate(count=Count("pk"), amount=Sum("allocated"))
        .values("at_stage", "waits", "is_found", "count", "amount")
        .order_by()
    )


def _tallies(rows: Iterable[dict[str, Any]]) -> dict[str, Tally]:
    """Of each tab, from the sums of each stage."""
    tallies = dict.fromkeys(TABS, Tally())
    for row in rows:
        at_stage = row["at_stage"]
        stages = [stage for stage, statuses in STAGES.items() if at_stage in statuses]
        stages += [tab for tab, status in ONE_STATUS.items() if status == at_stage]
        if at_stage is None:
            stages.append(WITH_DISTRICTS)
        for tab in ("", *stages, *([MINE] if row["waits"] else [])):
            tallies[tab] = Tally(
                tallies[tab].count + row["count"], tallies[tab].amount + (row["amount"] or 0)
            )
    return tallies


def _held_in(tab: str) -> Q:
    if tab == MINE:
        return Q(is_mine=True)
    if tab in ONE_STATUS:
        return Q(plan__status=ONE_STATUS[tab])
    if tab not in STAGES:
        return Q()
    at_stage = Q(stage__in=sorted(STAGES[tab]))
    return at_stage | Q(plan__status=None) if tab == WITH_DISTRICTS else at_stage


def _places(
    fiscal_year: int,
    reader_id: int,
    plan_due_on: date,
    reviews_complete_on: date,
    decisions_on: date,
    *,
    tab: str,
    wanted: Wanted,
    duties: Duties,
    start: int,
    sort: str,
) -> QuerySet:
    """One page of a tab. What its order does not need, PostgreSQL looks up for this page alone."""
    of_plan = {"plan": OuterRef("plan__pk")}
    return (
        designated(fiscal_year, reader_id, duties)
        .filter(_found(wanted, fiscal_year) & _held_in(tab))
        .annotate(due_on=next_due(plan_due_on, reviews_complete_on, decisions_on))
        .annotate(
            status=F("plan__status"),
            belongs=F("is_own"),
            conflicted=F("has_conflict"),
            waits=F("is_mine"),
            has_managers=_whether(Q(plan__pk__in=by_manager(fiscal_year))),
            is_waived=_whether(Q(plan__pk__in=waived(fiscal_year))),
            disputes=_whether(Q(plan__pk__in=disputed(fiscal_year))),
            received_at=Subquery(submissions(OuterRef("plan__pk")).values("taken_at")[:1]),
            # One row each, never Exists: that has PostgreSQL read the whole table first.
            # A return that stands asks for a change; one that was undone asks for none.
            returned=Subquery(RequiredChange.objects.filter(**of_plan).values("pk")[:1]),
            extended_until=F("plan__extended_until"),
            revision=Subquery(
                PlanRevision.objects.filter(
                    plan__status=Status.APPROVED, status=RevisionStatus.HANDED_IN, **of_plan
                ).values("number")[:1]
            ),
            reviewers=JSONRows(_reviewers(), "reviews_as", "named", "review"),
            allocation=F("allocated"),
            is_reform=F("run__is_reform_district"),
        )
        .order_by(
            *SORTS[sort],
            F("due_on").asc(nulls_last=True),
            F("waits").desc(),
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
            *("reviewers", "allocation", "is_reform", "retired_at", "belongs"),
            "conflicted",
            *("waits", "has_managers", "is_waived", "disputes", "revision", "extended_until"),
        )[start : start + PAGE]
    )


def next_due(plan_due_on: date, reviews_complete_on: date, decisions_on: date) -> Case:
    """Of `designated` districts: by when what comes next is due; nothing once it is decided."""
    answers = _answers_due_on({"plan": OuterRef("plan__pk")})
    return Case(
        When(plan__status=None, then=Value(plan_due_on)),
        When(
            plan__status=Status.DRAFT,
            then=due_in_sql(Value(plan_due_on), "plan__extended_until"),
        ),
        When(plan__status=Status.RETURNED, then=Subquery(answers)),
        When(is_ready=True, then=Value(decisions_on)),
        When(plan__status__in=sorted(WITH_DEPARTMENT), then=Value(reviews_complete_on)),
        output_field=DateField(),
    )


def asks_of_reader(duties: Duties) -> bool:
    """Whether districts that the reader is kept from are looked for."""
    return duties.is_kept_from or duties == NO_DUTIES


def designated(fiscal_year: int, reader_id: int, duties: Duties) -> QuerySet[District]:
    """Every designated district, with its plan of the year where it has one.

    And every other with a plan that was filed: what was filed stays, whatever the roster says.
    `is_ready`: what comes next is a decision; `is_mine`: it is the reader's to do. Of a district
    the reader is kept from neither is so, whatever the Department thinks of it.
    """
    memberships = Membership.objects.in_districts().filter(user=reader_id)
    # Not asked for most readers, but of who has nothing to do: else the statement knows no reader.
    asks = asks_of_reader(duties)
    own = Q(pk__in=memberships.values("district") if asks else [])
    declared = Conflict.objects.in_force().filter(person=reader_id)
    conflict = Q(pk__in=declared.values("district") if asks else [])
    kept_from = own | conflict
    decided = Determination.objects.filter(plan=OuterRef("plan__pk"))
    covering = Q(
        designations__first_fiscal_year__lte=fiscal_year,
        designations__last_fiscal_year__gte=fiscal_year,
        designations__superseded_in=None,
    )
    return (
        with_allocation(District.objects.all(), fiscal_year)
        .alias(
            plan=FilteredRelation("plans", condition=Q(plans__cycle=fiscal_year)),
            run=FilteredRelation("designations", condition=covering),
        )
        .filter(
            Q(run__isnull=False, retired_at=None) | Q(plan__status__in=sorted(IN_QUEUE_FOR_GOOD))
        )
        .alias(
            is_own=_whether(own),
            has_conflict=_whether(conflict),
            is_ready=_whether(is_to_decide(fiscal_year) & ~kept_from),
            is_mine=_whether(is_waiting_for(reader_id, duties, fiscal_year) & ~kept_from),
            # A decision keeps the figure it was made on, whatever the roster says since.
            allocated=Coalesce(Subquery(decided.values("amount")[:1]), "amount"),
        )
        .alias(
            stage=Case(
                When(is_ready=True, then=Value(Status.RECOMMENDED)),
                When(plan__status=Status.RECOMMENDED, then=Value(Status.UNDER_REVIEW)),
                default=F("plan__status"),
            )
        )
    )


def _whether(condition: Q) -> Case:
    return Case(When(condition, then=True), default=False)


def _found(wanted: Wanted, fiscal_year: int) -> Q:
    found = assigned_to(wanted.reviewer, fiscal_year)
    if wanted.words:
        found &= Q(pk__in=District.objects.matching(wanted.words).values("pk"))
    return found


def _answers_due_on(of_plan: dict[str, Any]) -> QuerySet:
    """The first day by which an answer is still owed, else the last by which one was."""
    return (
        RequiredChange.objects.filter(**of_plan)
        .order_by()
        .values("plan")
        .annotate(day=Coalesce(Min("due_on", filter=Q(answered_at=None)), Max("due_on")))
        .values("day")
    )


def _reviewers() -> QuerySet:
    """Those of now, each with their review since the plan was handed in."""
    given = Recommendation.objects.filter(
        plan=OuterRef("plan"),
        made_as=OuterRef("reviews_as"),
        made_by=OuterRef("reviewer"),
        made_at__gte=OuterRef(OuterRef("plan__submitted_at")),
    )
    return (
        Assignment.objects.current()
        .filter(plan=OuterRef("plan__pk"))
        .annotate(named=F("reviewer__name"), review=Subquery(given.values("pk")[:1]))
    )
