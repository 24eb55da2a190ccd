"""Annual expenditure reports and what was determined on each (§ 10-262u(g), R55)."""

from dataclasses import dataclass
from typing import cast
from uuid import UUID

from django.db.models import QuerySet

from plans.documents import stored_document
from plans.models import LineOutcome, Plan
from progress.models import ExpenditureReport
from progress.workflow import FILED, ReportStatus
from reviews.models import SpendingDetermination

ANNUAL = ExpenditureReport.Period.ANNUAL


@dataclass(frozen=True)
class SpentLine:
    """A budget line of the plan as it was measured, and what was expended on it, in dollars."""

    lineage: UUID
    number: int
    description: str
    object_code: str
    budgeted: int
    expended: int
    is_by_share: bool  # of its object code's spending, by its share of the budget


def waiting(plans: QuerySet[Plan]) -> QuerySet[ExpenditureReport]:
    """Annual reports that are certified and have no determination, the longest waiting first."""
    reports = ExpenditureReport.objects.filter(
        plan__in=plans, period=ANNUAL, status__in=sorted(FILED), determination=None
    )
    return reports.select_related("plan__district", "plan__cycle").order_by("certified_at", "pk")


def made(plans: QuerySet[Plan]) -> QuerySet[SpendingDetermination]:
    """Those that stand, the latest first."""
    found = SpendingDetermination.objects.filter(plan__in=plans, superseded_by=None)
    return found.select_related("plan__district", "decided_by").order_by("-decided_at", "-pk")


def annual_report(plan: Plan) -> ExpenditureReport | None:
    """The one that stands, certified or accepted."""
    reports = plan.expenditurereport_set.filter(period=ANNUAL, status__in=sorted(FILED))
    return reports.select_related("measured_against", "certified_by", "supersedes").first()


def standing_determination(plan: Plan) -> SpendingDetermination | None:
    """The last on the plan's year, with its lines. Two queries."""
    found = plan.spending_determinations.filter(superseded_by=None)
    return (
        found.select_related("decided_by", "delegation", "report").prefetch_related("lines").first()
    )


def determined_before(report: ExpenditureReport) -> SpendingDetermination | None:
    """The determination on the report that this one corrects, or on one before that."""
    earlier = cast(ExpenditureReport | None, report.supersedes)
    while earlier is not None:
        found = SpendingDetermination.objects.filter(report=earlier).first()
        if found is not None:
            return found
        earlier = cast(ExpenditureReport | None, earlier.supersedes)
    return None


def is_closed(plan: Plan) -> bool:
    """Whether the year is closed: its annual report is accepted, and determined (R58)."""
    accepted = plan.expenditurereport_set.filter(period=ANNUAL, status=ReportStatus.ACCEPTED)
    return accepted.exclude(determination=None).exists()


def spent_lines(report: ExpenditureReport) -> list[SpentLine]:
    """Every line on which anything was expended, in the order of the plan."""
    spent = {str(row.lineage): row for row in LineOutcome.objects.filter(plan=report.plan_id)}
    found = []
    for line in stored_document(report.measured_against).lines:
        row = spent.get(line.lineage)
        if row is None or row.expended <= 0:
            continue
        found.append(
            SpentLine(
                lineage=row.lineage,
                number=line.number,
                description=line.description,
                object_code=line.object_code.code if line.object_code else "",
                budgeted=line.amount or 0,
                expended=row.expended,
                is_by_share=row.basis == LineOutcome.Basis.BY_SHARE,
            )
        )
    return found
