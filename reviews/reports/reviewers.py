"""Who can be given a plan to review, and how many they have in hand."""

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from districts.models import Conflict, District, Membership, User
from districts.roles import Role
from plans.workflow import IN_HAND


def reviewers_holding(role: Role, *, district: District) -> QuerySet[User]:
    """People who hold the role now, do not belong to the district and have no conflict (R37).

    `plans_in_hand` counts those not decided yet.
    """
    of_person = Membership.objects.current().filter(user=OuterRef("pk"))
    declared = Conflict.objects.in_force().filter(person=OuterRef("pk"), district=district)
    return (
        User.objects.filter(Exists(of_person.filter(role=role)), is_active=True)
        .exclude(Exists(of_person.filter(district=district)))
        .exclude(Exists(declared))
        .annotate(
            plans_in_hand=Count(
                "assignments",
                filter=Q(assignments__ended_at=None, assignments__plan__status__in=sorted(IN_HAND)),
            )
        )
        .order_by("name")
    )
