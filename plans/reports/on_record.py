"""Plans that are filed or decided, as an act on the roster meets them."""

from collections.abc import Collection
from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Subquery

from plans.models import Assignment, Plan, PlanEvent
from plans.workflow import FILED_OR_DECIDED, Status


@dataclass(frozen=True)
class PlanOnRecord:
    district_id: int
    district: str
    fiscal_year: int
    status: Status
    reviewers: tuple[int, ...]  # who review it now
    written_to: int | None  # the allocation, in US dollars, of the version handed in last


def plans_on_record(district_ids: Collection[int]) -> list[PlanOnRecord]:
    """Of these districts, by their names and the year. One query."""
    reviewers = Assignment.objects.current().filter(plan=OuterRef("pk")).values("reviewer")
    handed_in = PlanEvent.objects.filter(plan=OuterRef("pk"), version__isnull=False)
    amount = handed_in.order_by("-pk").values("version__document__money__amount")[:1]
    found = Plan.objects.filter(district__in=district_ids, status__in=FILED_OR_DECIDED)
    rows = found.order_by().values(
        "district_id",
        "status",
        name=F("district__name"),
        year=F("cycle_id"),
        people=ArraySubquery(reviewers),
        written_to=Subquery(amount),
    )
    plans = [
        PlanOnRecord(
            district_id=row["district_id"],
            district=row["name"],
            fiscal_year=row["year"],
            status=Status(row["status"]),
            reviewers=tuple(row["people"]),
            written_to=row["written_to"],
        )
        for row in rows
    ]
    return sorted(plans, key=lambda plan: (plan.district, plan.fiscal_year))
