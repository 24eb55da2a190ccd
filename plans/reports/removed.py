"""What was removed from a draft and can be brought back."""

from django.db.models import QuerySet

from plans.models import Plan, Removal


def removed_from(plan: Plan) -> QuerySet[Removal]:
    """The latest first, each with who removed it and without its rows."""
    return plan.removals.open().select_related("removed_by").defer("rows", "ticks")
