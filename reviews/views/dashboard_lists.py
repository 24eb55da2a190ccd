"""The rows behind the dashboard's figures: four lists, each a page and a file of the same rows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from districts.calendar import eastern_day
from districts.models import User, standing_of
from districts.requests import SignedInRequest
from districts.words import NONE, Label
from plans.models import Cycle
from plans.workflow import IN_REVIEW, WITH_DEPARTMENT, Status, label_for
from reviews.permissions import NUDGES
from reviews.reports.dashboard import (
    QUIET_DAYS,
    Cut,
    Late,
    LatePlan,
    Side,
    late_in,
    names_of_parts,
    plan_dollars,
    plan_times,
    quiet_districts,
)
from reviews.reports.turns import Duties
from reviews.views.cycle_wanted import cycle_wanted
from reviews.views.tables import KINDS_OF_FILE, Column, Kind, Row, Table, file_of, query_of
from reviews.words import department_label

PAGE = 100
NOT_BEGUN = Label("Not begun", "", "empty")
SIDES = {Side.DISTRICT: "District", Side.STATE: "Department", Side.DECIDED: "Decided"}
CUTS = {Cut.AREA: "Focus area", Cut.DOMAIN: "Domain", Cut.GROUP: "Object codes"}
NOT_NAMED = "Not named"
ALL = ("", "All")


@dataclass(frozen=True)
class Choice:
    """A select of a list's filters, by its name in the address."""

    name: str
    label: str
    options: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Listing:
    """What a list is called, says, can be filtered by, and is made of."""

    title: str
    says: str
    keys: tuple[str, ...]  # that it reads of an address, beside the year and the order
    choices: Callable[[], tuple[Choice, ...]]
    table: Callable[[Cycle, Mapping[str, str], User, date], Table]


@require_safe
def dashboard_list(request: SignedInRequest, name: str) -> HttpResponse:
    listing, cycle, asked = _asked(request, name)
    today = eastern_day(timezone.now())
    table = listing.table(cycle, asked, request.user, today).sorted_by(asked["sort"])
    page = Paginator(table.rows, PAGE).get_page(request.GET.get("page"))
    files = "reviews:dashboard_file"
    context = {
        "name": name,
        "listing": listing,
        "cycle": cycle,
        "today": today,
        "asked": asked,
        "choices": [(each, asked.get(each.name, "")) for each in listing.choices()],
        "days": asked.get("days") if "days" in listing.keys else None,
        "table": table,
        "headings": table.headings(asked),
        "page": _with_cells(page, table),
        "totals": list(zip(table.columns, table.totals, strict=True)) if table.totals else None,
        "query": query_of(asked),
        "files": [(kind, reverse(files, args=[name, kind])) for kind in KINDS_OF_FILE],
    }
    return render(request, "reviews/dashboard_list.html", context)


def _with_cells(page: Page, table: Table) -> Page:
    """The rows of the page, each value beside its column."""
    page.object_list = [
        vars(row) | {"cells": list(zip(table.columns, row.values, strict=True))}
        for row in page.object_list
    ]
    return page


@require_safe
def dashboard_file(request: SignedInRequest, name: str, kind: str) -> HttpResponse:
    listing, cycle, asked = _asked(request, name)
    today = eastern_day(timezone.now())
    table = listing.table(cycle, asked, request.user, today)
    return file_of(table.sorted_by(asked["sort"]), kind)


def _asked(request: SignedInRequest, name: str) -> tuple[Listing, Cycle, dict[str, str]]:
    listing, cycle = LISTINGS.get(name), cycle_wanted(request)
    if listing is None or cycle is None:
        raise Http404
    asked = {key: _cleaned(request.GET.get(key, "")) for key in (*listing.keys, "sort")}
    return listing, cycle, {"fy": str(cycle.pk), **asked}


def _cleaned(value: str) -> str:
    return value.replace("\0", "").strip()[:40]


def _plans(cycle: Cycle, asked: Mapping[str, str], reader: User, today: date) -> Table:
    side = asked["side"] if asked["side"] in [*Side] else ""
    kept_from = standing_of(reader).kept_from
    rows = []
    for one in plan_times(cycle.pk, today=today, side=side, returned=asked["returned"] == "1"):
        is_kept_from = one.district_id in kept_from
        handed_in = one.side != Side.DISTRICT or one.rounds
        rows.append(
            Row(
                (
                    one.district,
                    _label(one.status, is_kept_from=is_kept_from),
                    SIDES[one.side],
                    one.with_district,
                    one.with_state,
                    one.rounds,
                    one.here,
                ),
                url=_review_of(one.slug, cycle) if handed_in and not is_kept_from else "",
            )
        )
    return Table(f"plans-{cycle.pk}", PLAN_COLUMNS, rows)


PLAN_COLUMNS = (
    Column("name", "District"),
    Column("status", "Status", Kind.STATE),
    Column("with", "With"),
    Column("district", "With the district, days", Kind.NUMBER),
    Column("state", "With the State, days", Kind.NUMBER),
    Column("rounds", "Times sent back", Kind.NUMBER),
    Column("here", "Since its last step, days", Kind.NUMBER),
)


def _late(cycle: Cycle, asked: Mapping[str, str], reader: User, today: date) -> Table:
    late = late_in(cycle, today=today, reader_id=reader.pk, duties=Duties.of(reader))
    wanted = {"plans": [True], "reports": [False]}.get(asked["what"], [True, False])
    rows = [
        late_row(one, cycle, today) for one in late.things if isinstance(one, LatePlan) in wanted
    ]
    return Table(f"late-{cycle.pk}", LATE_COLUMNS, rows)


LATE_COLUMNS = (
    Column("name", "District"),
    Column("owed", "Owed"),
    Column("why", "Why"),
    Column("with", "With"),
    Column("due", "Was due", Kind.DAY),
    Column("late", "Days late", Kind.NUMBER),
)


def late_row(one: Late, cycle: Cycle, today: date) -> Row:
    if isinstance(one, LatePlan):
        owed, why, whom = late_words(one)
        is_there = one.status in WITH_DEPARTMENT or one.status == Status.RETURNED
        url = _review_of(one.slug, cycle) if is_there and not one.is_kept_from else ""
    else:
        kind = "expenditure" if one.kind == "spending" else "progress"
        owed, whom = f"{one.label} {kind} report", SIDES[Side.DISTRICT]
        why = {None: "Not started", "returned": "Sent back"}.get(one.status, "A draft")
        url = reverse("progress:spending_of_all", args=[cycle.pk]) if kind[0] == "e" else ""
    days = (today - one.since).days
    return Row((one.district, owed, why, whom, one.due_on, days), url=url)


def late_words(one: LatePlan) -> tuple[str, str, str]:
    """What is owed, why it is not here, and by whom."""
    if one.status is None or one.status == Status.DRAFT:
        why = "Not begun" if one.status is None else "A draft"
        return "Plan", why, SIDES[Side.DISTRICT]
    if one.status == Status.RETURNED:
        why = f"{one.open_changes} without an answer" if one.open_changes else "Not handed in again"
        return "Answers to required changes", why, SIDES[Side.DISTRICT]
    if one.is_ready:
        return "Decision", "Reviews are in", "Commissioner"
    if one.is_kept_from:
        return "Review", NONE, SIDES[Side.STATE]
    why = "No reviewers yet" if one.status == Status.SUBMITTED else "Reviews are not all in"
    return "Review", why, SIDES[Side.STATE]


def _dollars(cycle: Cycle, asked: Mapping[str, str], reader: User, today: date) -> Table:
    cut, key = cut_of(asked)
    kept_from = standing_of(reader).kept_from
    found = list(plan_dollars(cycle.pk, cut, key))
    rows = [
        Row(
            (
                one.district,
                _label(one.status, is_kept_from=one.district_id in kept_from),
                one.dollars,
            ),
            url=reverse("reviews:ledger_district", args=[one.slug]),
        )
        for one in found
    ]
    total = sum(one.dollars for one in found)
    return Table(f"dollars-{cycle.pk}", DOLLAR_COLUMNS, rows, ("All", None, total))


DOLLAR_COLUMNS = (
    Column("name", "District"),
    Column("status", "Status", Kind.STATE),
    Column("dollars", "US dollars", Kind.MONEY),
)


def cut_of(asked: Mapping[str, str]) -> tuple[Cut, str]:
    """Which part is asked for; none stands for all dollars."""
    cut = next((cut for cut in Cut if asked.get(cut.value)), Cut.AREA)
    return cut, asked.get(cut.value, "")


def _quiet(cycle: Cycle, asked: Mapping[str, str], reader: User, today: date) -> Table:
    found, _ = quiet_districts(cycle, today=today, days=days_of(asked))
    standing = standing_of(reader)
    may = bool(NUDGES & standing.at_department)
    rows = []
    for one in found:
        seen = eastern_day(one.seen_at) if one.seen_at else None
        nudged = eastern_day(one.nudged_at) if one.nudged_at else None
        offered = may and one.district_id not in standing.kept_from
        rows.append(
            Row(
                (
                    one.district,
                    label_for(one.status, is_department=True) if one.status else NOT_BEGUN,
                    one.people,
                    seen,
                    (today - seen).days if seen else None,
                    nudged,
                ),
                act=reverse("reviews:nudge", args=[one.slug, cycle.pk]) if offered else "",
                act_label="Nudge",
            )
        )
    return Table(f"quiet-{cycle.pk}", QUIET_COLUMNS, rows)


QUIET_COLUMNS = (
    Column("name", "District"),
    Column("status", "Status", Kind.STATE),
    Column("people", "People who write it", Kind.NUMBER),
    Column("seen", "Last signed in", Kind.DAY),
    Column("days", "Days ago", Kind.NUMBER),
    Column("nudged", "Last nudge", Kind.DAY),
)


def days_of(asked: Mapping[str, str]) -> int:
    days = asked.get("days", "")
    return min(int(days), 366) if days.isdecimal() and len(days) < 5 else QUIET_DAYS


def _label(status: Status, *, is_kept_from: bool) -> Label:
    if is_kept_from and status in IN_REVIEW:
        return label_for(Status.UNDER_REVIEW, is_department=False)
    return department_label(status, was_returned=False)


def _review_of(slug: str, cycle: Cycle) -> str:
    return reverse("reviews:plan", args=[slug, cycle.pk])


def _no_choices() -> tuple[Choice, ...]:
    return ()


def _of_plans() -> tuple[Choice, ...]:
    sides = tuple((side.value, name) for side, name in SIDES.items())
    return (
        Choice("side", "With", (ALL, *sides)),
        Choice("returned", "Sent back", (ALL, ("1", "Once or more"))),
    )


def _of_late() -> tuple[Choice, ...]:
    return (Choice("what", "Owed", (ALL, ("plans", "Plans"), ("reports", "Reports"))),)


def _of_dollars() -> tuple[Choice, ...]:
    names: dict[Cut, dict[str, Any]] = names_of_parts()
    return tuple(
        Choice(cut.value, CUTS[cut], (ALL, *parts.items(), ("none", NOT_NAMED)))
        for cut, parts in names.items()
    )


LISTINGS = {
    "plans": Listing(
        "Plans and days",
        "Days of the calendar, from the steps each plan took. A return that was undone is none."
        " Long says nothing of whose account it is on.",
        ("side", "returned"),
        _of_plans,
        _plans,
    ),
    "late": Listing(
        "What is late",
        "What has been late longest first. No report is late before its plan was approved.",
        ("what",),
        _of_late,
        _late,
    ),
    "dollars": Listing(
        "Dollars",
        "Of each plan the text that stands: in force where it is approved, else as last handed in."
        " Dollars from other sources are not in it.",
        tuple(cut.value for cut in Cut),
        _of_dollars,
        _dollars,
    ),
    "quiet": Listing(
        "Quiet districts",
        "They owe their plan, and no superintendent, plan coordinator or fiscal officer of theirs"
        " signed in for as many days. Nothing is edited here without signing in.",
        ("days",),
        _no_choices,
        _quiet,
    ),
}
