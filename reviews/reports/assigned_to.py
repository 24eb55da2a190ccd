"""The plans of a year that one reviewer has, or that lack one: a filter of the queue."""

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from districts.models import Membership, User
from districts.roles import Role
from districts.statements import Among
from plans.models import Assignment
from plans.workflow import IN_HAND
from reviews.models import ThirdReviewer
from reviews.reports.turns import PARTS

NOBODY = "nobody"
GIVE_REVIEWS = (*PARTS, Role.PROGRAM_MANAGER.value)  # a manager the third, if named (R36)


def reviewer_asked(typed: str) -> str:
    """The filter that an address asks for: a person's number, nobody, or empty for none."""
    is_person = typed.isascii() and typed.isdigit() and len(typed) < 10
    return typed if is_person or typed == NOBODY else ""


def assigned_to(reviewer: str, fiscal_year: int) -> Q:
    """Of `designated` districts: whose plan this person reviews now, in whatever part; or whose
    plan is not decided and has in one part nobody who can review it.

    Never of one that the reader of the list is kept from: who reviews it is not theirs to know.
    """
    if not reviewer:
        return Q()
    theirs = _lacking(fiscal_year) if reviewer == NOBODY else _of(int(reviewer), fiscal_year)
    return theirs & Q(is_own=False, has_conflict=False)


def _of(person: int, fiscal_year: int) -> Q:
    of_year = {"plan__cycle": fiscal_year}
    given = Assignment.objects.current().filter(Q(Among("reviewer", [person])), **of_year)
    named = ThirdReviewer.objects.current().filter(Q(Among("reviewer", [person])), **of_year)
    return Q(plan__pk__in=given.values("plan")) | Q(plan__pk__in=named.order_by().values("plan"))


def _lacking(fiscal_year: int) -> Q:
    there = Assignment.objects.current().reachable().filter(plan__cycle=fiscal_year)
    whole = there.values("plan").annotate(parts=Count("pk")).filter(parts=len(PARTS))
    return Q(plan__status__in=sorted(IN_HAND)) & ~Q(plan__pk__in=whole.values("plan"))


def reviewers() -> QuerySet[User]:
    """Whom the list can be asked for, by name."""
    held = Membership.objects.current().filter(user=OuterRef("pk"), role__in=GIVE_REVIEWS)
    return User.objects.filter(Exists(held), is_active=True).order_by("name", "pk")
