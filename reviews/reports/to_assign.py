"""The plans of a year that want reviewers, and whom each can be given to, in a few queries.

A plan wants one where it was handed in and a part has nobody who can still give its review.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from districts.models import Conflict, Membership, User
from plans.models import Assignment, Plan, PlanEvent, PlanRevision, Signature
from plans.revision_workflow import RevisionStatus
from plans.workflow import DISTRICT_STEPS, IN_HAND, Status
from reviews.permissions import readable_plans
from reviews.reports.turns import own_review

PAGE = 100
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
        wanting = _wanting(fiscal_year, reader)
    else:
        wanting = readable_plans(reader).filter(cycle=fiscal_year, pk__in=only)
    count = wanting.count()
    found = list(wanting.select_related("district", "cycle").order_by("district__name")[:PAGE])
    candidates = _candidates()
    barred = _barred(found, [each.pk for each in candidates])
    held, able = _assigned(found)
    last_year = _last_year(found, fiscal_year - 1)
    plans = [
        ToAssign(
            plan=plan,
            now={Assignment.As(one.reviews_as): one.reviewer_id for one in held[plan.pk]},
            stays={
                Assignment.As(one.reviews_as): one.reviewer_id
                for one in held[plan.pk]
                if one.pk in able
            },
            last_year=last_year.get(plan.district_id, {}),
            barred=frozenset(barred[plan.pk]),
        )
        for plan in found
    ]
    return Assigning(plans, count - len(found), candidates)


def count_to_assign(fiscal_year: int, *, reader: User) -> int:
    return _wanting(fiscal_year, reader).count()


def _wanting(fiscal_year: int, reader: User) -> QuerySet[Plan]:
    revised = PlanRevision.objects.filter(plan=OuterRef("pk"), status=RevisionStatus.HANDED_IN)
    held = (
        Assignment.objects.current()
        .filter(_is_held(), plan__cycle=fiscal_year)
        .order_by()
        .values("plan")
        .annotate(parts=Count("pk"))
        .filter(parts=len(PARTS))
        .values("plan")
    )
    return (
        readable_plans(reader)
        .filter(cycle=fiscal_year)
        .filter(Q(status__in=sorted(IN_HAND)) | Q(Exists(revised), status=Status.APPROVED))
        .exclude(pk__in=held)
    )


def _is_held() -> Q:
    """Who is assigned can still give the review, or gave it (as the queue has it)."""
    reachable = Assignment.objects.current().reachable()
    return Q(pk__in=reachable.values("pk")) | Q(Exists(own_review()))


def _candidates() -> list[Candidate]:
    held = Membership.objects.current().filter(user=OuterRef("pk"), district=None)
    reviews = held.filter(role__in=[part.value for part in PARTS])
    in_hand = Q(assignments__ended_at=None, assignments__plan__status__in=sorted(IN_HAND))
    found = (
        User.objects.filter(Exists(reviews), is_active=True)
        .annotate(
            in_hand=Count("assignments", filter=in_hand),
            parts=ArraySubquery(reviews.values("role")),
        )
        .order_by("name", "pk")
    )
    return [
        Candidate(one.pk, one.name, one.in_hand, frozenset(map(Assignment.As, one.parts)))
        for one in found
    ]


def _assigned(plans: list[Plan]) -> tuple[dict[int, list[Assignment]], set[int]]:
    """The assignments of each plan now, and which of them hold."""
    found = Assignment.objects.current().filter(plan__in=plans)
    held: dict[int, list[Assignment]] = {plan.pk: [] for plan in plans}
    for one in found:
        held[one.plan_id].append(one)
    return held, set(found.filter(_is_held()).values_list("pk", flat=True))


def _last_year(plans: list[Plan], fiscal_year: int) -> dict[int, dict[Assignment.As, int]]:
    """By district; of several in one part, the last."""
    found = (
        Assignment.objects.filter(
            plan__cycle=fiscal_year, plan__district__in=[plan.district_id for plan in plans]
        )
        .order_by("pk")
        .values_list("plan__district", "reviews_as", "reviewer")
    )
    last: dict[int, dict[Assignment.As, int]] = {}
    for district, part, person in found:
        last.setdefault(district, {})[Assignment.As(part)] = person
    return last


def _barred(plans: list[Plan], people: Iterable[int]) -> dict[int, set[int]]:
    """Who belongs to the district or has a conflict with it, signed the plan or handed it in."""
    districts = [plan.district_id for plan in plans]
    belong = Membership.objects.current().filter(user__in=people, district__in=districts)
    declared = Conflict.objects.in_force().filter(person__in=people, district__in=districts)
    signed = Signature.objects.filter(signed_by__in=people, version__plan__in=plans)
    stepped = PlanEvent.objects.filter(
        taken_by__in=people, plan__in=plans, step__in=sorted(DISTRICT_STEPS)
    )
    of_district = belong.values_list("district", "user").union(
        declared.values_list("district", "person")
    )
    of_plan = (
        signed.values_list(F("version__plan"), "signed_by")
        .order_by()
        .union(stepped.values_list("plan", "taken_by").order_by())
    )
    by_district: dict[int, set[int]] = {}
    for district, person in of_district:
        by_district.setdefault(district, set()).add(person)
    barred = {plan.pk: set(by_district.get(plan.district_id, ())) for plan in plans}
    for plan_id, person in of_plan:
        barred[plan_id].add(person)
    return barred
