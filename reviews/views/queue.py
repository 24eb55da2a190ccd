"""The review queue."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from districts.calendar import eastern_day
from districts.reports import troubles
from districts.requests import SignedInRequest
from districts.words import NONE, Label
from plans.rules.words import listing
from plans.workflow import EDITABLE, WITH_DEPARTMENT, Status, label_for
from reviews.models import Recommendation
from reviews.permissions import may_assign, may_decide, may_send_again
from reviews.reports.assigned_to import NOBODY
from reviews.reports.queue import MINE, STAGES, Queue, read_queue
from reviews.reports.queue_rows import QueueRow
from reviews.reports.turns import Duties
from reviews.reports.waiting import waiting_for
from reviews.views.cycle_wanted import cycles_and_wanted
from reviews.views.tables import KINDS_OF_FILE
from reviews.words import department_label

TAB_NAMES = {
    "": "All",
    "mine": "Waiting for me",
    "to-assign": "To assign",
    "under-review": "Under review",
    "with-districts": "With districts",
    "with-commissioner": "With the Commissioner",
    "decided": "Decided",
}
PARTS_NAMED = {  # shown as a tab while it is the one asked for
    "not-begun": "Not begun",
    "drafts": "Drafts",
    "returned": "Sent back",
    "approved": "Approved",
    "withheld": "Withheld",
    "withdrawn": "Withdrawn",
}
MANAGER = "program manager"
REVIEWERS = {
    Recommendation.As.PROGRAM: "program reviewer",
    Recommendation.As.FISCAL: "fiscal reviewer",
}
NOT_STARTED = Label("Not started", "", "empty")
WITH = {None: "District", Status.SUBMITTED: MANAGER.capitalize()}
WITH |= dict.fromkeys(EDITABLE, "District")
STEPS_ON_FUNDS = {Status.DRAFT: "withhold", Status.WITHHELD: "release"}


@dataclass(frozen=True)
class Tab:
    label: str
    count: int
    query: str
    is_current: bool


@require_safe
def queue(request: SignedInRequest) -> HttpResponse:
    cycles, cycle = cycles_and_wanted(request)
    now = timezone.now()
    today = eastern_day(now)
    told = troubles(request.user, at=now) if may_send_again(request.user) else None
    decides = may_decide(request.user)
    waiting = waiting_for(request.user, on=today)
    context: dict[str, Any] = {
        "cycles": cycles,
        "cycle": cycle,
        "words": request.GET.get("q", ""),
        "tab": request.GET.get("tab", ""),
        "today": today,
        "may_assign": may_assign(request.user),
        "waiting": waiting,
        "failed_letters": told.failed if told else 0,
        "lacking": told.lacking if told else 0,
        "decides": decides,
    }
    if cycle:
        found = read_queue(
            cycle,
            reader_id=request.user.pk,
            at=now,
            duties=Duties.of(request.user),
            tab=request.GET.get("tab", ""),
            words=request.GET.get("q", ""),
            reviewer=request.GET.get("reviewer", ""),
            sort=request.GET.get("sort", ""),
            page=request.GET.get("page", ""),
        )
        addresses = Addresses(cycle.pk, decides=decides)
        context |= {
            "queue": found,
            "is_searched": any(found.wanted),
            "reviewers": _to_choose(found.wanted.reviewer, waiting.reviewers),
            "tabs": _tabs(found, cycle.pk),
            "query": _query(found, cycle.pk, found.tab),
            "sorts": {
                name: _query(found, cycle.pk, found.tab, sort=key)
                for name, key in _turns(found.sort).items()
            },
            "files": [(kind, reverse("reviews:queue_file", args=[kind])) for kind in KINDS_OF_FILE],
            "all": found.tallies[""],
            "mine": found.tallies[MINE],
            "sums": [(TAB_NAMES[stage], found.tallies[stage]) for stage in STAGES],
            "rows": [_shown(row, addresses, today=today) for row in found.rows],
        }
    return render(request, "reviews/queue_list.html", context)


def _tabs(found: Queue, fiscal_year: int) -> list[Tab]:
    named = TAB_NAMES | {key: PARTS_NAMED[key] for key in [found.tab] if key in PARTS_NAMED}
    return [
        Tab(
            label,
            found.tallies[key].count,
            query=_query(found, fiscal_year, key),
            is_current=key == found.tab,
        )
        for key, label in named.items()
    ]


def _turns(now: str) -> dict[str, str]:
    """What each heading sorts by: that of the day it was received the other way round again."""
    received = "-received" if now == "received" else "received"
    return {"due": "", "name": "name", "amount": "-amount", "received": received}


def _query(found: Queue, fiscal_year: int, tab: str, *, sort: str | None = None) -> str:
    """Of the list as it is, at a tab; without an order where it has its own."""
    order = found.sort if sort is None else sort
    ordered = {"sort": order} if order else {}
    of_reviewer = {"reviewer": found.wanted.reviewer} if found.wanted.reviewer else {}
    asked = {"fy": fiscal_year, "tab": tab, "q": found.wanted.words}
    return urlencode(asked | of_reviewer | ordered)


def _to_choose(chosen: str, reviewers: list[tuple[str, str]]) -> list[tuple[str, str, bool]]:
    """Of each the word in the address, what is read, and whether it is the one chosen."""
    known = [("", "Anybody"), (NOBODY, "Nobody: a reviewer is lacking"), *reviewers]
    if chosen not in dict(known):
        known.append((chosen, "Somebody who reviews no longer"))
    return [(key, words, key == chosen) for key, words in known]


class Addresses:
    """Where the district's name leads: what it handed in, or what can be done with its funds.

    `decides`: the reader withholds and releases funds, also of a plan that was never handed in.
    """

    ANY_DISTRICT = "any-district"  # stands for each row's in an address that is looked up once

    def __init__(self, fiscal_year: int, *, decides: bool) -> None:
        steps = STEPS_ON_FUNDS if decides else {}
        self.read = reverse("reviews:plan", args=[self.ANY_DISTRICT, fiscal_year])
        self.revision = reverse("reviews:revision", args=[self.ANY_DISTRICT, fiscal_year])
        self.extension = reverse("reviews:extension", args=[self.ANY_DISTRICT, fiscal_year])
        self.by_status: dict[Status | None, str] = {
            status: reverse(f"reviews:{name}", args=[self.ANY_DISTRICT, fiscal_year])
            for status, name in steps.items()
        }

    def of_revision(self, row: QueueRow) -> str:
        return self.revision.replace(self.ANY_DISTRICT, row.slug) if row.revision else ""

    def of_extension(self, row: QueueRow) -> str:
        if row.is_kept_from or not row.is_extended:
            return ""
        return self.extension.replace(self.ANY_DISTRICT, row.slug)

    def of(self, row: QueueRow) -> str:
        if row.is_kept_from:
            return ""
        address = self.read if row.received_at else self.by_status.get(row.status, "")
        return address.replace(self.ANY_DISTRICT, row.slug)


def _shown(row: QueueRow, addresses: Addresses, *, today: date) -> dict[str, Any]:
    """What the template says of a row: all that is known of it, and these words."""
    nobody = NONE if row.is_kept_from else "unassigned"
    return vars(row) | {
        "revision_url": addresses.of_revision(row),
        "extension_url": addresses.of_extension(row),
        "url": addresses.of(row),  # where nothing is handed in there is nothing to read (R59)
        "label": label_of(row),
        "with_whom": with_whom(row),
        "days_waiting": _days_waiting(row, today),
        "program": row.program or nobody,
        "fiscal": row.fiscal or nobody,
    }


def label_of(row: QueueRow) -> Label:
    label = _label_in_time(row)
    is_late_to_come = row.is_overdue and (row.status is None or row.status == Status.DRAFT)
    return Label(label.words, "bad", "clock") if is_late_to_come else label


def _label_in_time(row: QueueRow) -> Label:
    if row.status is None:
        return NOT_STARTED
    if row.is_kept_from:
        return label_for(row.status, is_department=False)
    return department_label(row.status, was_returned=row.was_returned)


def with_whom(row: QueueRow) -> str:
    """Who owes what comes next. Nothing within the Department is told to who is of the district."""
    if row.is_kept_from and row.status in WITH_DEPARTMENT:
        return "Department"
    if row.is_mine:
        return "You"
    if row.is_ready:
        return "Commissioner"
    if row.is_disputed and not row.lacks:
        return "Reviewers, to agree"
    return _reviewers_of(row) if row.lacks else WITH.get(row.status, NONE)


def _reviewers_of(row: QueueRow) -> str:
    """Whose reviews are to come; where nobody is to give one, who assigns somebody."""
    there = {Recommendation.As.PROGRAM: row.program, Recommendation.As.FISCAL: row.fiscal}
    owe = list(dict.fromkeys(REVIEWERS[part] if there.get(part) else MANAGER for part in row.lacks))
    if owe[:2] == [*REVIEWERS.values()]:
        owe[:2] = ["both reviewers"]
    return listing(owe).capitalize()


def _days_waiting(row: QueueRow, today: date) -> int | None:
    """Since it was handed in, while the Department has it."""
    if row.status not in WITH_DEPARTMENT or row.received_at is None:
        return None
    return (today - eastern_day(row.received_at)).days
