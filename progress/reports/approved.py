"""The plan that reports are measured against: the version that was approved last."""

from plans.models import Plan, PlanVersion
from plans.workflow import HELD_TO, Step


def approved_version(plan: Plan) -> PlanVersion | None:
    """The version decided on; none where the plan was never approved, or is open again."""
    if plan.status not in HELD_TO:
        return None
    approvals = plan.events.filter(step=Step.APPROVE, version__isnull=False)
    approval = approvals.select_related("version").order_by("-pk").first()
    return approval.version if approval else None
