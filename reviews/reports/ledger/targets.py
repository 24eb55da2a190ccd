"""Of approved plans the targets, each beside the actual that the last certified report says."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from reviews.reports.findings import Came, Measured, TargetFound
from reviews.reports.ledger.approved import IN_FORCE, ask

_TARGETS = f"""
    WITH {IN_FORCE}
    SELECT in_force.district_id, in_force.fiscal_year, each.lineage, each.number,
        coalesce(objective->>'statement', ''), coalesce(each.measure, ''),
        coalesce(each.student_group, ''), coalesce(each.unit, ''),
        (each.indicator->>'number')::int, coalesce(each.indicator->>'name', ''),
        (each.indicator->>'falls')::boolean, each.baseline, each.target_value,
        outcome.actual, coalesce(outcome.suppressed, ''), coalesce(outcome.measured_in, ''),
        coalesce(outcome.source, ''), outcome.available_on
    FROM in_force, jsonb_array_elements(in_force.document->'objectives') AS objective,
        jsonb_to_recordset(objective->'targets') AS each(
            lineage text, number text, measure text, student_group text, unit text,
            indicator jsonb, baseline numeric, target_value numeric
        )
    LEFT JOIN LATERAL (
        SELECT * FROM plans_targetoutcome
        WHERE plan_id = in_force.plan_id AND lineage::text = each.lineage
    ) outcome ON true
    ORDER BY 1, 2, (objective->>'number')::int, each.number
"""  # noqa: S608 - put together of constants


@dataclass(frozen=True)
class TargetRow:
    """A target of the plan of a year beside its actual. `falls`: lower is better."""

    district_id: int
    fiscal_year: int
    lineage: str
    number: str
    objective: str
    measure: str
    student_group: str
    unit: str
    indicator: int | None
    indicator_name: str
    indicator_falls: bool | None
    baseline: Decimal | None
    target: Decimal | None
    actual: Decimal | None
    suppressed: str
    measured_in: str
    source: str
    available_on: date | None

    @property
    def falls(self) -> bool:
        """By the indicator; without one, from the baseline to the target."""
        if self.indicator_falls is not None:
            return self.indicator_falls
        return None not in (self.baseline, self.target) and self.target < self.baseline  # type: ignore[operator]

    @cached_property
    def found(self) -> TargetFound:
        """What it came to, judged as on the finding sheet."""
        return TargetFound(
            lineage=self.lineage,
            number=self.number,
            measure=self.measure,
            student_group=self.student_group,
            unit=self.unit,
            baseline=self.baseline,
            baseline_year="",
            target=self.target,
            falls=self.falls,
            said=Measured(actual=self.actual, suppressed=self.suppressed),
        )

    @property
    def is_met(self) -> bool | None:
        """None where the actual or the target has no figure."""
        return self.found.is_met

    @property
    def came(self) -> Came:
        return self.found.came


def targets_of(district_ids: Sequence[int]) -> list[TargetRow]:
    """Those of every approved plan by district, year and number, in one query."""
    return [TargetRow(*row) for row in ask(_TARGETS, district_ids)]
