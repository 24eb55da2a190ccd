"""Which expenditure reports of a plan are due, and when (R47, R51)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from plans.models import Plan
from progress.calendar import EXPENDITURE_PERIODS, SPENDING_REPORT, as_of, due_on
from progress.models import ExpenditureReport
from progress.workflow import FILED, ReportStatus


@dataclass(frozen=True)
class DueReport:
    """One expenditure report that a plan owes; `status` is none until it was started."""

    plan_id: int
    period: str
    as_of: date
    due_on: date
    status: ReportStatus | None
    report_id: int | None

    @property
    def is_filed(self) -> bool:
        return self.status in FILED

    @property
    def label(self) -> str:
        return str(ExpenditureReport.Period(self.period).label)

    def is_open_on(self, today: date) -> bool:
        """Whether it can be written: the day after its period is over."""
        return today > self.as_of

    def is_late_on(self, today: date) -> bool:
        return not self.is_filed and today > self.due_on


def expenditure_reports_due(plan: Plan) -> list[DueReport]:
    """The four of a plan, in order. One query, where the plan comes with its cycle."""
    return expenditure_reports_of([plan])[plan.pk]


def expenditure_reports_of(plans: Collection[Plan]) -> dict[int, list[DueReport]]:
    """The four of each plan. One query however many there are; whether a plan is approved is not
    asked here."""
    standing = ExpenditureReport.objects.standing().filter(plan__in=plans)
    rows = {
        (plan_id, period): (ReportStatus(status), number)
        for plan_id, period, status, number in standing.values_list(
            "plan", "period", "status", "pk"
        )
    }
    nothing: tuple[None, None] = (None, None)
    return {
        plan.pk: [
            DueReport(
                plan.pk,
                period,
                as_of(period, plan.cycle_id),
                due_on(plan, SPENDING_REPORT, period),
                *rows.get((plan.pk, period), nothing),
            )
            for period in EXPENDITURE_PERIODS
        ]
        for plan in plans
    }
