"""The ledger of letters: what will leave and why, what waits, what left with what proof."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.safestring import SafeString

from districts.calendar import EASTERN
from districts.models import District, User, standing_of
from districts.permissions import own_districts, visible_letters
from districts.templatetags.alliance import state
from districts.words import NONE, Label, eastern
from notices.models import REMINDER, Notice
from plans.reminders import Scheduled, Upcoming, scheduled, upcoming

PAGE = 50
DISTRICT = ("slug", "name", "edsight_code")
UPCOMING_OF_EACH_CYCLE = 3
SCHEDULED = "scheduled"  # not a status of a row: these letters are computed, and not posted yet
KINDS = {
    REMINDER: "Reminder",
    "signature_waiting": "Signature waiting",
    "plan_signed": "Signed by both",
    "plan_receipt": "Receipt",
    "plan_submitted": "Submitted",
    "plan_recalled": "Recalled",
    "plan_withdrawn": "Withdrawn",
    "plan_reopened": "Opened again",
    "plan_assigned": "Assigned",
    "plan_unassigned": "No longer assigned",
    "plan_in_review": "Review started",
    "plan_returned": "Returned for changes",
    "changes_answered": "Changes answered",
    "plan_back": "Back with answers",
    "plan_recommended": "Recommended",
    "plan_approved": "Approved",
    "plan_withheld": "Withheld",
    "plan_released": "Released",
    "plan_moved": "News to reviewers",
    "roster_proposed": "Roster, to confirm",
    "roster_changed": "Roster, changed",
    "roster_refused": "Roster, refused",
    "decided_in_your_name": "Decided in your name",
    "delegation_proposed": "Delegation, to confirm",
    "set_password": "Password",
    "wrong_passwords": "Wrong passwords",
    "role_changed": "Role changed",
    "idle_account": "Idle account",
    "idle_suspended": "Suspended, idle",
}
LABELS = {
    Notice.Status.WAITING: Label("Waiting", "info", "clock"),
    Notice.Status.SENT: Label("Sent", "good", "check"),
    Notice.Status.FAILED: Label("Failed", "bad", "stop"),
    Notice.Status.WITHDRAWN: Label("Withdrawn", "", "back"),
    Notice.Status.PASSED_OVER: Label("Passed over", "", "next"),
}
RETRYING = Label("Trying again", "warn", "clock")


@dataclass(frozen=True)
class Wanted:
    """What the reader asked for. What is not known here is as if it had not been asked."""

    status: str = ""
    kind: str = ""
    district: str = ""  # its slug
    words: str = ""

    @property
    def is_everything(self) -> bool:
        return self == Wanted()

    def query(self, **other: str) -> str:
        asked = {
            "status": self.status,
            "kind": self.kind,
            "district": self.district,
            "q": self.words,
        } | other
        return urlencode({name: value for name, value in asked.items() if value})


class Choice(NamedTuple):
    value: str
    label: str
    is_current: bool


@dataclass(frozen=True)
class Tab:
    label: str
    count: int | None  # of those scheduled it is not told before one looks
    query: str
    is_current: bool


class Entry(NamedTuple):
    """One letter, and the cells that show it, in the order in which the template takes them."""

    notice: Notice
    url: str
    kind: str
    day: str
    time: str
    to: str
    label: Label
    state: SafeString
    proof: str


@dataclass(frozen=True)
class Ledger:
    wanted: Wanted
    tabs: list[Tab]
    districts: list[Choice]
    kinds: list[Choice]
    page: Page
    query: str  # of this tab and search, for the links to its other pages
    entries: list[Entry] = field(default_factory=list)
    scheduled: list[Scheduled] = field(default_factory=list)
    upcoming: list[Upcoming] = field(default_factory=list)


def ledger(
    *,
    reader: User,
    status: str,
    words: str,
    page: str,
    at: datetime,
    kind: str = "",
    district: str = "",
) -> Ledger:
    """One page of letters: those to come in the order they leave, the others the newest first."""
    districts = list(District.objects.offered(district).values_list(*DISTRICT))
    code = next((code for slug, _, code in districts if slug == district), "")
    wanted = Wanted(
        status=status if status in {SCHEDULED, *Notice.Status.values} else "",
        kind=kind if kind in KINDS else "",
        district=district if code else "",
        words=words.replace("\0", "").strip(),
    )
    found = _matching(wanted, code, reader=reader)
    counts = dict(found.values_list("status").annotate(number=Count("*")).order_by())
    frame = partial(
        Ledger,
        wanted=wanted,
        districts=[Choice(slug, name, slug == wanted.district) for slug, name, _ in districts],
        kinds=[Choice(key, label, key == wanted.kind) for key, label in KINDS.items()],
        query=wanted.query(),
    )
    if wanted.status == SCHEDULED:
        coming = Paginator(_to_come(wanted, reader=reader, at=at), PAGE)
        tabs, shown_now = _tabs(wanted, counts, coming=coming.count), coming.get_page(page)
        return frame(tabs=tabs, page=shown_now, scheduled=list(shown_now))
    shown = found.filter(status=wanted.status) if wanted.status else found
    paginator = Paginator(
        shown.select_related("to").defer("body").order_by("-leaves_at", "-pk"), PAGE
    )
    paginator.count = counts.get(wanted.status, 0) if wanted.status else sum(counts.values())
    numbered = paginator.get_page(page)
    is_front = wanted.is_everything and numbered.number == 1
    return frame(
        tabs=_tabs(wanted, counts, coming=None),
        page=numbered,
        entries=[entry_of(notice) for notice in numbered],
        upcoming=upcoming(at, of_each_cycle=UPCOMING_OF_EACH_CYCLE, but_of=own_districts(reader))
        if is_front
        else [],
    )


def entry_of(notice: Notice) -> Entry:
    is_retrying = notice.status == Notice.Status.WAITING and notice.attempts > 0
    label = RETRYING if is_retrying else LABELS[Notice.Status(notice.status)]
    leaves_at = notice.leaves_at.astimezone(EASTERN)
    about: Any = notice  # with the name of its district: see `letters`
    return Entry(
        notice=notice,
        url=reverse("reviews:letter", args=[notice.pk]),
        kind=KINDS.get(notice.kind, notice.kind),
        day=f"{leaves_at:%b} {leaves_at.day}, {leaves_at.year}",
        time=f"{leaves_at.hour % 12 or 12}:{leaves_at:%M} {'am' if leaves_at.hour < 12 else 'pm'}",
        to=", ".join(filter(None, (notice.to.name, about.district_name))),
        label=label,
        state=state(label),
        proof=_proof(notice) or NONE,
    )


def letters(*, reader: User) -> QuerySet[Notice]:
    """Those they may read, with the name of the district each is about, or no name."""
    district = District.objects.filter(edsight_code=OuterRef("district_code"))
    return visible_letters(reader).annotate(district_name=Subquery(district.values("name")[:1]))


def _matching(wanted: Wanted, district_code: str, *, reader: User) -> QuerySet[Notice]:
    found = letters(reader=reader)
    if wanted.kind:
        found = found.filter(kind=wanted.kind)
    if district_code:
        found = found.filter(district_code=district_code)
    if wanted.words:
        districts = District.objects.matching(wanted.words).values("edsight_code")
        found = found.filter(
            Q(address__icontains=wanted.words)
            | Q(status=Notice.Status.WAITING, to__email__icontains=wanted.words)
            | Q(to__name__icontains=wanted.words)
            | Q(district_code__in=districts)
        )
    return found


def _to_come(wanted: Wanted, *, reader: User, at: datetime) -> list[Scheduled]:
    """Those that are scheduled, with the same rule for the reader's own districts."""
    standing = standing_of(reader)
    return [
        one
        for one in scheduled(at)
        if _is_wanted(one, wanted)
        and (one.person.pk == reader.pk or standing.reads_as_department(one.owed.district.pk))
    ]


def _is_wanted(letter: Scheduled, wanted: Wanted) -> bool:
    district, person = letter.owed.district, letter.person
    told = (district.name, district.edsight_code, person.name, person.email)
    return (
        wanted.kind in {"", REMINDER}
        and wanted.district in {"", district.slug}
        and any(wanted.words.casefold() in words.casefold() for words in told)
    )


def _tabs(wanted: Wanted, counts: dict[str, int], *, coming: int | None) -> list[Tab]:
    return [
        Tab("All", sum(counts.values()), wanted.query(status=""), not wanted.status),
        Tab("Scheduled", coming, wanted.query(status=SCHEDULED), wanted.status == SCHEDULED),
        *(
            Tab(
                one.label,
                counts.get(one, 0),
                wanted.query(status=one.value),
                one == wanted.status,
            )
            for one in Notice.Status
        ),
    ]


def _proof(notice: Notice) -> str:
    if notice.status == Notice.Status.SENT:
        return f"Accepted {eastern(notice.sent_at)}: {notice.outcome}"
    if notice.status == Notice.Status.WAITING and notice.attempts:
        times = "once" if notice.attempts == 1 else f"{notice.attempts} times"
        return f"Tried {times}. {notice.outcome}. Next try {eastern(notice.next_try_at)}"
    return notice.outcome
