"""The shape of a plan read as one document. Nothing here touches the database.

What was stored in an earlier shape is read through `plans/documents/stored.py`.
"""

from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Row(Part):
    """Something a district wrote. `as_typed` holds text that a field could not read.

    `id` is that of the row in the draft, for links; a frozen document has none.
    """

    id: int | None = None
    lineage: str = ""
    as_typed: dict[str, str] = Field(default_factory=dict)


class Term(Part):
    """A word of the vocabulary, with its text as it was when the plan was closed."""

    code: str
    name: str


class FocusAreaTerm(Part):
    number: int
    short_name: str


class ObjectCodeTerm(Part):
    code: str
    name: str
    is_salary: bool
    is_benefit: bool
    is_active: bool
    is_indirect_cost: bool


class IndicatorTerm(Part):
    number: int
    name: str
    falls: bool


class Money(Part):
    """What the district may budget: whole US dollars."""

    amount: int | None
    stage: str | None  # preliminary or final
    source: str = ""
    source_on: date | None = None
    carry_forward: int = 0  # the accepted balance of the year before


class ProfileFigure(Part):
    label: str
    value: Decimal
    period: str
    source: str
    source_on: date


class Profile(Part):
    name: str
    slug: str
    edsight_code: str
    reference_group: str
    is_priority_school_district: bool
    is_reform_district: bool
    figures: tuple[ProfileFigure, ...] = ()


class CoverPart(Row):
    contact_name: str = ""
    contact_title: str = ""
    contact_email: str = ""
    contact_phone: str = ""
    summary: str = ""


class NeedsPart(Row):
    narrative: str = ""
    indicators: tuple[IndicatorTerm, ...] = ()
    root_causes: str = ""


class LookBackPart(Row):
    implementation: str = ""
    performance: str = ""
    lessons: str = ""


class BudgetNarrativePart(Row):
    narrative: str = ""


class SustainabilityPart(Row):
    sustaining: str = ""
    non_supplanting: str = ""


class AssurancePart(Part):
    number: int
    text: str
    citation: str
    accepted: bool


class AssurancesPart(Row):
    assurances: tuple[AssurancePart, ...] = ()
    evaluation_plan_approved: bool | None = None
    evaluation_plan_approved_on: date | None = None


class TargetPart(Row):
    number: str = ""  # 1.2: the second target of the first objective
    indicator: IndicatorTerm | None = None
    measure: str = ""
    student_group: str = ""
    baseline: Decimal | None = None
    baseline_year: str = ""
    target_value: Decimal | None = None
    unit: str = ""
    due_on: date | None = None
    data_source: str = ""


class ObjectivePart(Row):
    number: int
    statement: str = ""
    targets: tuple[TargetPart, ...] = ()


class MilestonePart(Row):
    number: int
    description: str = ""
    due_on: date | None = None
    evidence: str = ""


class StrategyPart(Row):
    number: int
    title: str = ""
    description: str = ""
    domain: Term | None = None
    focus_areas: tuple[FocusAreaTerm, ...] = ()
    targets: tuple[str, ...] = ()  # lineages of the targets it serves
    owner: str = ""
    schools: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    evidence: str = ""
    milestones: tuple[MilestonePart, ...] = ()


class LinePart(Row):
    number: int
    strategy: str | None = None  # lineage
    description: str = ""
    object_code: ObjectCodeTerm | None = None
    focus_area: FocusAreaTerm | None = None
    funding_source: str = "allocation"
    line_kind: str = "ordinary"
    quantity: Decimal | None = None
    unit_cost: Decimal | None = None
    amount: int | None = None
    narrative: str = ""
    grades: str = ""
    previously_locally_funded: bool = False
    supplanting_explanation: str = ""


class EngagementPart(Row):
    number: int
    group: str = ""
    held_on: date | None = None
    how: str = ""
    heard: str = ""


class AttachmentPart(Row):
    number: int
    title: str
    file_name: str
    size: int
    sha256: str


class PlanDocument(Part):
    """The whole text of a plan. Money is whole US dollars; fiscal years are named by their end."""

    fiscal_year: int
    kind: str
    district: Profile
    money: Money
    focus_areas: tuple[FocusAreaTerm, ...]  # those the cycle allows
    allows_indirect_costs: bool = False
    cover: CoverPart = CoverPart()
    needs: NeedsPart = NeedsPart()
    look_back: LookBackPart = LookBackPart()
    objectives: tuple[ObjectivePart, ...] = ()
    strategies: tuple[StrategyPart, ...] = ()
    budget_narrative: BudgetNarrativePart = BudgetNarrativePart()
    lines: tuple[LinePart, ...] = ()
    engagement: tuple[EngagementPart, ...] = ()
    sustainability: SustainabilityPart = SustainabilityPart()
    assurances: AssurancesPart = AssurancesPart()
    attachments: tuple[AttachmentPart, ...] = ()

    @property
    def targets(self) -> list[TargetPart]:
        return [target for objective in self.objectives for target in objective.targets]

    @property
    def budgeted(self) -> int:
        """Dollars on lines of the current allocation."""
        return self.total("allocation")

    @property
    def left_to_budget(self) -> int:
        return (self.money.amount or 0) - self.budgeted

    def total(self, funding_source: str) -> int:
        return sum(line.amount or 0 for line in self.lines if line.funding_source == funding_source)

    def lines_of(self, strategy: StrategyPart) -> list[LinePart]:
        return [line for line in self.lines if line.strategy == strategy.lineage]

    def frozen(self) -> dict[str, Any]:
        """As stored in a version: plain JSON, without the ids of the draft's rows."""
        return _without_ids(self.model_dump(mode="json"))


def _without_ids(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_ids(part) for name, part in value.items() if name != "id"}
    if isinstance(value, list):
        return [_without_ids(part) for part in value]
    return value
