"""The plan that reports are measured against: as it was approved, and as revised since."""

from plans.models import Plan, PlanVersion
from plans.reports.in_force import version_in_force
from plans.workflow import HELD_TO


def approved_version(plan: Plan) -> PlanVersion | None:
    """The version in force; none where the plan was never approved, or is open again."""
    return version_in_force(plan) if plan.status in HELD_TO else None
