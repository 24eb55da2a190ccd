"""A condition of an approval is met: the Department says so, or a report's certification does."""

from collections.abc import Collection
from datetime import datetime

from districts.calendar import eastern_day
from districts.models import User
from plans.models import ApprovalCondition, ConditionMet, Plan


def meet_watched(
    measured: Plan, *, watches: Collection[str], word: str, report: str, by: User, at: datetime
) -> list[ConditionMet]:
    """What the approval of the next year's plan waits for of this one is there, by a report.

    `watches` are “progress/end_of_year”, “expenditure/annual”, and “target/” with a lineage for
    each figure that the report brings. Whoever certifies the report calls this in the same act;
    what is met already stays as it was recorded.
    """
    waiting = ApprovalCondition.objects.standing().filter(
        plan__district=measured.district_id,
        plan__cycle=measured.cycle_id + 1,
        watches__in=watches,
        met=None,
    )
    return ConditionMet.objects.bulk_create(
        ConditionMet(
            condition=condition,
            met_on=eastern_day(at),
            word=word,
            report=report,
            recorded_at=at,
            recorded_by=by,
        )
        for condition in waiting.select_for_update(of=("self",)).order_by("pk")
    )
