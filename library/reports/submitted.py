"""When a version was submitted; of a revision, when it was put in force."""

from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce

from plans.models import PlanEvent, RevisionEvent
from plans.revision_workflow import TAKES_EFFECT


def came_at(version: str) -> Coalesce:
    """`version` is what the queryset calls it."""
    submitted = PlanEvent.objects.submissions().filter(version=OuterRef(version))
    revised = RevisionEvent.objects.filter(
        version=OuterRef(version), step__in=sorted(TAKES_EFFECT)
    ).order_by("-pk")
    return Coalesce(
        Subquery(submitted.values("taken_at")[:1]), Subquery(revised.values("taken_at")[:1])
    )
