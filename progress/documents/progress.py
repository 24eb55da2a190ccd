"""A progress report: the strategies and targets of the plan, and what the district says of them.

What the plan says of a row is frozen with it, so that whoever reads the report needs no other text.
"""

from datetime import date
from decimal import Decimal
from functools import partial
from typing import Annotated, Any, NamedTuple

from django.db.models import Model, QuerySet

from districts.statements import Statement
from plans.documents import fields
from plans.documents.cache import made_of
from plans.documents.parts import Document, Row
from plans.documents.shape import PlanDocument, TargetPart
from plans.documents.stored import Schemas
from plans.documents.terms import IndicatorTerm
from progress.documents.rows import LINEAGE, as_stored
from progress.models import (
    MilestoneProgress,
    ProgressReport,
    StrategyProgress,
    TargetResult,
)

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
    planned = made_of("planned-progress", report.measured_against, _planned)
    strategies, milestones, targets = (_stored(each, report) for each in STORED)
    return ProgressDocument(
        fiscal_year=report.plan.cycle_id,
        period=report.period,
        district=report.plan.district.name,
        district_code=report.plan.district.edsight_code,
        due_on=due_on,
        plan_version=report.measured_against.number,
        corrects=report.reason,
        strategies=tuple(
            StrategyResult(
                **said,
                milestones=tuple(
                    MilestoneResult(**one, **milestones[key])
                    for key, one in planned.milestones[lineage].items()
                    if key in milestones
                ),
                **strategies[lineage],
            )
            for lineage, said in planned.strategies.items()
            if lineage in strategies
        ),
        targets=tuple(
            TargetActual(**said, **targets[lineage])
            for lineage, said in planned.targets.items()
            if lineage in targets
        ),
    )


class Planned(NamedTuple):
    """What a plan says of the rows that a report speaks of, by their lineage, in its order."""

    strategies: Stored
    milestones: dict[str, Stored]  # by the lineage of their strategy
    targets: Stored


def _planned(plan: PlanDocument) -> Planned:
    return Planned(
        {each.lineage: _named(each, "number", "title", "owner") for each in plan.strategies},
        {
            each.lineage: {
                one.lineage: _named(one, "number", "description", "due_on")
                for one in each.milestones
            }
            for each in plan.strategies
        },
        {each.lineage: _of_target(each) for each in plan.targets},
    )


def _of_target(target: TargetPart) -> dict[str, Any]:
    names = ("number", "indicator", "measure", "student_group", "unit", "baseline")
    more = ("baseline_year", "target_value", "due_on", "data_source")
    suppressed = target.as_typed["baseline"] if target.is_suppressed("baseline") else ""
    return {**_named(target, *names, *more), "baseline_suppressed": suppressed}


def _named(part: Row, *names: str) -> dict[str, Any]:
    return {name: getattr(part, name) for name in names}


def lineages_of(plan: PlanDocument) -> dict[str, list[str]]:
    """Of the plan’s rows that a report speaks of, by the part that speaks of them."""
    return {
        "strategy": [each.lineage for each in plan.strategies],
        "milestone": [m.lineage for each in plan.strategies for m in each.milestones],
        "target": [each.lineage for each in plan.targets],
    }


def _rows(model: type[Model], part: type[Row], report: int) -> QuerySet[Any]:
    columns = [each.name for each in fields.fields_of(part)]
    rows = model._default_manager.filter(report=report)
    return rows.values("id", "as_typed", *columns, **LINEAGE)


STORED = tuple(
    Statement(partial(_rows, model, part), -1)
    for model, part in (
        (StrategyProgress, StrategyResult),
        (MilestoneProgress, MilestoneResult),
        (TargetResult, TargetActual),
    )
)


def _stored(rows: Statement, report: ProgressReport) -> Stored:
    return {row["lineage"]: row for row in map(as_stored, rows.ask(report.pk))}
