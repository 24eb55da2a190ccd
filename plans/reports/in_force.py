"""The plan that is in force on a day: as approved, and as revised since (R44; ADR 67).

Whatever is measured against the approved plan asks here: reports, next year's amendment, the
district's and the Department's reading of it.
"""

from datetime import date, datetime, time, timedelta

from django.db.models import Q

from districts.calendar import EASTERN
from plans.models import Plan, PlanEvent, PlanVersion
from plans.revision_workflow import TAKES_EFFECT


def version_in_force(plan: Plan, on: date | None = None) -> PlanVersion | None:
    """The version in force at the end of that day, now where none is named; none before approval.

    Versions are numbered as they are closed, and a revision is of the version before it, so the
    last of those that took effect by then is in force.
    """
    approved = Q(events__in=PlanEvent.objects.approvals())
    revised = Q(revision_events__step__in=sorted(TAKES_EFFECT))
    if on is not None:
        until = datetime.combine(on + timedelta(days=1), time.min, EASTERN)
        approved &= Q(events__taken_at__lt=until)
        revised &= Q(revision_events__taken_at__lt=until)
    return PlanVersion.objects.filter(approved | revised, plan=plan).order_by("-number").first()
