"""What was submitted and is not public as it stands now, and since when."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from districts.calendar import eastern_day
from districts.models import User, standing_of
from library.models import Publication
from library.reports.submitted import came_at
from plans.models import Plan, PlanVersion
from reviews.calendar import business_days_after
from reviews.models import Determination

AIM = 10  # business days from submission: the Department's own aim, and no rule of law


@dataclass(frozen=True)
class Waiting:
    """A plan of which the public lacks something."""

    plan: Plan
    number: int  # of the version that is submitted
    what: str  # that the public lacks
    since: datetime
    aim: date
    days: int

    @property
    def is_late(self) -> bool:
        return self.days > (self.aim - eastern_day(self.since)).days


def waiting_for(user: User, *, at: datetime) -> QuerySet[Any]:
    """The plans that wait, longest first, but for districts that the reader is kept from."""
    own = list(standing_of(user).kept_from)
    return _waiting(at).exclude(district__in=own)


def waiting_count(*, at: datetime) -> int:
    """How many plans are submitted of which nothing is public: the public is told no more."""
    return _waiting(at).filter(Q(last=None) | Q(is_down__isnull=False)).count()


def _waiting(at: datetime) -> QuerySet[Any]:
    lacks_text = Q(last=None) | ~Q(last_version=F("standing")) | Q(is_down__isnull=False)
    told = Determination.objects.told(at).filter(plan=OuterRef("pk"))
    is_corrected = ~Q(last_determination=F("determination__pk"))
    lacks_letter = Q(Exists(told)) & (Q(last_determination=None) | is_corrected)
    return (
        _with_both_sides()
        .filter(lacks_text | lacks_letter, standing__isnull=False)
        .select_related("district", "determination")
        .order_by("came_at", "district__name")
    )


def as_waiting(plan: Plan, *, on: date) -> Waiting:
    """A row of `waiting_for`, in words and days."""
    asked: Any = plan  # with what the queryset added
    what, since = _lacks(asked)
    begun = eastern_day(since)
    aim = business_days_after(begun, AIM)
    return Waiting(plan, asked.number, what, since, aim, (on - begun).days)


def _lacks(plan: Any) -> tuple[str, datetime]:
    if plan.is_down is not None:
        return "Taken back from view", plan.is_down
    if plan.last is None:
        return "The plan", plan.came_at
    if plan.last_version != plan.standing:
        return "A later version", plan.came_at
    return "The decision and its letter", plan.determination.decided_at


def _with_both_sides() -> QuerySet[Any]:
    """Each with the version that is submitted, when it came, and its last publication."""
    standing = PlanVersion.objects.standing().filter(plan=OuterRef("pk")).order_by("-number")
    last = Publication.objects.filter(plan=OuterRef("pk")).order_by("-pk")
    return Plan.objects.annotate(
        standing=Subquery(standing.values("pk")[:1]),
        number=Subquery(standing.values("number")[:1]),
        last=Subquery(last.values("pk")[:1]),
        last_version=Subquery(last.values("version")[:1]),
        last_determination=Subquery(last.values("determination")[:1]),
        is_down=Subquery(last.values("taken_down__taken_at")[:1]),
    ).annotate(came_at=came_at("standing"))
