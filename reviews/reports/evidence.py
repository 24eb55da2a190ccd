"""What a decision rests on: last year's reports and figures, as they stand at this moment (R34)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from plans.documents import stored_document
from plans.models import Plan, PlanVersion, StrategyOutcome, TargetOutcome
from progress.models import ProgressReport
from progress.workflow import FILED
from reviews.reports.findings import Carried, FindingSheet, Measured, TargetFound, planned_sheet
from reviews.reports.handed_in import submissions
from reviews.reports.last_year import END_OF_YEAR, Filed
from reviews.reports.packet import Packet


@dataclass(frozen=True)
class Measurement:
    """A plan's finding sheet, and the version of the plan that it was measured against."""

    version: PlanVersion
    sheet: FindingSheet


@dataclass(frozen=True)
class Evidence:
    fiscal_year: int
    progress: Filed | None
    spending: Filed | None
    version: int
    sheet: FindingSheet

    def recorded(self) -> dict[str, Any]:
        """As the determination keeps it for ever."""
        return {
            "fiscal_year": self.fiscal_year,
            "progress": self.progress and self.progress.model_dump(mode="json"),
            "spending": self.spending and self.spending.model_dump(mode="json"),
            "version": self.version,
            "implemented": [self.sheet.implemented.part, self.sheet.implemented.whole],
            "milestones": [self.sheet.milestones.part, self.sheet.milestones.whole],
            "milestones_late": self.sheet.milestones_late,
            "met": [self.sheet.met.part, self.sheet.met.whole],
            "targets": [_recorded(one) for one in self.sheet.targets],
        }


def evidence_for(packet: Packet) -> Evidence | None:
    """None where there is no plan of the year before, or nothing of it was handed in.

    Four queries and one for the text, where none is kept; none where there is no such plan.
    """
    last = packet.before.plan

    def planned(version: PlanVersion) -> FindingSheet:
        return planned_sheet(packet.document_of(version))

    measured = measurement_of(last.id, planned=planned) if last else None
    if measured is None:
        return None
    return Evidence(
        fiscal_year=measured.sheet.fiscal_year,
        progress=packet.before.latest_progress,
        spending=packet.before.spending,
        version=measured.version.number,
        sheet=measured.sheet,
    )


def planned_as_stored(version: PlanVersion) -> FindingSheet:
    return planned_sheet(stored_document(version))


def measurement_of(
    plan_id: int, *, planned: Callable[[PlanVersion], FindingSheet] = planned_as_stored
) -> Measurement | None:
    """Against the version that the latest certified report names; before one, that handed in.

    A page may show the rows as they are kept; what is decided rests on the stored text.
    """
    version = _measured_against(plan_id)
    if version is None:
        return None
    sheet = planned(version).saying(_carried(plan_id), _measured(plan_id))
    return Measurement(version, sheet)


def _measured_against(plan_id: int) -> PlanVersion | None:
    """Without its text, which is long and may be kept."""
    reports = ProgressReport.objects.filter(plan=plan_id, status__in=sorted(FILED))
    with_version = reports.select_related("measured_against").defer("measured_against__document")
    found = {one.period: one for one in with_version}
    if found:
        return (found.get(END_OF_YEAR) or next(iter(found.values()))).measured_against
    handed_in = submissions(Plan(pk=plan_id)).select_related("version").defer("version__document")
    submission = handed_in.first()
    return submission.version if submission else None


def _carried(plan_id: int) -> Mapping[str, Carried]:
    return {
        str(row.lineage): Carried(
            status=row.status,
            sentence=row.sentence,
            due=row.milestones_due,
            kept=row.milestones_kept,
            late=row.milestones_late,
        )
        for row in StrategyOutcome.objects.filter(plan=plan_id)
    }


def _measured(plan_id: int) -> Mapping[str, Measured]:
    return {
        str(row.lineage): Measured(
            actual=row.actual,
            suppressed=row.suppressed,
            measured_in=row.measured_in,
            source=row.source,
            available_on=row.available_on,
        )
        for row in TargetOutcome.objects.filter(plan=plan_id)
    }


def _recorded(target: TargetFound) -> dict[str, Any]:
    figures = {"baseline": target.baseline, "target": target.target, "actual": target.actual}
    return {
        "number": target.number,
        "lineage": target.lineage,
        "came": target.came.name.lower(),
        "source": target.said.source,
        **{name: None if value is None else str(value) for name, value in figures.items()},
    }
