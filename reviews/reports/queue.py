"""The review queue: one row for every designated district, whatever it has or has not handed in.

Four queries however many rows, and every cell is a string made here: the table's template loops
and does nothing else.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, JSONObject
from django.urls import reverse

from districts.calendar import eastern_day
from districts.models import Allocation, Designation, District
from districts.templatetags.alliance import day, days_from, money, weekday
from plans.models import Assignment, Cycle, Plan, PlanEvent, RequiredChange
from plans.workflow import WITH_DEPARTMENT, Label, Status, Step
from reviews.reports.handed_in import submissions
from reviews.reports.packet import department_label

NONE = "—"
NOT_STARTED = Label("Not started", "", "empty")
WITH = {
    Status.SUBMITTED: "Department, no one yet",
    Status.UNDER_REVIEW: "Reviewers",
    Status.RECOMMENDED: "Commissioner",
    Status.DRAFT: "District",
    Status.RETURNED: "District",
}
DECIDED = frozenset({Status.APPROVED, Status.WITHHELD, Status.WITHDRAWN})


@dataclass(frozen=True)
class QueueRow:
    district: str
    code: str
    url: str  # empty where nothing is handed in: there is nothing to read (R59)
    is_reform: bool
    allocation: str
    tone: str
    icon: str
    words: str
    with_whom: str
    received: str
    waiting: int | None  # days since it was handed in, while the Department has it
    due: str
    is_overdue: bool
    program: str
    fiscal: str
    status: Status | None
    is_mine: bool

    def holds(self, words: str) -> bool:
        return words.lower() in self.district.lower() or self.code.startswith(words)


@dataclass(frozen=True)
class Tab:
    label: str
    count: int
    query: str
    is_current: bool


@dataclass(frozen=True)
class Queue:
    tabs: list[Tab]
    rows: list[QueueRow]
    to_assign: int


# What each tab holds, by the name it has in an address.
TABS: dict[str, tuple[str, Callable[[QueueRow], bool]]] = {
    "": ("All", lambda row: True),
    "mine": ("Mine", lambda row: row.is_mine),
    "to-assign": ("To assign", lambda row: row.status == Status.SUBMITTED),
    "under-review": ("Under review", lambda row: row.status == Status.UNDER_REVIEW),
    "with-districts": (
        "With districts",
        lambda row: row.status in {None, Status.DRAFT, Status.RETURNED},
    ),
    "with-commissioner": ("With the Commissioner", lambda row: row.status == Status.RECOMMENDED),
    "decided": ("Decided", lambda row: row.status in DECIDED),
}


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
    cycle: Cycle, *, reader_id: int, at: datetime, tab: str = "", words: str = ""
) -> Queue:
    """The queue of a cycle: overdue first, then by the days it waits, then by name."""
    today = eastern_day(at)
    plans = {plan.district_id: plan for plan in _plans(cycle)}
    every = [
        _row(district, plans.get(district.pk), cycle, reader_id=reader_id, today=today)
        for district in _districts(cycle.pk)
    ]
    words = words.strip()
    found = [row for row in every if row.holds(words)]
    current = tab if tab in TABS else ""
    rows = [row for row in found if TABS[current][1](row)]
    rows.sort(
        key=lambda row: (
            not row.is_overdue,
            -1 if row.waiting is None else -row.waiting - 2,
            row.district,
        )
    )
    return Queue(
        tabs=[
            Tab(
                label=label,
                count=sum(map(belongs, found)),
                query=urlencode({"fy": cycle.pk, "tab": key, "q": words}),
                is_current=key == current,
            )
            for key, (label, belongs) in TABS.items()
        ],
        rows=rows,
        to_assign=sum(map(TABS["to-assign"][1], every)),
    )


def _districts(fiscal_year: int) -> QuerySet[District]:
    of_district = {"district": OuterRef("pk")}
    return (
        District.objects.designated_for(fiscal_year)
        .annotate(
            allocation=Subquery(
                Allocation.objects.filter(fiscal_year=fiscal_year, **of_district)
                .order_by("stage")  # "final" sorts before "preliminary"
                .values("amount")[:1]
            ),
            is_reform=Exists(
                Designation.objects.covering(fiscal_year).filter(
                    is_reform_district=True, **of_district
                )
            ),
        )
        .order_by("name")
    )


def _plans(cycle: Cycle) -> QuerySet[Plan]:
    of_plan = {"plan": OuterRef("pk")}
    changes = RequiredChange.objects.filter(**of_plan)
    return Plan.objects.filter(cycle=cycle).annotate(
        received_at=Subquery(submissions(OuterRef("pk")).values("taken_at")[:1]),
        was_returned=Exists(PlanEvent.objects.filter(step=Step.RETURN, **of_plan)),
        answers_due_on=Coalesce(
            Subquery(changes.filter(answered_at=None).order_by("due_on").values("due_on")[:1]),
            Subquery(changes.order_by("-due_on").values("due_on")[:1]),
        ),
        reviewers=ArraySubquery(
            Assignment.objects.current()
            .filter(**of_plan)
            .values(row=JSONObject(part="reviews_as", person="reviewer_id", name="reviewer__name"))
        ),
    )


def _row(district: Any, plan: Any | None, cycle: Cycle, *, reader_id: int, today: date) -> QueueRow:
    status = Status(plan.status) if plan else None
    received_at = plan.received_at if plan else None
    due_on = _due_on(plan, cycle)
    is_overdue = due_on is not None and due_on < today
    label = department_label(plan.status, was_returned=plan.was_returned) if plan else NOT_STARTED
    if is_overdue and status in {None, Status.DRAFT}:
        label = Label(label.words, "bad", "clock")
    reviewers = {one["part"]: one for one in plan.reviewers} if plan else {}
    return QueueRow(
        district=district.name,
        code=district.edsight_code,
        url=reverse("reviews:plan", args=[district.slug, cycle.pk]) if received_at else "",
        is_reform=district.is_reform,
        allocation=money(district.allocation),
        tone=label.tone,
        icon=label.icon,
        words=label.words,
        with_whom=WITH.get(status, NONE) if status else "District",
        received=day(received_at),
        waiting=_days_since(received_at, today) if status in WITH_DEPARTMENT else None,
        due=_due(due_on, today, is_overdue=is_overdue),
        is_overdue=is_overdue,
        program=_name(reviewers, Assignment.As.PROGRAM),
        fiscal=_name(reviewers, Assignment.As.FISCAL),
        status=status,
        is_mine=any(one["person"] == reader_id for one in reviewers.values()),
    )


def _days_since(moment: datetime | None, today: date) -> int | None:
    return (today - eastern_day(moment)).days if moment else None


def _due_on(plan: Any | None, cycle: Cycle) -> date | None:
    """What is owed next, and by when: the plan, the reviews, a decision, or answers."""
    dates = {
        Status.DRAFT: cycle.plan_due_on,
        Status.SUBMITTED: cycle.reviews_complete_on,
        Status.UNDER_REVIEW: cycle.reviews_complete_on,
        Status.RECOMMENDED: cycle.decisions_on,
        Status.RETURNED: plan.answers_due_on if plan else None,
    }
    return dates.get(Status(plan.status) if plan else Status.DRAFT)


def _due(due_on: date | None, today: date, *, is_overdue: bool) -> str:
    if due_on is None:
        return NONE
    return f"{weekday(due_on)}, {days_from(due_on, today)}" if is_overdue else weekday(due_on)


def _name(reviewers: dict[str, dict[str, Any]], part: str) -> str:
    return reviewers[part]["name"] if part in reviewers else "unassigned"
