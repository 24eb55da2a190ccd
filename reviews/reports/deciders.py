"""Who may approve at a moment: the Commissioner, and whoever holds a delegation in force (R39)."""

from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from districts.calendar import eastern_day
from districts.models import Delegation, Membership, User
from districts.roles import DEPARTMENT_ROLES, Role
from districts.statements import Statement


def deciders(*, at: datetime) -> list[User]:
    """The Commissioner first; of a delegate, `delegated_from` and `delegated_to` are set."""
    return DECIDERS.ask_for(User, eastern_day(at))


def _deciders(day: date) -> QuerySet[User]:
    held = Membership.objects.current().filter(user=OuterRef("pk"))
    delegation = (
        Delegation.objects.in_force(day).filter(delegate=OuterRef("pk")).order_by("-last_day")
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
        .values(
            *("id", "name", "email", "is_active"),
            *("is_commissioner", "delegated_from", "delegated_to"),
        )
    )


DECIDERS = Statement(_deciders, date.min)
