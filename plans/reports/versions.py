"""The versions of a plan as they were closed and signed, and who holds the roles that sign."""

from collections import defaultdict
from collections.abc import Collection
from typing import TYPE_CHECKING, TypedDict, cast

from django.db.models import Model, QuerySet

from districts.models import District, Membership, User, gets_letters
from districts.roles import Role
from districts.statements import Statement, columns_with, instance_with
from plans.models import BoardApproval, Cycle, Plan, PlanVersion

WITH_PLAN: dict[str, type[Model]] = {
    "plan": Plan,
    "plan__district": District,
    "plan__cycle": Cycle,
    "plan__board_approval": BoardApproval,
    "closed_by": User,
}


class Submission(TypedDict):
    """What is asked of a version beside its columns."""

    was_handed_in: bool  # as the plan or as a revision of it


if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations  # of the types of Django, not in the image

    Version = WithAnnotations[PlanVersion, Submission]
else:
    Version = PlanVersion


def version_numbered(slug: str, fiscal_year: int, number: int) -> Version | None:
    """Any, with its plan and whether it was handed in, and without its text. One query."""
    rows = NUMBERED.ask(slug, fiscal_year, number)
    return cast(Version, instance_with(PlanVersion, rows[0], WITH_PLAN)) if rows else None


def _numbered(slug: str, fiscal_year: int, number: int) -> QuerySet:
    of_plan = PlanVersion.objects.with_submission().filter(
        plan__district__slug=slug, plan__cycle=fiscal_year, number=number
    )
    return of_plan.order_by().values(*COLUMNS, *Submission.__annotations__)


def latest_standing(plan: Plan) -> PlanVersion | None:
    """What was handed in last, as revised since; with its plan and without its text.

    A revision that is not decided changes nothing of it. One query.
    """
    rows = STANDING.ask(plan.pk)
    return instance_with(PlanVersion, rows[0], WITH_PLAN) if rows else None


def _standing(plan_id: int) -> QuerySet:
    standing = PlanVersion.objects.standing().filter(plan=plan_id)
    return standing.order_by("-number").values(*COLUMNS)[:1]


COLUMNS = [each for each in columns_with(PlanVersion, WITH_PLAN) if each != "document"]
NUMBERED = Statement(_numbered, "any slug", -1, 1_000)  # a number is never negative
STANDING = Statement(_standing, -1)


def closed_version(plan: Plan) -> PlanVersion | None:
    """The version of the text as it stands, without it; none once the text was edited."""
    return plan.versions.filter(edition=plan.edition).defer("document").first()


def versions_numbered(plan_id: int, numbers: Collection[int]) -> dict[int, PlanVersion]:
    """By number, each without its text. One query, and none where no number is asked for."""
    if not numbers:
        return {}
    found = PlanVersion.objects.filter(plan=plan_id, number__in=numbers).defer("document")
    return {each.number: each for each in found}


def returned_version(plan: Plan) -> PlanVersion | None:
    """What was returned last, without its text; a return undone returned nothing. One query."""
    returned = PlanVersion.objects.filter(pk__in=plan.required_changes.values("version"))
    return returned.defer("document").order_by("-number").first()


def versions_of(plan: Plan) -> QuerySet[PlanVersion]:
    """All of them, the latest first, with their signatures and without their text. Two queries."""
    return (
        plan.versions.with_submission()
        .defer("document")
        .select_related("closed_by")
        .prefetch_related("signatures")
        .order_by("-number")
    )


def holders_of(plan: Plan, roles: Collection[Role]) -> dict[Role, list[str]]:
    """The names of the district's people who hold these roles now and get letters. One query."""
    names: dict[Role, list[str]] = defaultdict(list)
    held = Membership.objects.current().filter(gets_letters("user__"))
    for role, name in (
        held.filter(district=plan.district_id, role__in=list(roles))
        .order_by("user__name")
        .values_list("role", "user__name")
    ):
        names[Role(role)].append(name)
    return names


def writers_of(plan: Plan) -> QuerySet[User]:
    """Who writes the plan in its district now."""
    roles = (Role.PLAN_COORDINATOR, Role.FISCAL_OFFICER)
    held = Membership.objects.current().filter(district=plan.district_id, role__in=roles)
    return User.objects.filter(memberships__in=held, is_active=True).distinct()
