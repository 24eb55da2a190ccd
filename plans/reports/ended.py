"""What of somebody's own ended: reviews of theirs, delegations to them, roles."""

from datetime import UTC, date, datetime
from typing import NamedTuple

from django.db.models import F, QuerySet

from districts.models import Conflict, Delegation, Membership, User
from districts.roles import Role
from districts.statements import Statement
from plans.models import Assignment


class EndedReview(NamedTuple):
    at: datetime
    by: str  # who reviews it now; empty where nobody does


class EndedRole(NamedTuple):
    role: Role
    slug: str  # of the district; empty at the Department, as its name is
    district: str
    at: datetime


class Delegated(NamedTuple):
    ended_at: datetime | None  # before its last day
    last_day: date


class Declared(NamedTuple):
    district: str
    at: datetime


def conflict_with(user: User, slug: str) -> Declared | None:
    """Their conflict of interest with a district that is in force. One query."""
    in_force = Conflict.objects.in_force().filter(person=user, district__slug=slug)
    found = in_force.values_list("district__name", "declared_at").first()
    return Declared(*found) if found else None


def ended_review(user: User, slug: str, fiscal_year: int, *, since: datetime) -> EndedReview | None:
    """The last review of a plan that was theirs, unless one is theirs now. One query or two."""
    rows = MY_REVIEWS.ask(user.pk, slug, fiscal_year)
    if any(row["ended_at"] is None for row in rows):
        return None
    last = max(rows, key=lambda row: row["ended_at"], default=None)
    if last is None or last["ended_at"] < since:
        return None
    now = Assignment.objects.current().filter(plan=last["plan_id"], reviews_as=last["reviews_as"])
    by = now.values_list("reviewer__name", flat=True).first()
    return EndedReview(last["ended_at"], by or "")


def delegations_to(user: User) -> list[Delegated]:
    """Those that were confirmed, the last first. One query."""
    return [Delegated(**row) for row in DELEGATIONS.ask(user.pk)]


def ended_roles(user: User, *, since: datetime) -> list[EndedRole]:
    """The last first. One query."""
    return [
        EndedRole(Role(row["role"]), row["slug"] or "", row["name"] or "", row["ended_at"])
        for row in ROLES.ask(user.pk, since)
    ]


def _my_reviews(user_id: int, slug: str, fiscal_year: int) -> QuerySet:
    mine = Assignment.objects.filter(
        reviewer=user_id, plan__district__slug=slug, plan__cycle=fiscal_year
    )
    return mine.order_by().values("plan_id", "reviews_as", "ended_at")


def _delegations(user_id: int) -> QuerySet:
    mine = Delegation.objects.filter(delegate=user_id, confirmed_at__isnull=False)
    return mine.order_by("-last_day", "-pk").values("ended_at", "last_day")


def _roles(user_id: int, since: datetime) -> QuerySet:
    ended = Membership.objects.filter(user=user_id, ended_at__gte=since).order_by("-ended_at")
    return ended.values("role", "ended_at", slug=F("district__slug"), name=F("district__name"))


MY_REVIEWS = Statement(_my_reviews, -1, "any slug", -2)
DELEGATIONS = Statement(_delegations, -1)
ROLES = Statement(_roles, -1, datetime.min.replace(tzinfo=UTC))
