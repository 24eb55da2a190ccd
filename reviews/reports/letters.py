"""The ledger of letters: what will leave and why, what waits, what left with what proof."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import partial, reduce
from operator import or_
from typing import NamedTuple

from django.core.paginator import Page, Paginator
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from districts.models import District, User, is_named, standing_of
from districts.permissions import kept_from, visible_letters
from notices.models import REMINDER, Notice
from plans.reminders import Scheduled, ScheduledLetters, Upcoming, upcoming
from reviews.words import KINDS_OF_LETTER

PAGE = 50
DISTRICT = ("slug", "name", "edsight_code")
UPCOMING_OF_EACH_CYCLE = 3
SCHEDULED = "scheduled"  # not a status of a row: these letters are computed, and not posted yet


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


class Offered(NamedTuple):
    """A district in the filter."""

    slug: str
    name: str
    code: str


@dataclass(frozen=True)
class Ledger:
    wanted: Wanted
    districts: list[Offered]
    counts: dict[str, int]  # of letters posted, by status
    coming: int | None  # how many are scheduled: not told before one looks
    page: Page
    letters: list[Notice] = field(default_factory=list)  # with `district_name`
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
    districts = [
        Offered(*columns) for columns in District.objects.offered(district).values_list(*DISTRICT)
    ]
    code = next((one.code for one in districts if one.slug == district), "")
    wanted = Wanted(
        status=status if status in {SCHEDULED, *Notice.Status.values} else "",
        kind=kind if kind in KINDS_OF_LETTER else "",
        district=district if code else "",
        words=words.replace("\0", "").strip(),
    )
    found = _matching(wanted, code, reader=reader)
    counts = dict(found.values_list("status").annotate(number=Count("*")).order_by())
    frame = partial(Ledger, wanted=wanted, districts=districts, counts=counts)
    if wanted.status == SCHEDULED:
        coming = Paginator(_to_come(wanted, reader=reader, at=at), PAGE)
        shown_now = coming.get_page(page)
        return frame(coming=coming.count, page=shown_now, scheduled=list(shown_now))
    shown = found.filter(status=wanted.status) if wanted.status else found
    paginator = Paginator(
        shown.select_related("to").defer("body").order_by("-leaves_at", "-pk"), PAGE
    )
    paginator.count = counts.get(wanted.status, 0) if wanted.status else sum(counts.values())
    numbered = paginator.get_page(page)
    is_front = wanted.is_everything and numbered.number == 1
    return frame(
        coming=None,
        page=numbered,
        letters=list(numbered),
        upcoming=upcoming(at, of_each_cycle=UPCOMING_OF_EACH_CYCLE, but_of=kept_from(reader))
        if is_front
        else [],
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
            | is_named("to__name", wanted.words)
            | Q(district_code__in=districts)
        )
    return found


def _to_come(wanted: Wanted, *, reader: User, at: datetime) -> ScheduledLetters:
    """Those that are scheduled, with the same rule for districts the reader is kept from."""
    standing = standing_of(reader)
    theirs = Q(user=reader)
    if standing.is_department:
        theirs |= ~Q(district__in=sorted(standing.kept_from))
    return ScheduledLetters(at, theirs & _is_wanted(wanted))


def _is_wanted(wanted: Wanted) -> Q:
    """Of the memberships that letters go to."""
    if wanted.kind not in {"", REMINDER}:
        return Q(pk__in=[])
    asked = Q(district__slug=wanted.district) if wanted.district else Q()
    if wanted.words:
        codes = ("district__edsight_code", "user__email")
        found = [Q((f"{name}__icontains", wanted.words)) for name in codes]
        found += [is_named(name, wanted.words) for name in ("district__name", "user__name")]
        asked &= reduce(or_, found)
    return asked
