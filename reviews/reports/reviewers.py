"""Who can be given a plan to review, and how many they have in hand."""

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from districts.models import Membership, User
from districts.roles import Role
from plans.workflow import WITH_DEPARTMENT, Status

IN_HAND = WITH_DEPARTMENT | {Status.RETURNED}


def reviewers_holding(role: Role) -> QuerySet[User]:
    """People who hold the role now; `plans_in_hand` counts those not decided yet."""
    held = Membership.objects.current().filter(user=OuterRef("pk"), role=role)
    return (
        User.objects.filter(Exists(held), is_active=True)
        .annotate(
            plans_in_hand=Count(
                "assignments",
                filter=Q(assignments__ended_at=None, assignments__plan__status__in=IN_HAND),
            )
        )
        .order_by("name")
    )
