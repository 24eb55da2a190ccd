"""What the Commissioner decides in the walk: the plan of a year, and what was spent of it."""

from datetime import datetime, timedelta
from typing import Any

from alliance.walk.people import Walker
from alliance.walk.planning import key_of
from alliance.walk.stories import Story
from districts.calendar import eastern_day
from plans.models import LineOutcome, Plan, PlanVersion
from progress.models import ExpenditureReport
from progress.workflow import ReportStatus
from reviews import services as review_services
from reviews.models import Waiver
from reviews.reports.packet import read_packet
from reviews.rules import Condition, gate, moved_digest
from reviews.services.determining import LineFound

FINDINGS: dict[str, Any] = {
    "implementation": "largely",
    "implementation_reasons": "The reports say so, strategy by strategy.",
    "performance": "progress",
    "performance_reasons": "The reports say so, target by target.",
}
FIRST: dict[str, Any] = {
    "implementation": "first_plan",
    "implementation_reasons": "The first plan in this system.",
    "performance": "first_plan",
    "performance_reasons": "The first plan in this system.",
}
GROUNDS = "No plan was filed for the year before; the district files again now."


def decide(plan: Plan, walker: Walker, *, at: datetime) -> None:
    """Read the gate and approve; where it is closed for last year, waive that first."""
    version = PlanVersion.objects.handed_in().filter(plan=plan).latest("number")
    commissioner = walker.people["commissioner"]
    conditions = _gate(plan, version, commissioner.pk, at)
    if any(not one.is_met for one in conditions):
        review_services.waive(
            plan_id=plan.pk,
            version=version.number,
            grounds=GROUNDS,
            of=Waiver.Of.LAST_YEAR,
            by=commissioner,
            at=at - timedelta(minutes=5),
        )
        conditions = _gate(plan, version, commissioner.pk, at)
    review_services.approve(
        plan_id=plan.pk,
        version=version.number,
        **(FIRST if _is_first(plan) else FINDINGS),
        read=moved_digest(conditions),
        by=commissioner,
        at=at,
        key=key_of(plan.about, "approve"),
    )


def _gate(plan: Plan, version: PlanVersion, decider: int, at: datetime) -> list[Condition]:
    packet = read_packet(Plan.objects.filter(pk=plan.pk), number=version.number)
    return list(gate(packet, on=eastern_day(at), by=decider))


def _is_first(plan: Plan) -> bool:
    return not Plan.objects.filter(district=plan.district, cycle=plan.cycle_id - 1).exists()


def determine(plan: Plan, walker: Walker, story: Story) -> None:
    """None, or of the largest line a part that is repaid or reduces the year after the next."""
    report = ExpenditureReport.objects.filter(
        plan=plan, period="annual", status=ReportStatus.ACCEPTED
    ).first()
    if report is None:
        return
    accepted_at = report.events.latest("pk").taken_at
    largest = LineOutcome.objects.filter(plan=plan).order_by("-expended", "lineage").first()
    found: list[LineFound] = []
    if story.out_of_compliance and largest is not None:
        out = int(largest.expended * story.out_of_compliance)
        remedied = out - out // 10  # a tenth is let go
        found = [LineFound(largest.lineage, out, story.remedy, remedied, "The invoices.")]
    review_services.determine(
        report_id=report.pk,
        lines=found,
        lands_in=plan.cycle_id + 2 if found and story.remedy == "reduce" else None,
        reasons="As the report and the invoices show.",
        key=key_of(plan.about, "determine"),
        by=walker.people["commissioner"],
        at=accepted_at + timedelta(days=3),
    )
