"""Which version a district handed in. One it closed but kept, or took back, was not handed in."""

from django.db.models import OuterRef, QuerySet, Subquery

from plans.models import Plan, PlanEvent, PlanVersion


def submissions(plan: Plan | OuterRef) -> QuerySet[PlanEvent]:
    """The plan's submissions that were not taken back, the latest first."""
    return PlanEvent.objects.submissions().filter(plan=plan)


def handed_in_version(plan: Plan) -> PlanVersion | None:
    """The version the Department reads; none while nothing is handed in (R59)."""
    latest = submissions(plan).values("version")[:1]
    return PlanVersion.objects.filter(pk__in=Subquery(latest)).first()
