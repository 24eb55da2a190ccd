"""The plans of a year that want reviewers, and whom each can be given to, in a few queries.

A plan wants one where it was handed in and a part has nobody who can still give its review.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BooleanField,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Window,
)
from django.db.models.functions import Coalesce

from districts.models import Conflict, District, Membership, User, standing_of
from districts.statements import Among, Statement, columns_with, instance_with
from plans.models import Assignment, Cycle, Plan, PlanEvent, PlanRevision, Signature
from plans.revision_workflow import RevisionStatus
from plans.workflow import DISTRICT_STEPS, IN_HAND, Status
from reviews.permissions import readable_plans
from reviews.reports.turns import own_review

PAGE = 100
BESIDE: dict[str, type[Model]] = {"district": District, "cycle": Cycle}  # each plan
PARTS = tuple(Assignment.As)
By = Mapping[Assignment.As, int]  # a person for each part that has one


@dataclass(frozen=True)
class Candidate:
    pk: int
    name: str
    in_hand: int  # plans that are not decided yet
    parts: frozenset[Assignment.As]  # the roles they hold


@dataclass(frozen=True)
class ToAssign:
    """A plan with who has it now, who read the district last year, and who must not have it."""

    plan: Plan
    now: By  # also somebody who lost the role, whom the page has seen
    stays: By  # of these, who can still review it or has
    last_year: By
    barred: frozenset[int]


@dataclass(frozen=True)
class Assigning:
    plans: list[ToAssign]
    left_off: int  # plans that a page has no room for
    candidates: list[Candidate]

    def open_to(self, one: ToAssign, part: Assignment.As) -> list[Candidate]:
        return [
            each for each in self.candidates if part in each.parts and each.pk not in one.barred
        ]


def read_assigning(
    fiscal_year: int, *, reader: User, only: Iterable[int] | None = None
) -> Assigning:
    """What the reader can assign now, by district.

    `only`: these plans, which a page had; also those that were given to reviewers meanwhile.
    """
    if only is None:
        found, left_off = _first_wanting(fiscal_year, reader)
    else:
        those = readable_plans(reader).filter(cycle=fiscal_year, pk__in=only)
        named = those.select_related(*BESIDE).order_by("district__name")
        found, left_off = list(named[:PAGE]), 0
    candidates = [
        Candidate(
            row["pk"], row["name"], row["in_hand"], frozenset(map(Assignment.As, row["parts"]))
        )
        for row in CANDIDATES.ask()
    ]
    barred = _barred(found, [each.pk for each in candidates])
    held = _assigned(found)
    last_year = _last_year(found, fiscal_year - 1)
    plans = [
        ToAssign(
            plan=plan,
            now=_by_part(held[plan.pk]),
            stays=_by_part(row for row in held[plan.pk] if row["holds"]),
            last_year=last_year.get(plan.district_id, {}),
            barred=frozenset(barred[plan.pk]),
        )
        for plan in found
    ]
    return Assigning(plans, left_off, candidates)


def _by_part(rows: Iterable[dict[str, Any]]) -> By:
    return {Assignment.As(row["reviews_as"]): row["reviewer"] for row in rows}


def _first_wanting(fiscal_year: int, reader: User) -> tuple[list[Plan], int]:
    """A page of plans by district, and how many more there are."""
    rows = WANTING.ask(fiscal_year, list(standing_of(reader).kept_from))
    how_many = max((row.pop("how_many") for row in rows), default=0)
    return [instance_with(Plan, row, BESIDE) for row in rows], max(0, how_many - PAGE)


def _first_rows(fiscal_year: int, kept_from: list[int]) -> QuerySet[Any]:
    return (
        _wanting(fiscal_year, kept_from)
        .annotate(how_many=Window(Count("pk")))
        .order_by("district__name")
        .values(*columns_with(Plan, BESIDE), "how_many")[:PAGE]
    )


def _wanting(fiscal_year: int, kept_from: list[int]) -> QuerySet[Plan]:
    revised = PlanRevision.objects.filter(plan=OuterRef("pk"), status=RevisionStatus.HANDED_IN)
    of_year = Assignment.objects.current().filter(plan__cycle=fiscal_year)
    held = (
        of_year.filter(_is_held(of_year))
        .order_by()
        .values("plan")
        .annotate(parts=Count("pk"))
        .filter(parts=len(PARTS))
        .values("plan")
    )
    return (
        Plan.objects.filter(~Q(Among("district", kept_from)), cycle=fiscal_year)
        .filter(Q(status__in=sorted(IN_HAND)) | Q(Exists(revised), status=Status.APPROVED))
        .exclude(pk__in=held)
    )


WANTING = Statement(_first_rows, 2013, [-1])


def _is_held(assigned: Any) -> Q:
    """Who is assigned can still give the review, or gave it (as the queue has it)."""
    return Q(pk__in=assigned.reachable().values("pk")) | Q(Exists(own_review()))


def _candidates() -> QuerySet:
    held = Membership.objects.current().filter(user=OuterRef("pk"), district=None)
    reviews = held.filter(role__in=[part.value for part in PARTS])
    in_hand = Assignment.objects.current().filter(plan__status__in=sorted(IN_HAND))
    theirs = in_hand.filter(reviewer=OuterRef("pk")).order_by().values("reviewer")
    return (
        User.objects.filter(Exists(reviews), is_active=True)
        .order_by("name", "pk")
        .annotate(
            in_hand=Coalesce(Subquery(theirs.values(how_many=Count("pk"))), 0),
            parts=ArraySubquery(reviews.values("role")),
        )
        .values("pk", "name", "in_hand", "parts")
    )


CANDIDATES = Statement(_candidates)


def _held(plans: list[int]) -> QuerySet:
    of_them = Assignment.objects.current().filter(Among("plan", plans))
    holds = ExpressionWrapper(_is_held(of_them), BooleanField())
    named = of_them.annotate(holds=holds).order_by("pk")
    return named.values("plan", "reviewer", "reviews_as", "holds")


HELD = Statement(_held, [-1])


def _assigned(plans: list[Plan]) -> dict[int, list[dict[str, Any]]]:
    """The assignments of each plan now, each with whether it `holds`."""
    held: dict[int, list[dict[str, Any]]] = {plan.pk: [] for plan in plans}
    for row in HELD.ask(list(held)):
        held[row["plan"]].append(row)
    return held


def _given(districts: list[int], fiscal_year: int) -> QuerySet:
    return (
        Assignment.objects.filter(Among("plan__district", districts), plan__cycle=fiscal_year)
        .order_by("pk")
        .values(district=F("plan__district"), part=F("reviews_as"), person=F("reviewer"))
    )


GIVEN = Statement(_given, [-1], 2013)


def _last_year(plans: list[Plan], fiscal_year: int) -> dict[int, dict[Assignment.As, int]]:
    """By district; of several in one part, the last."""
    last: dict[int, dict[Assignment.As, int]] = {}
    for row in GIVEN.ask([plan.district_id for plan in plans], fiscal_year):
        last.setdefault(row["district"], {})[Assignment.As(row["part"])] = row["person"]
    return last


def _kept_from(people: list[int], districts: list[int]) -> QuerySet:
    """Who belongs to one of the districts, or has a conflict of interest with it."""
    belong = Membership.objects.current().filter(Among("user", people))
    declared = Conflict.objects.in_force().filter(Among("person", people))
    return (
        belong.filter(Among("district", districts))
        .values("district", who=F("user"))
        .union(declared.filter(Among("district", districts)).values("district", who=F("person")))
    )


def _acted_for(people: list[int], plans: list[int]) -> QuerySet:
    """Who signed one of the plans, or took a step of its district."""
    signed = Signature.objects.filter(Among("signed_by", people))
    stepped = PlanEvent.objects.filter(
        Among("taken_by", people), Among("plan", plans), step__in=sorted(DISTRICT_STEPS)
    )
    return (
        signed.filter(Among("version__plan", plans))
        .order_by()
        .values(of_plan=F("version__plan"), who=F("signed_by"))
        .union(stepped.order_by().values(of_plan=F("plan"), who=F("taken_by")))
    )


KEPT_FROM, ACTED_FOR = Statement(_kept_from, [-1], [-11]), Statement(_acted_for, [-1], [-11])


def _barred(plans: list[Plan], people: list[int]) -> dict[int, set[int]]:
    """Who belongs to the district or has a conflict with it, signed the plan or handed it in."""
    by_district: dict[int, set[int]] = {}
    for row in KEPT_FROM.ask(people, [plan.district_id for plan in plans]):
        by_district.setdefault(row["district"], set()).add(row["who"])
    barred = {plan.pk: set(by_district.get(plan.district_id, ())) for plan in plans}
    for row in ACTED_FOR.ask(people, list(barred)):
        barred[row["of_plan"]].add(row["who"])
    return barred
