"""Progress reports: their rows, and what follows when one is certified."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from districts.calendar import eastern_day, last_day
from districts.models import User
from plans.documents import stored_document
from plans.models import Plan, StrategyOutcome, TargetOutcome
from plans.services.merging import Saved, Typed, save_merged
from progress.calendar import PROGRESS_REPORT
from progress.documents import PROGRESS as SCHEMAS
from progress.documents import (
    ProgressDocument,
    StrategyResult,
    TargetActual,
    progress_document,
)
from progress.documents.progress import lineages_of
from progress.models import (
    MilestoneProgress,
    ProgressReport,
    ProgressVersion,
    StrategyProgress,
    TargetResult,
)
from progress.models.progress import ProgressRow
from progress.rules.progress import findings
from progress.services.filing import edited, open_draft
from progress.services.kinds import Kind
from progress.workflow import FILED, ReportStatus

Period = ProgressReport.Period
TABLES: dict[str, type[ProgressRow]] = {
    "strategy": StrategyProgress,
    "milestone": MilestoneProgress,
    "target": TargetResult,
}
COPIED = {
    StrategyProgress: ("status", "sentence", "evidence"),
    MilestoneProgress: ("done_on", "moved_to", "note"),
    TargetResult: ("actual", "measured_in", "source", "available_on"),
}
KEPT = ("lineage", "as_typed", "saved_at", "saved_by_id")


@dataclass(frozen=True)
class RowEdit:
    """What was typed into the form of one row of the report."""

    place: str  # strategy, milestone, target
    row_id: int
    typed: Typed


@transaction.atomic
def save_rows(
    *, report_id: int, edits: Sequence[RowEdit], by: User, at: datetime
) -> list[Saved | None]:
    """Save what was typed on the page in one act: one lock, one edition. None: no such row.

    Whatever can be saved is; what both sides changed is told of each row (`Saved.conflicts`).

    Raises:
        PermissionDenied, StepNotAllowed: see `filing.open_draft`.
    """
    report = open_draft(KIND, report_id, by, at=at)
    rows = {
        (place, row.pk): row
        for place, table in TABLES.items()
        for row in table._default_manager.filter(
            report=report, pk__in=[each.row_id for each in edits if each.place == place]
        ).select_related("saved_by")
    }
    saved: list[Saved | None] = []
    for edit in edits:
        row = rows.get((edit.place, edit.row_id))
        saved.append(save_merged(row, edit.typed, by=by, at=at) if row else None)
    if any(each is not None and each.is_changed for each in saved):
        edited(report, by=by, at=at)
    return saved


def _document(report: ProgressReport) -> ProgressDocument:
    return progress_document(report, KIND.due_on(report.plan, report.period))


def _rows(report: ProgressReport) -> list[Any]:
    return [table._default_manager.filter(report=report) for table in TABLES.values()]


def _begin(report: ProgressReport) -> None:
    """A row for each of the plan’s; of a milestone, what the mid-year report says already."""
    lineages = lineages_of(stored_document(report.measured_against))
    for place, table in TABLES.items():
        made: Any = table
        known = _known_at_mid_year(report) if table is MilestoneProgress else {}
        made.objects.bulk_create(
            [
                made(report=report, lineage=lineage, **known.get(lineage, {}))
                for lineage in lineages[place]
            ]
        )


def _known_at_mid_year(report: ProgressReport) -> dict[str, dict[str, Any]]:
    if report.period != Period.END_OF_YEAR:
        return {}
    rows = MilestoneProgress.objects.filter(
        report__plan=report.plan, report__period=Period.MID_YEAR, report__status__in=sorted(FILED)
    ).values("lineage", *COPIED[MilestoneProgress])
    return {str(row.pop("lineage")): row for row in rows}


def _copy(old: ProgressReport, new: ProgressReport) -> None:
    for table, columns in COPIED.items():
        made: Any = table
        rows = made.objects.filter(report=old).values(*KEPT, *columns)
        made.objects.bulk_create([made(report=new, **row) for row in rows])


# On certification --------------------------------------------------------------------------------


def _certified(report: ProgressReport, version: ProgressVersion) -> str:
    _write_outcomes(report, version)
    return ""  # nothing follows from it for the receipt to say


def _write_outcomes(report: ProgressReport, version: ProgressVersion) -> None:
    """What the report says becomes the plan’s outcomes, in place of what an earlier one said.

    A mid-year report that is corrected after the end-of-year report was certified changes none.
    """
    if report.period == Period.MID_YEAR and _end_of_year_holds(report.plan):
        return
    document = SCHEMAS.document_of(version)
    as_of = min(eastern_day(version.closed_at), last_day(document.fiscal_year))
    said: dict[str, Any] = {
        "plan": report.plan,
        "report": KIND.source_of(report),
        "certified_at": report.certified_at,
    }
    StrategyOutcome.objects.filter(plan=report.plan).delete()
    StrategyOutcome.objects.bulk_create(
        [_of_strategy(each, as_of, said) for each in document.strategies]
    )
    TargetOutcome.objects.filter(plan=report.plan).delete()
    TargetOutcome.objects.bulk_create([_of_target(each, said) for each in document.targets])


def _end_of_year_holds(plan: Plan) -> bool:
    """Whether one was certified: one that is corrected now, or was returned, still holds."""
    reports = ProgressReport.objects.filter(plan=plan, period=Period.END_OF_YEAR)
    return reports.filter(versions__signatures__isnull=False).exists()


def _of_strategy(result: StrategyResult, as_of: date, said: dict[str, Any]) -> StrategyOutcome:
    """Kept is done by the date the plan gives it, also where the report moves that."""
    due = [each for each in result.milestones if each.due_on and each.due_on <= as_of]
    done = [(each.done_on, each.due_on) for each in due if each.done_on and each.due_on]
    return StrategyOutcome(
        lineage=result.lineage,
        status=result.status,
        sentence=result.sentence,
        milestones_due=len(due),
        milestones_kept=sum(done_on <= due_on for done_on, due_on in done),
        milestones_late=sum(done_on > due_on for done_on, due_on in done),
        **said,
    )


def _of_target(result: TargetActual, said: dict[str, Any]) -> TargetOutcome:
    has = result.has_figure
    return TargetOutcome(
        lineage=result.lineage,
        actual=result.actual,
        suppressed=result.suppressed,
        measured_in=result.measured_in if has else "",
        source=result.source if has else "",
        available_on=None if has else result.available_on,
        **said,
    )


KIND = Kind(
    key=PROGRESS_REPORT,
    noun="progress report",
    model=ProgressReport,
    schemas=SCHEMAS,
    about={Period.MID_YEAR: "mid_year_report", Period.END_OF_YEAR: "end_of_year_report"},
    page="progress_report",
    start_page="progress_start",
    intent="what it says of each strategy and each target is so, to the best of my knowledge, and"
    " its figures are those of the sources it names.",
    columns=lambda plan, period: {},
    begin=_begin,
    copy=_copy,
    rows=_rows,
    document_of=_document,
    findings=findings,
    on_certified=_certified,
)


def standing(plan: Plan, period: str) -> ProgressReport | None:
    """The report of the period that no other has taken the place of."""
    reports = ProgressReport.objects.filter(plan=plan, period=period)
    return (
        reports.exclude(status=ReportStatus.SUPERSEDED)
        .select_related("plan__district", "plan__cycle", "measured_against", "certified_by")
        .first()
    )
