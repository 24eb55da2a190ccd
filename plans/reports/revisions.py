"""The revisions of a plan: the one that is open, and the record of all."""

from django.db.models import QuerySet

from plans.models import Plan, PlanRevision, RevisionEvent
from plans.revision_workflow import RevisionStep


def latest_revision(plan: Plan, *, came_in: bool = False) -> PlanRevision | None:
    """With what it changes and what it handed in; `came_in`: of those that came in. One query."""
    found = plan.revisions.select_related("changes_version", "version", "started_by")
    if came_in:
        found = found.exclude(version=None)
    return found.order_by("-number").first()


def record_of_revisions(
    plan: Plan, *, but: tuple[RevisionStep, ...] = ()
) -> QuerySet[RevisionEvent]:
    """Every step of every revision of the plan, the latest first. One query."""
    events = RevisionEvent.objects.filter(revision__plan=plan).exclude(step__in=but)
    return events.select_related("revision", "version", "taken_by").order_by("-pk")
