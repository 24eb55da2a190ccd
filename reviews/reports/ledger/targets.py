"""Of approved plans the targets, each beside the actual that the last certified report says."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

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


class Came(StrEnum):
    """What a target came to."""

    MET = "Met"
    PART_WAY = "Part way"
    NO_CHANGE = "No change"
    FELL_BACK = "Fell back"
    NOT_MET = "Not met"  # no distance can be told
    NOT_YET = "Not yet available"
    SUPPRESSED = "Suppressed"
    NO_TARGET = "No target figure"


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

    @property
    def is_met(self) -> bool | None:
        """None where the actual or the target has no figure."""
        if self.actual is None or self.target is None:
            return None
        return self.actual <= self.target if self.falls else self.actual >= self.target

    @property
    def distance(self) -> Decimal | None:
        """(actual − baseline) ÷ (target − baseline), as it is; none where there is no way to go."""
        if self.actual is None or self.target is None or self.baseline is None:
            return None
        if self.target == self.baseline:
            return None
        return (self.actual - self.baseline) / (self.target - self.baseline)

    @property
    def came(self) -> Came:
        if self.target is None:
            return Came.NO_TARGET
        if self.actual is None:
            return Came.SUPPRESSED if self.suppressed else Came.NOT_YET
        if self.is_met:
            return Came.MET
        return self._came_short()

    def _came_short(self) -> Came:
        far = self.distance
        if far is None or far >= 1:
            return Came.NOT_MET
        if far == 0:
            return Came.NO_CHANGE
        return Came.PART_WAY if far > 0 else Came.FELL_BACK


def targets_of(district_ids: Sequence[int]) -> list[TargetRow]:
    """Those of every approved plan by district, year and number, in one query."""
    return [TargetRow(*row) for row in ask(_TARGETS, district_ids)]
