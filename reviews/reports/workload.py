"""Who has how many plans in hand, and what waits for them. Two queries, however many there are."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Exists, OuterRef

from districts.calendar import eastern_day
from districts.models import Membership, User
from plans.models import Assignment, Plan
from plans.workflow import IN_HAND, IN_REVIEW
from reviews.permissions import readable_plans
from reviews.reports.turns import own_review

SHOWN = 10  # plans that wait for one person; of the others the number


@dataclass(frozen=True)
class Held:
    """A plan that somebody has in hand, in a part."""

    plan: Plan
    part: Assignment.As
    days: int  # since it was handed in
    is_waiting: bool  # for their review


@dataclass
class Load:
    """What one reviewer has in hand, the oldest first."""

    name: str
    is_reviewer: bool = False  # they hold the role now; else somebody is to be assigned instead
    held: list[Held] = field(default_factory=list)

    def count(self, part: Assignment.As) -> int:
        return sum(one.part == part for one in self.held)

    @property
    def program(self) -> int:
        return self.count(Assignment.As.PROGRAM)

    @property
    def fiscal(self) -> int:
        return self.count(Assignment.As.FISCAL)

    @property
    def waiting(self) -> list[Held]:
        return [one for one in self.held if one.is_waiting]

    @property
    def shown(self) -> list[Held]:
        return self.waiting[:SHOWN]

    @property
    def not_shown(self) -> int:
        return max(len(self.waiting) - SHOWN, 0)

    @property
    def oldest(self) -> Held | None:
        return next(iter(self.waiting), None)


def workload(*, reader: User, on: date) -> list[Load]:
    """Everybody who reviews, by how long the oldest plan has waited for them, then by name.

    Plans that the reader is kept from are not among them (R37).
    """
    loads = {pk: Load(name, is_reviewer=True) for pk, name in _reviewers()}
    for one in _in_hand(reader):
        load = loads.setdefault(one.reviewer_id, Load(one.reviewer.name))
        load.held.append(_held(one, on))
    return sorted(loads.values(), key=_longest_first)


def _longest_first(load: Load) -> tuple[int, int, str]:
    return (-load.oldest.days if load.oldest else 1, -len(load.held), load.name)


def _reviewers() -> Iterable[tuple[int, str]]:
    parts = [part.value for part in Assignment.As]
    held = Membership.objects.current().filter(user=OuterRef("pk"), role__in=parts)
    people = User.objects.filter(Exists(held), is_active=True)
    return people.order_by("name", "pk").values_list("pk", "name")


def _in_hand(reader: User) -> Iterable[Assignment]:
    return (
        Assignment.objects.current()
        .filter(plan__in=readable_plans(reader), plan__status__in=sorted(IN_HAND))
        .select_related("reviewer", "plan__district")
        .annotate(has_review=Exists(own_review()))
        .order_by("plan__submitted_at", "plan__district__name", "pk")
    )


def _held(one: Assignment, on: date) -> Held:
    came_in = one.plan.submitted_at
    return Held(
        plan=one.plan,
        part=Assignment.As(one.reviews_as),
        days=(on - eastern_day(came_in)).days if came_in else 0,
        is_waiting=one.plan.status in IN_REVIEW and not getattr(one, "has_review", False),
    )
