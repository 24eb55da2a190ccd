"""Who may approve at a moment: the Commissioner, and whoever holds a delegation in force (R39)."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from districts.calendar import eastern_day
from districts.models import Delegation, Membership, User
from districts.roles import DEPARTMENT_ROLES, Role


def deciders(*, at: datetime) -> QuerySet[User]:
    """The Commissioner first; of a delegate, `delegated_from` and `delegated_to` are set."""
    held = Membership.objects.current().filter(user=OuterRef("pk"))
    delegation = (
        Delegation.objects.in_force(eastern_day(at))
        .filter(delegate=OuterRef("pk"))
        .order_by("-last_day")
    )
    return (
        User.objects.filter(is_active=True)
        .annotate(
            is_commissioner=Exists(held.filter(role=Role.COMMISSIONER)),
            delegated_from=Subquery(delegation.values("first_day")[:1]),
            delegated_to=Subquery(delegation.values("last_day")[:1]),
        )
        .filter(
            Q(is_commissioner=True)
            | Q(Exists(held.filter(role__in=DEPARTMENT_ROLES)), delegated_from__isnull=False)
        )
        .order_by("-is_commissioner", "name")
    )
