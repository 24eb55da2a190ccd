"""The certified reports of all districts that the Department has not accepted or returned yet."""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from districts.models import Standing
from plans.models import Assignment
from progress.workflow import ReportStatus


def certified_and_waiting(
    reports: QuerySet[Any], user_id: int, standing: Standing
) -> QuerySet[Any]:
    """Of these, with `is_assigned`: whether this person reviews the plan. One query."""
    assigned = Assignment.objects.current().filter(
        plan=OuterRef("plan"), reviewer=user_id, reviews_as__in=sorted(standing.at_department)
    )
    waiting = reports.filter(status=ReportStatus.CERTIFIED)
    return waiting.select_related("plan__district", "certified_by").annotate(
        is_assigned=Exists(assigned)
    )
