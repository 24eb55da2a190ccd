"""What the last certified progress report says a plan's targets came to."""

from typing import Any

from django.db.models import QuerySet

from districts.statements import Statement
from plans.models import TargetOutcome
from reviews.reports.findings import Measured


def results_of(plan_id: int) -> dict[str, Measured]:
    """By lineage; none of a target that no certified report speaks of. One query.

    Figures alone: in whose words they were given nobody has checked for the public.
    """
    return {
        str(row["lineage"]): Measured(row["actual"], row["suppressed"], row["measured_in"])
        for row in RESULTS.ask(plan_id)
    }


def _results(plan_id: int) -> QuerySet[Any]:
    said = TargetOutcome.objects.filter(plan=plan_id).order_by("pk")
    return said.values("lineage", "actual", "suppressed", "measured_in")


RESULTS = Statement(_results, -1)
