"""The versions of a plan as they were closed and signed, and who holds the roles that sign."""

from collections import defaultdict
from collections.abc import Collection

from django.db.models import QuerySet

from districts.models import Membership, User, gets_letters
from districts.roles import Role
from plans.models import Plan, PlanVersion

WITH_PLAN = ("plan__district", "plan__cycle", "plan__board_approval", "closed_by")


def readable_versions(user: User) -> QuerySet[PlanVersion]:
    """Those this person may read, each with its plan and without its text."""
    return _with_plan(PlanVersion.objects.visible_to(user))


def latest_standing(plan: Plan) -> PlanVersion | None:
    """What was handed in last, as revised since; with its plan and without its text.

    A revision that is not decided changes nothing of it.
    """
    standing = PlanVersion.objects.standing().filter(plan=plan)
    return _with_plan(standing).order_by("-number").first()


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


def _with_plan(versions: QuerySet[PlanVersion]) -> QuerySet[PlanVersion]:
    return versions.select_related(*WITH_PLAN).defer("document")


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
