"""Which version a district handed in. One it closed but kept, or took back, was not handed in."""

from django.db.models import OuterRef, QuerySet

from plans.models import Plan, PlanEvent, PlanVersion


def submissions(plan: Plan | OuterRef) -> QuerySet[PlanEvent]:
    """The plan's submissions that were not taken back, the latest first."""
    return PlanEvent.objects.submissions().filter(plan=plan)


def latest_submission(plan: Plan) -> PlanEvent | None:
    """With the version the Department reads; none while nothing is handed in (R59)."""
    return submissions(plan).select_related("version").first()


def handed_in_version(plan: Plan) -> PlanVersion | None:
    submission = latest_submission(plan)
    return submission.version if submission else None
