"""What became of last year's rows: what was aimed at and paid for, and what its reports say.

In two queries for a section, however many rows and years there are.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from plans.models import (
    BudgetLine,
    LineOutcome,
    PerformanceTarget,
    StrategyOutcome,
    TargetOutcome,
)


@dataclass(frozen=True)
class LastTarget:
    baseline: Decimal | None
    baseline_year: str
    target: Decimal | None
    unit: str
    due_on: date | None
    result: TargetOutcome | None  # none: no certified report speaks of it


@dataclass(frozen=True)
class LastLine:
    amount: int | None
    spent: LineOutcome | None


LastRow = LastTarget | LastLine | StrategyOutcome


def last_targets(plan_id: int | None) -> dict[str, LastTarget]:
    """By lineage."""
    results = _by_lineage(TargetOutcome, plan_id)
    return {
        str(row.lineage): LastTarget(
            row.baseline,
            row.baseline_year,
            row.target_value,
            row.unit,
            row.due_on,
            results.get(row.lineage),
        )
        for row in PerformanceTarget.objects.filter(plan=plan_id)
    }


def last_lines(plan_id: int | None) -> dict[str, LastLine]:
    spent = _by_lineage(LineOutcome, plan_id)
    rows = BudgetLine.objects.filter(plan=plan_id).values_list("lineage", "amount")
    return {str(lineage): LastLine(amount, spent.get(lineage)) for lineage, amount in rows}


def last_strategies(plan_id: int | None) -> dict[str, StrategyOutcome]:
    found = _by_lineage(StrategyOutcome, plan_id)
    return {str(lineage): each for lineage, each in found.items()}


def _by_lineage(model: Any, plan_id: int | None) -> dict[UUID, Any]:
    return {each.lineage: each for each in model.objects.filter(plan=plan_id)}
