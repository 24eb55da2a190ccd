"""The revisions of a plan: the one that is open, and the record of all."""

from django.db.models import Model, QuerySet

from districts.models import User
from districts.statements import Statement, columns_with, instance_with
from plans.models import Plan, PlanRevision, PlanVersion, RevisionEvent
from plans.revision_workflow import RevisionStep


def latest_revision(plan: Plan, *, came_in: bool = False) -> PlanRevision | None:
    """With what it changes and what it handed in; `came_in`: of those that came in. One query."""
    rows = (CAME_IN if came_in else LATEST).ask(plan.pk)
    return instance_with(PlanRevision, rows[0], BESIDE) if rows else None


def _latest(plan_id: int) -> QuerySet:
    of_plan = PlanRevision.objects.filter(plan=plan_id).order_by("-number")
    return of_plan.values(*columns_with(PlanRevision, BESIDE))[:1]


def _came_in(plan_id: int) -> QuerySet:
    came_in = PlanRevision.objects.filter(plan=plan_id, version__isnull=False).order_by("-number")
    return came_in.values(*columns_with(PlanRevision, BESIDE))[:1]


BESIDE: dict[str, type[Model]] = {
    "changes_version": PlanVersion,
    "version": PlanVersion,
    "started_by": User,
}
LATEST, CAME_IN = Statement(_latest, -1), Statement(_came_in, -1)


def record_of_revisions(
    plan: Plan, *, but: tuple[RevisionStep, ...] = ()
) -> QuerySet[RevisionEvent]:
    """Every step of every revision of the plan, the latest first. One query."""
    events = RevisionEvent.objects.filter(revision__plan=plan).exclude(step__in=but)
    return events.select_related("revision", "version", "taken_by").order_by("-pk")
