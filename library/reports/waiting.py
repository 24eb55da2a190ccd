"""What was submitted and is not public as it stands now, and since when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, When

from districts.calendar import eastern_day
from districts.models import User, standing_of
from districts.statements import Among, Statement
from library.models import Publication
from library.reports.in_pages import Asked, InPages
from library.reports.submitted import came_at
from plans.models import Plan, PlanEvent, PlanVersion, RevisionEvent
from plans.revision_workflow import TAKES_EFFECT
from plans.workflow import Step
from reviews.calendar import business_days_after
from reviews.models import Determination

LONG_AGO = datetime.min.replace(tzinfo=UTC)
AIM = 10  # business days from submission: the Department's own aim, and no rule of law


@dataclass(frozen=True)
class Waiting:
    """A plan of which the public lacks something."""

    pk: int  # of the plan
    district: str
    slug: str
    fiscal_year: int
    number: int  # of the version that is submitted
    what: str  # that the public lacks
    since: datetime
    aim: date
    days: int

    @property
    def is_late(self) -> bool:
        return self.days > (self.aim - eastern_day(self.since)).days


def waiting_for(user: User, *, at: datetime) -> Asked:
    """Keys of the plans that wait, longest first, but for districts the reader is kept from."""
    return WAITING.of(list(standing_of(user).kept_from), at)


def rows_of(plans: Sequence[int], *, on: date) -> list[Waiting]:
    """Of plans that wait, in their order, what is lacking and since when. One query."""
    found = {row["pk"]: row for row in ROWS.ask(list(plans))}
    return [_row(found[pk], on) for pk in plans if pk in found]


def waiting_count(*, at: datetime) -> int:
    """How many plans are submitted of which nothing is public: the public is told no more."""
    return _waiting(at).filter(Q(last=None) | Q(is_down__isnull=False)).count()


def _waiting(at: datetime) -> QuerySet[Any]:
    is_published = Q(Exists(Publication.objects.filter(plan=OuterRef("pk"))))
    lacks_text = ~is_published | ~Q(last_version=F("standing")) | Q(is_down__isnull=False)
    told = Determination.objects.told(at).filter(plan=OuterRef("pk"))
    is_corrected = ~Q(last_determination=F("determination__pk"))
    lacks_letter = Q(Exists(told)) & (Q(last_determination=None) | is_corrected)
    handed_in = PlanEvent.objects.filter(plan=OuterRef("pk"), step=Step.SUBMIT)
    is_handed_in = Q(Exists(handed_in), submitted_at__isnull=False)
    is_submitted = is_handed_in | Q(standing__isnull=False)  # which is dearer to find
    return _with_both_sides().filter(lacks_text | lacks_letter, is_submitted)


def _beside(own: list[int], at: datetime) -> QuerySet[Any]:
    waiting = _waiting(at).filter(~Q(Among("district", own)))
    return waiting.order_by(_since(), "pk")


def _since() -> Case:
    """The order of `came_at`, by what is asked for at less cost: of most plans their own column.

    A plan that was recalled after a return has none, though its first version stands.
    """
    in_force = RevisionEvent.objects.filter(step__in=sorted(TAKES_EFFECT)).order_by("-pk")
    of_plan = in_force.filter(revision__plan=OuterRef("pk"))
    return Case(
        When(
            pk__in=in_force.order_by().values("revision__plan"),
            then=Subquery(of_plan.values("taken_at")[:1]),
        ),
        When(submitted_at__isnull=False, then=F("submitted_at")),
        default=F("came_at"),
    )


def _rows(plans: list[int]) -> QuerySet[Any]:
    named = {"name": "district__name", "slug": "district__slug", "year": "cycle"}
    return (
        _with_both_sides()
        .filter(Among("pk", plans))
        .values(
            *("pk", "number", "came_at", "standing", "last", "last_version", "is_down"),
            decided_at=F("determination__decided_at"),
            **{name: F(column) for name, column in named.items()},
        )
    )


def _row(row: dict[str, Any], on: date) -> Waiting:
    what, since = _lacks(row)
    begun = eastern_day(since)
    return Waiting(
        pk=row["pk"],
        district=row["name"],
        slug=row["slug"],
        fiscal_year=row["year"],
        number=row["number"],
        what=what,
        since=since,
        aim=business_days_after(begun, AIM),
        days=(on - begun).days,
    )


def _lacks(row: dict[str, Any]) -> tuple[str, datetime]:
    if row["is_down"] is not None:
        return "Taken back from view", row["is_down"]
    if row["last"] is None:
        return "The plan", row["came_at"]
    if row["last_version"] != row["standing"]:
        return "A later version", row["came_at"]
    return "The decision and its letter", row["decided_at"]


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


WAITING, ROWS = InPages(_beside, [-1], LONG_AGO), Statement(_rows, [-1])
