"""Which version a district handed in. One it closed but kept, or took back, was not handed in."""

from django.db.models import OuterRef, Q, QuerySet, Subquery

from plans.models import Plan, PlanEvent, PlanVersion
from plans.workflow import Step


def submissions(plan: Plan | OuterRef) -> QuerySet[PlanEvent]:
    """The plan's submissions that were not taken back, the latest first.

    A recall takes back the submission before it: nothing else starts from that status and leads
    to a second submission.
    """
    of_plan = PlanEvent.objects.filter(plan=plan)
    after = (
        PlanEvent.objects.filter(
            plan=OuterRef("plan"), pk__gt=OuterRef("pk"), step__in=[Step.SUBMIT, Step.RECALL]
        )
        .order_by("pk")
        .values("step")[:1]
    )
    return (
        of_plan.filter(step=Step.SUBMIT)
        .annotate(after=Subquery(after))
        .filter(Q(after=None) | ~Q(after=Step.RECALL))
        .order_by("-pk")
    )


def handed_in_version(plan: Plan) -> PlanVersion | None:
    """The version the Department reads; none while nothing is handed in (R59)."""
    latest = submissions(plan).values("version")[:1]
    return PlanVersion.objects.filter(pk__in=Subquery(latest)).first()
