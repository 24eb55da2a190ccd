"""A progress report: the strategies and targets of the plan, and what the district says of them.

What the plan says of a row is frozen with it, so that whoever reads the report needs no other text.
"""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from plans.documents import fields
from plans.documents.cache import document_of
from plans.documents.parts import Document, Row
from plans.documents.shape import MilestonePart, PlanDocument, StrategyPart, TargetPart
from plans.documents.stored import Schemas
from plans.documents.terms import IndicatorTerm
from progress.models import ProgressReport

Stored = dict[str, dict[str, Any]]  # what a table holds, by lineage


class MilestoneResult(Row):
    number: int
    description: str = ""
    due_on: date | None = None
    done_on: Annotated[date | None, fields.day("Done on", hint="if it is done")] = None
    moved_to: Annotated[date | None, fields.day("Or moved to")] = None
    note: Annotated[str, fields.line("Note", hint="optional")] = ""


class StrategyResult(Row):
    number: int
    title: str = ""
    owner: str = ""
    status: Annotated[str, fields.radios("How it stands")] = ""
    sentence: Annotated[str, fields.prose("How it goes, in a sentence", rows=2)] = ""
    evidence: Annotated[str, fields.prose("What shows it", rows=2, hint="optional")] = ""
    milestones: tuple[MilestoneResult, ...] = ()


class TargetActual(Row):
    number: str = ""  # 1.2: the second target of the first objective
    indicator: IndicatorTerm | None = None
    measure: str = ""
    student_group: str = ""
    unit: str = ""
    baseline: Decimal | None = None
    baseline_suppressed: str = ""  # as it was published: *, <5
    baseline_year: str = ""
    target_value: Decimal | None = None
    due_on: date | None = None
    data_source: str = ""
    actual: Annotated[
        Decimal | None,
        fields.number(
            "Actual",
            help="A figure that is suppressed: as it is published, * or <5.",
            expected="a number with at most 2 decimals. Write it in digits, such as 46.1, and a"
            " suppressed figure as it is published, * or <5.",
            may_be_suppressed=True,
        ),
    ] = None
    measured_in: Annotated[str, fields.school_year("School year of the figure")] = ""
    source: Annotated[str, fields.line("Source of the figure")] = ""
    available_on: Annotated[date | None, fields.day("Or: not yet available; it will be on")] = None

    @property
    def suppressed(self) -> str:
        """The actual as it was published, where that is without its number."""
        return self.as_typed["actual"] if self.is_suppressed("actual") else ""

    @property
    def has_figure(self) -> bool:
        return self.actual is not None or bool(self.suppressed)

    @property
    def has_baseline(self) -> bool:
        return self.baseline is not None or bool(self.baseline_suppressed)


class ProgressDocument(Document):
    """Fiscal years are named by their end."""

    fiscal_year: int
    period: str
    district: str
    district_code: str
    due_on: date
    plan_version: int  # that the report is measured against
    corrects: str = ""  # why it takes the place of an earlier one
    strategies: tuple[StrategyResult, ...] = ()
    targets: tuple[TargetActual, ...] = ()

    @property
    def milestones(self) -> list[MilestoneResult]:
        return [milestone for strategy in self.strategies for milestone in strategy.milestones]


PROGRESS = Schemas(ProgressDocument, now=1, upgrades={})


def progress_document(report: ProgressReport, due_on: date) -> ProgressDocument:
    """The draft as it is now, over the plan it is measured against. Three queries."""
    plan = document_of(report.measured_against)
    strategies = _stored(report.strategyprogress_set, StrategyResult)
    milestones = _stored(report.milestoneprogress_set, MilestoneResult)
    targets = _stored(report.targetresult_set, TargetActual)
    return ProgressDocument(
        fiscal_year=report.plan.cycle_id,
        period=report.period,
        district=report.plan.district.name,
        district_code=report.plan.district.edsight_code,
        due_on=due_on,
        plan_version=report.measured_against.number,
        corrects=report.reason,
        strategies=tuple(
            _strategy(each, strategies, milestones)
            for each in plan.strategies
            if each.lineage in strategies
        ),
        targets=tuple(_target(each, targets) for each in plan.targets if each.lineage in targets),
    )


def lineages_of(plan: PlanDocument) -> dict[str, list[str]]:
    """Of the plan’s rows that a report speaks of, by the part that speaks of them."""
    return {
        "strategy": [each.lineage for each in plan.strategies],
        "milestone": [m.lineage for each in plan.strategies for m in each.milestones],
        "target": [each.lineage for each in plan.targets],
    }


def _stored(rows: Any, part: type[Row]) -> Stored:
    columns = [each.name for each in fields.fields_of(part)]
    found = rows.values("id", "lineage", "as_typed", *columns)
    return {str(row["lineage"]): row | {"lineage": str(row["lineage"])} for row in found}


def _strategy(plan: StrategyPart, strategies: Stored, milestones: Stored) -> StrategyResult:
    return StrategyResult(
        number=plan.number,
        title=plan.title,
        owner=plan.owner,
        milestones=tuple(
            _milestone(each, milestones) for each in plan.milestones if each.lineage in milestones
        ),
        **strategies[plan.lineage],
    )


def _milestone(plan: MilestonePart, milestones: Stored) -> MilestoneResult:
    return MilestoneResult(
        number=plan.number,
        description=plan.description,
        due_on=plan.due_on,
        **milestones[plan.lineage],
    )


def _target(plan: TargetPart, targets: Stored) -> TargetActual:
    names = ("number", "indicator", "measure", "student_group", "unit", "baseline")
    more = ("baseline_year", "target_value", "due_on", "data_source")
    suppressed = plan.as_typed["baseline"] if plan.is_suppressed("baseline") else ""
    return TargetActual(
        baseline_suppressed=suppressed,
        **{name: getattr(plan, name) for name in (*names, *more)},
        **targets[plan.lineage],
    )
