"""What was said of a revision since it came in, and which revisions wait for the Department."""

from django.db.models import DateTimeField, OuterRef, QuerySet, Subquery

from plans.models import Plan, PlanRevision, RevisionEvent
from plans.revision_workflow import RevisionStatus, RevisionStep
from plans.workflow import Status
from reviews.reports.turns import asked_of


def roles_asked_for(plan: Plan) -> list[RevisionEvent.As]:
    """The reviews that the plan itself is asked for, by the roster as it stands (R36, R38)."""
    designations = plan.district.designations.covering(plan.cycle_id)
    is_reform = designations.filter(is_reform_district=True).exists()
    return [RevisionEvent.As(one.value) for one in asked_of(is_reform_district=is_reform)]


def reviews_of_revision(revision: PlanRevision) -> dict[str, RevisionEvent]:
    """The reviews of what was handed in last, by what they were made as. Two queries."""
    came_in = (
        revision.events.filter(step=RevisionStep.HAND_IN)
        .order_by("-pk")
        .values_list("pk", flat=True)
        .first()
    )
    made = revision.events.filter(step=RevisionStep.REVIEW, pk__gt=came_in or 0)
    return {one.made_as: one for one in made.select_related("taken_by").order_by("pk")}


def has_revision_waiting(plan: Plan) -> bool:
    """Whether reviewers are needed for a plan that is approved already."""
    return plan.status == Status.APPROVED and (
        plan.revisions.filter(status=RevisionStatus.HANDED_IN).exists()
    )


def revisions_waiting(plans: QuerySet[Plan]) -> QuerySet[PlanRevision]:
    """Those of these plans that are handed in and not decided, the first to come in first."""
    came_in = (
        RevisionEvent.objects.filter(revision=OuterRef("pk"), step=RevisionStep.HAND_IN)
        .order_by("-pk")
        .values("taken_at")[:1]
    )
    return (
        PlanRevision.objects.filter(
            status=RevisionStatus.HANDED_IN, plan__status=Status.APPROVED, plan__in=plans
        )
        .annotate(came_in_at=Subquery(came_in, output_field=DateTimeField()))
        .select_related("plan__district", "plan__cycle")
        .order_by("came_in_at", "pk")
    )
