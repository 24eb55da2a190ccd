"""The versions of a plan as they were closed and signed, and who holds the roles that sign."""

from collections import defaultdict
from collections.abc import Collection

from django.db.models import QuerySet

from districts.models import Membership, User, gets_letters
from districts.roles import Role
from plans.models import Plan, PlanVersion


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
