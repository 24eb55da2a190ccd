"""Decisions on a plan that were called back or corrected: they stay on record."""

from django.db.models import QuerySet

from plans.models import Plan
from reviews.models import Determination


def former_decisions(plan: Plan) -> QuerySet[Determination]:
    """The latest first. One query, and none for a plan that nobody ever decided."""
    return (
        Determination.objects.filter(former_of=plan)
        .select_related("decided_by", "called_back")
        .order_by("-pk")
    )
