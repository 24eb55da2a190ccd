"""What a withholding says now, where it was corrected."""

from plans.models import Plan, PlanEvent, WithholdingCorrection
from plans.workflow import Status, Step


def corrections_of(plan: Plan) -> list[WithholdingCorrection]:
    """Of the withholding that the plan stands under, the latest first; one query, or none."""
    if plan.status != Status.WITHHELD:
        return []
    last = PlanEvent.objects.filter(plan=plan, step=Step.WITHHOLD).order_by("-pk").values("pk")[:1]
    return list(
        WithholdingCorrection.objects.filter(event=last)
        .select_related("corrected_by", "delegation")
        .order_by("-number")
    )
