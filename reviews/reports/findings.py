"""The finding sheet of a district and year: what its plan came to, with the rows of each figure.

    share implemented = strategies on track or complete ÷ strategies not discontinued
    milestones kept   = milestones done by their date ÷ milestones due by the report's date
    met               = the actual at or beyond the target, in the indicator's direction
    share met         = targets met ÷ targets with an actual
    distance covered  = (actual − baseline) ÷ (target − baseline), as it is, below 0 and above 1 too

Nothing here decides, and nothing here touches the database: a person makes the finding, in their
words, beside these figures (R34, R35).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cached_property

from plans.documents import PlanDocument
from plans.documents.shape import TargetPart
from progress.models import Implementation

CARRIED_OUT = frozenset({Implementation.ON_TRACK, Implementation.COMPLETE})
HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True)
class Carried:
    """What the last certified report says of a strategy."""

    status: str
    sentence: str = ""
    due: int = 0
    kept: int = 0
    late: int = 0


@dataclass(frozen=True)
class Measured:
    """What the last certified report says of a target: a figure, or when there will be one."""

    actual: Decimal | None = None
    suppressed: str = ""
    measured_in: str = ""
    source: str = ""
    available_on: date | None = None


@dataclass(frozen=True)
class StrategyFound:
    lineage: str
    number: int
    title: str
    said: Carried | None  # none where no certified report speaks of it

    @property
    def status(self) -> Implementation | None:
        return Implementation(self.said.status) if self.said else None

    @property
    def is_carried_out(self) -> bool:
        return self.status in CARRIED_OUT

    @property
    def is_discontinued(self) -> bool:
        return self.status == Implementation.DISCONTINUED


class Came(StrEnum):
    """What a target came to."""

    MET = "Met"
    PART_WAY = "Part way"
    STOOD_STILL = "No change"
    FELL_BACK = "Fell back"
    NOT_MET = "Not met"  # no distance can be told, or its direction contradicts the target
    NOT_YET = "Not yet available"
    SUPPRESSED = "Suppressed"
    NO_TARGET = "No target figure"


@dataclass(frozen=True)
class TargetFound:
    """One target of the plan beside its actual figure. `falls`: lower is better."""

    lineage: str
    number: str
    measure: str
    student_group: str
    unit: str
    baseline: Decimal | None
    baseline_year: str
    target: Decimal | None
    falls: bool
    said: Measured = Measured()

    @property
    def actual(self) -> Decimal | None:
        return self.said.actual

    @property
    def is_met(self) -> bool | None:
        """None where the actual or the target has no figure."""
        if self.actual is None or self.target is None:
            return None
        return self.actual <= self.target if self.falls else self.actual >= self.target

    @property
    def has_no_distance(self) -> bool:
        """Whether the target is the baseline: there is no way to go."""
        return self.baseline is not None and self.baseline == self.target

    @property
    def distance(self) -> Fraction | None:
        if None in (self.actual, self.baseline, self.target) or self.has_no_distance:
            return None
        actual, baseline, target = map(Fraction, (self.actual, self.baseline, self.target))  # type: ignore[arg-type]
        return (actual - baseline) / (target - baseline)

    @property
    def distance_shown(self) -> Decimal | None:
        """To hundredths, halves away from 0."""
        exact = self.distance
        if exact is None:
            return None
        value = Decimal(exact.numerator) / Decimal(exact.denominator)
        shown = value.quantize(HUNDREDTH, rounding=ROUND_HALF_UP)
        return abs(shown) if shown == 0 else shown

    @cached_property
    def came(self) -> Came:
        """Told of each target in several places of a page."""
        if self.target is None:
            return Came.NO_TARGET
        if self.actual is None:
            return Came.SUPPRESSED if self.said.suppressed else Came.NOT_YET
        if self.is_met:
            return Came.MET
        far = self.distance
        if far is None or far >= 1:
            return Came.NOT_MET
        if far == 0:
            return Came.STOOD_STILL
        return Came.PART_WAY if far > 0 else Came.FELL_BACK


@dataclass(frozen=True)
class Share:
    """Part of a whole; no share of nothing."""

    part: int
    whole: int

    @property
    def exact(self) -> Fraction | None:
        return Fraction(self.part, self.whole) if self.whole else None

    @property
    def percent(self) -> int | None:
        """To a whole percent, halves up; not 100 while any is missing, nor 0 where there is one."""
        if not self.whole:
            return None
        rounded = (200 * self.part + self.whole) // (2 * self.whole)
        if self.part < self.whole:
            rounded = min(rounded, 99)
        return max(rounded, 1) if self.part else rounded

    @property
    def words(self) -> str:
        """“6 of 7, 86%”."""
        return f"{self.part} of {self.whole}" + ("" if self.whole == 0 else f", {self.percent}%")


@dataclass(frozen=True)
class FindingSheet:
    fiscal_year: int
    strategies: tuple[StrategyFound, ...]
    targets: tuple[TargetFound, ...]

    @property
    def has_report(self) -> bool:
        """Whether any certified report speaks of the plan: without one no figure says anything."""
        return any(one.said for one in self.strategies) or any(
            one.said != Measured() for one in self.targets
        )

    def saying(
        self, carried: Mapping[str, Carried], measured: Mapping[str, Measured]
    ) -> "FindingSheet":
        """Each row with what was reported of it, by its lineage."""
        return replace(
            self,
            strategies=tuple(
                replace(one, said=carried.get(one.lineage)) for one in self.strategies
            ),
            targets=tuple(
                replace(one, said=measured.get(one.lineage, Measured())) for one in self.targets
            ),
        )

    def with_status(self, status: Implementation) -> list[StrategyFound]:
        return [one for one in self.strategies if one.status == status]

    @property
    def discontinued(self) -> list[StrategyFound]:
        return [one for one in self.strategies if one.is_discontinued]

    @property
    def not_reported(self) -> list[StrategyFound]:
        return [one for one in self.strategies if one.said is None]

    @property
    def implemented(self) -> Share:
        """A strategy that no report speaks of counts in the whole, and is not carried out."""
        counted = [one for one in self.strategies if not one.is_discontinued]
        return Share(sum(one.is_carried_out for one in counted), len(counted))

    @property
    def milestones(self) -> Share:
        """Kept, of those due; done late is counted apart."""
        said = [one.said for one in self.strategies if one.said]
        return Share(sum(one.kept for one in said), sum(one.due for one in said))

    @property
    def milestones_late(self) -> int:
        return sum(one.said.late for one in self.strategies if one.said)

    @property
    def milestones_not_done(self) -> int:
        kept = self.milestones
        return kept.whole - kept.part - self.milestones_late

    @property
    def with_actual(self) -> list[TargetFound]:
        """Those whose actual can be held against the target."""
        return [one for one in self.targets if one.is_met is not None]

    @property
    def without_actual(self) -> list[TargetFound]:
        return [one for one in self.targets if one.actual is None]

    @property
    def met(self) -> Share:
        return Share(sum(bool(one.is_met) for one in self.with_actual), len(self.with_actual))

    @property
    def missed(self) -> list[TargetFound]:
        return [one for one in self.targets if one.is_met is False]

    def came_to(self, came: Came) -> list[TargetFound]:
        return [one for one in self.targets if one.came == came]


def planned_sheet(document: PlanDocument) -> FindingSheet:
    """The rows of the plan as it is measured, before anything is reported of them."""
    return FindingSheet(
        fiscal_year=document.fiscal_year,
        strategies=tuple(
            StrategyFound(one.lineage, one.number, one.title, None) for one in document.strategies
        ),
        targets=tuple(target_found(one) for one in document.targets),
    )


def target_found(part: TargetPart, said: Measured = Measured()) -> TargetFound:
    """The target of a document beside what a report says of it."""
    return TargetFound(
        lineage=part.lineage,
        number=part.number,
        measure=part.measure,
        student_group=part.student_group,
        unit=part.unit,
        baseline=part.baseline,
        baseline_year=part.baseline_year,
        target=part.target_value,
        falls=_falls(part),
        said=said,
    )


def _falls(part: TargetPart) -> bool:
    """By the indicator; a measure of the district's own goes from its baseline to its target."""
    if part.indicator is not None:
        return part.indicator.falls
    if part.baseline is None or part.target_value is None:
        return False
    return part.target_value < part.baseline
