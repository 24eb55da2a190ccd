"""Reports for which more time is asked, and nobody has answered."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat

from plans.models import PlanEvent
from plans.workflow import HELD_TO
from progress.calendar import PROGRESS_REPORT, SPENDING_REPORT, report_key
from progress.models import ExpenditureReport, ProgressReport, ReportExtension
from progress.workflow import FILED, ReportStatus

KINDS: dict[str, Any] = {PROGRESS_REPORT: ProgressReport, SPENDING_REPORT: ExpenditureReport}


def time_asked() -> QuerySet[ReportExtension]:
    """What is asked and has no answer, of reports that are to come."""
    is_in = Q(pk__in=[])
    for kind, model in KINDS.items():
        filed = model.objects.filter(
            plan=OuterRef("plan"), status__in=sorted(FILED | {ReportStatus.SUPERSEDED})
        )
        named = filed.annotate(named=Concat(Value(report_key(kind, "")), "period"))
        is_in |= Q(Exists(named.filter(named=OuterRef("report"))))
    approved = PlanEvent.objects.approvals().filter(plan=OuterRef("plan"))
    owed = Q(Exists(approved), plan__status__in=sorted(HELD_TO))
    return ReportExtension.objects.waiting().filter(owed & ~is_in)
