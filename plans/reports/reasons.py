"""What was said to the warnings of a plan: of its draft, and of a version as it was closed."""

from django.db.models import QuerySet

from plans.models import Plan, PlanVersion, VersionWarning, WarningReason


def reasons_said(plan: Plan) -> list[WarningReason]:
    """The latest said to each warning, but for what was taken back. One query."""
    latest = plan.warning_reasons.order_by("mark", "-pk").distinct("mark").select_related("said_by")
    return [one for one in latest if one.text]


def warnings_of(version: PlanVersion) -> QuerySet[VersionWarning]:
    """Those that stood when it was closed, in the order of the plan. One query."""
    return version.warnings.select_related("said_by").order_by("position")
