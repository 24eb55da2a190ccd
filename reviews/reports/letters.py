"""The ledger of letters: what waits, what left with what proof, what failed, and why."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import CharField, Count, F, Func, OuterRef, Q, QuerySet, Subquery, Value

from districts.models import District
from districts.templatetags.alliance import eastern
from notices.models import Notice
from plans.reminders import Upcoming, upcoming
from plans.workflow import Label

PAGE = 50
UPCOMING_OF_EACH_CYCLE = 3
LABELS = {
    Notice.Status.WAITING: Label("Waiting", "info", "clock"),
    Notice.Status.SENT: Label("Sent", "good", "check"),
    Notice.Status.FAILED: Label("Failed", "bad", "stop"),
    Notice.Status.WITHDRAWN: Label("Withdrawn", "", "back"),
    Notice.Status.PASSED_OVER: Label("Passed over", "", "next"),
}
RETRYING = Label("Trying again", "warn", "clock")


@dataclass(frozen=True)
class Tab:
    label: str
    count: int
    query: str
    is_current: bool


@dataclass(frozen=True)
class Entry:
    """One letter as the ledger shows it."""

    notice: Notice
    label: Label
    proof: str


@dataclass(frozen=True)
class Ledger:
    tabs: list[Tab]
    entries: list[Entry]
    page: Page
    query: str  # of this tab and search, for the links to its other pages
    upcoming: list[Upcoming]


def ledger(*, status: str, words: str, page: str, at: datetime) -> Ledger:
    """One page of letters, the newest first. An unknown status shows all of them."""
    if status not in Notice.Status:
        status = ""
    words = words.replace("\0", "").strip()
    found = _matching(words)
    counts = dict(found.values_list("status").annotate(number=Count("pk")).order_by())
    shown = found.filter(status=status) if status else found
    paginator = Paginator(
        shown.select_related("to").defer("body").order_by("-leaves_at", "-pk"), PAGE
    )
    paginator.count = counts.get(status, 0) if status else sum(counts.values())
    numbered = paginator.get_page(page)
    is_front = not status and not words and numbered.number == 1
    return Ledger(
        tabs=_tabs(counts, status=status, words=words),
        entries=[entry_of(notice) for notice in numbered],
        page=numbered,
        query=_query(status=status, q=words),
        upcoming=upcoming(at, of_each_cycle=UPCOMING_OF_EACH_CYCLE) if is_front else [],
    )


def entry_of(notice: Notice) -> Entry:
    is_retrying = notice.status == Notice.Status.WAITING and notice.attempts > 0
    label = RETRYING if is_retrying else LABELS[Notice.Status(notice.status)]
    return Entry(notice, label, _proof(notice))


def letters() -> QuerySet[Notice]:
    """Letters with the name of the district each is about, empty where it is about none."""
    return Notice.objects.annotate(
        code=Func(F("about"), Value("/"), Value(2), function="SPLIT_PART", output_field=CharField())
    ).annotate(
        district_name=Subquery(
            District.objects.filter(edsight_code=OuterRef("code")).values("name")[:1]
        )
    )


def _matching(words: str) -> QuerySet[Notice]:
    if not words:
        return letters()
    districts = District.objects.matching(words).values("edsight_code")
    return letters().filter(
        Q(address__icontains=words) | Q(to__name__icontains=words) | Q(code__in=districts)
    )


def _tabs(counts: dict[str, int], *, status: str, words: str) -> list[Tab]:
    return [
        Tab("All", sum(counts.values()), _query(q=words), not status),
        *(
            Tab(one.label, counts.get(one, 0), _query(status=one.value, q=words), one == status)
            for one in Notice.Status
        ),
    ]


def _query(**values: str) -> str:
    return urlencode({name: value for name, value in values.items() if value})


def _proof(notice: Notice) -> str:
    if notice.status == Notice.Status.SENT:
        return f"Accepted {eastern(notice.sent_at)}: {notice.outcome}"
    if notice.status == Notice.Status.WAITING and notice.attempts:
        times = "once" if notice.attempts == 1 else f"{notice.attempts} times"
        return f"Tried {times}. {notice.outcome}. Next try {eastern(notice.next_try_at)}"
    return notice.outcome
