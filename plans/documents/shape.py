"""The shape of a plan read as one document. Nothing here touches the database.

What was stored in an earlier shape is read through `plans/documents/stored.py`.
"""

from datetime import date
from decimal import Decimal
from typing import Annotated

from plans.documents import fields
from plans.documents.parts import Document, Part, Row
from plans.documents.terms import (
    FocusAreaTerm,
    IndicatorTerm,
    Money,
    ObjectCodeTerm,
    Profile,
    Term,
)


class CoverPart(Row):
    contact_name: Annotated[str, fields.line("Contact for this plan")] = ""
    contact_title: Annotated[str, fields.line("Title")] = ""
    contact_email: Annotated[str, fields.email("Work email")] = ""
    contact_phone: Annotated[str, fields.line("Telephone")] = ""
    summary: Annotated[
        str,
        fields.prose(
            "The plan in a paragraph",
            help="What will be different for students at the end of the year.",
        ),
    ] = ""


class NeedsPart(Row):
    narrative: Annotated[
        str,
        fields.prose(
            "What the performance data show",
            rows=6,
            help="Name groups, grades and subjects, with figures. No student names or numbers.",
        ),
    ] = ""
    indicators: Annotated[
        tuple[IndicatorTerm, ...],
        fields.choices(
            "Indicators this rests on",
            column="indicator_numbers",
            help="Next Generation Accountability indicators.",
        ),
    ] = ()
    root_causes: Annotated[str, fields.prose("Why it is so")] = ""
    unserved_areas: Annotated[
        str,
        fields.prose(
            "Focus areas that have no strategy: why they need none",
            rows=3,
            hint="optional",
            help="Begin with “Area” and its number, then what serves it, or why it can wait.",
        ),
    ] = ""


class LookBackPart(Row):
    implementation: Annotated[
        str,
        fields.prose(
            "How last year’s plan was carried out",
            help="What was done, what was not, and why.",
            carried=False,
        ),
    ] = ""
    performance: Annotated[
        str,
        fields.prose(
            "What it achieved", help="Targets met and missed, with figures.", carried=False
        ),
    ] = ""
    lessons: Annotated[str, fields.prose("What you change because of it", carried=False)] = ""


class BudgetNarrativePart(Row):
    narrative: Annotated[
        str,
        fields.prose(
            "Budget narrative",
            rows=3,
            hint="optional",
            help="How the dollars follow from the strategies, in a paragraph.",
        ),
    ] = ""
    carry_forward_reported: Annotated[
        int | None,
        fields.dollars(
            "Balance carried forward from last year",
            hint="optional without lines of carry-forward",
            help="Whole US dollars left at the end of last year, as your books show them. The "
            "Department reconciles it with your expenditure report.",
            carried=False,
        ),
    ] = None
    benefits_reason: Annotated[
        str,
        fields.prose(
            "Benefits outside 5% to 60% of salaries: why",
            rows=2,
            hint="optional",
            help="Where benefits are paid from other funds, or cost more than that, say so here.",
        ),
    ] = ""


class SustainabilityPart(Row):
    sustaining: Annotated[str, fields.prose("How the work goes on when this money ends")] = ""
    non_supplanting: Annotated[
        str, fields.prose("How these funds add to local funds and do not replace them")
    ] = ""


class AssurancePart(Part):
    number: int
    text: str
    citation: str
    accepted: bool


class AssurancesPart(Row):
    assurances: Annotated[
        tuple[AssurancePart, ...],
        fields.choices(
            "The board of education assures that", column="accepted_numbers", carried=False
        ),
    ] = ()
    evaluation_plan_approved: Annotated[
        bool | None,
        fields.yes_no(
            "Is your educator evaluation plan approved by the Department?", carried=False
        ),
    ] = None
    evaluation_plan_approved_on: Annotated[
        date | None, fields.day("Date of that approval", carried=False)
    ] = None


class TargetPart(Row):
    number: str = ""  # 1.2: the second target of the first objective
    indicator: Annotated[IndicatorTerm | None, fields.choice("Indicator")] = None
    measure: Annotated[
        str,
        fields.line(
            "What exactly is measured", help="For example: grade 3 reading, Smarter Balanced."
        ),
    ] = ""
    student_group: Annotated[
        str, fields.line("Student group", help="All students, multilingual learners …")
    ] = ""
    baseline: Annotated[
        Decimal | None,
        fields.number(
            "Baseline",
            help="A figure that is suppressed: as it is published, * or <5.",
            expected="a number with at most 2 decimals. Write it in digits, such as 46.1, and a"
            " suppressed figure as it is published, * or <5.",
            may_be_suppressed=True,
        ),
    ] = None
    baseline_year: Annotated[
        str,
        fields.school_year("Year of the baseline", help="A school year: 2024-25"),
    ] = ""
    target_value: Annotated[Decimal | None, fields.number("Target")] = None
    unit: Annotated[str, fields.line("Unit", hint="optional", help="Percent, index points …")] = ""
    due_on: Annotated[date | None, fields.day("To be reached by")] = None
    data_source: Annotated[str, fields.line("Data source")] = ""


class ObjectivePart(Row):
    number: int
    statement: Annotated[
        str,
        fields.prose(
            "Objective",
            rows=2,
            help="What the district sets out to reach. Its targets say by how much and when.",
        ),
    ] = ""
    targets: tuple[TargetPart, ...] = ()


class MilestonePart(Row):
    number: int
    description: Annotated[str, fields.line("Milestone")] = ""
    due_on: Annotated[date | None, fields.day("Due")] = None
    evidence: Annotated[str, fields.line("Evidence", hint="optional")] = ""


class StrategyPart(Row):
    number: int
    title: Annotated[str, fields.line("Title")] = ""
    description: Annotated[
        str,
        fields.prose(
            "What will happen",
            help="Who does what, how often, in which schools. No student names or numbers.",
        ),
    ] = ""
    domain: Annotated[Term | None, fields.radios("Domain", hint="exactly one")] = None
    focus_areas: Annotated[
        tuple[FocusAreaTerm, ...],
        fields.choices(
            "Statutory focus areas",
            column="focus_area_numbers",
            hint="one or more",
            help="§ 10-262u(d), 2024 edition. Budget lines of this strategy may use only the areas"
            " ticked here.",
        ),
    ] = ()
    owner: Annotated[str, fields.line("Owner", help="A position, not a name.")] = ""
    starts_on: Annotated[date | None, fields.day("Starts")] = None
    ends_on: Annotated[date | None, fields.day("Ends")] = None
    schools: Annotated[str, fields.line("Schools")] = ""
    evidence: Annotated[
        str,
        fields.prose("Evidence base", rows=3, hint="optional", help="Why this should work here."),
    ] = ""
    reading_program: Annotated[
        str,
        fields.prose(
            "Focus area 2: how it follows the intensive reading program",
            rows=2,
            hint="optional",
            help="§ 10-14u, for grades K–3.",
        ),
    ] = ""
    residency_partner: Annotated[
        str,
        fields.line(
            "Focus area 9: partner of the residency program",
            hint="optional",
            help="The operator your board partners with under § 10-156gg.",
        ),
    ] = ""
    responsibilities_agreement: Annotated[
        str,
        fields.prose(
            "Focus area 11: the model school district responsibilities agreement",
            rows=2,
            hint="optional",
            help="§ 10-223l: with whom, of what date, and what it asks.",
        ),
    ] = ""
    targets: Annotated[  # by their lineages
        tuple[str, ...], fields.choices("Targets this strategy serves", column="target_lineages")
    ] = ()
    comes_from: Annotated[  # by their lineages, each with its title of then
        tuple[Term, ...],
        fields.choices(
            "Strategies of last year’s plan that it comes from",
            column="parent_lineages",
            hint="optional",
            help="Only where one was split, or several became one: what goes on under its own"
            " name comes from itself.",
            carried=False,
        ),
    ] = ()
    milestones: tuple[MilestonePart, ...] = ()


class LinePart(Row):
    number: int
    description: Annotated[str, fields.line("What it pays for")] = ""
    strategy: Annotated[str | None, fields.choice("Strategy")] = None  # its lineage
    focus_area: Annotated[
        FocusAreaTerm | None, fields.choice("Focus area", help="One that its strategy names.")
    ] = None
    object_code: Annotated[ObjectCodeTerm | None, fields.choice("Object code", hint="ED114")] = None
    funding_source: Annotated[str, fields.choice("Funding source")] = "allocation"
    line_kind: Annotated[
        str,
        fields.choice(
            "Kind of line",
            help="TEAM mentor stipends: at most $500 for each beginning teacher, in focus area 4."
            " Head Start: in 6. Magnet school tuition: object code 560, with the Commissioner’s"
            " permission.",
        ),
    ] = "ordinary"
    quantity: Annotated[
        Decimal | None,
        fields.number("Quantity", hint="optional", help="Positions, days, beginning teachers."),
    ] = None
    unit_cost: Annotated[
        Decimal | None,
        fields.number(
            "Unit cost",
            hint="optional",
            help="US dollars",
            expected="an amount in dollars. Write it like $1,750 or $1,750.50.",
        ),
    ] = None
    amount: Annotated[int | None, fields.dollars("Amount", help="Whole US dollars")] = None
    narrative: Annotated[
        str, fields.prose("Narrative", rows=3, help="What is bought, for whom, and why.")
    ] = ""
    grades: Annotated[
        str, fields.line("Grades", hint="optional", help="Name them for focus area 2: K–3")
    ] = ""
    previously_locally_funded: Annotated[bool, fields.tick("Was paid from local funds before")] = (
        False
    )
    supplanting_explanation: Annotated[
        str, fields.prose("If so: why it is not supplanting", rows=2, hint="optional")
    ] = ""
    head_start_program: Annotated[
        str,
        fields.line(
            "Head Start: the existing local program",
            hint="optional on other lines",
            help="Its name. § 10-262u(d)(6)",
        ),
    ] = ""
    equipment_reason: Annotated[
        str,
        fields.prose(
            "Equipment of $5,000 or more for each unit: why",
            rows=2,
            hint="optional",
            help="Why this unit, and not a cheaper one or a lease.",
        ),
    ] = ""

    @property
    def needs_a_permit(self) -> bool:
        """Whether an approval of the plan is not enough: R27 and R28."""
        return self.previously_locally_funded or self.line_kind == "magnet_tuition"

    @property
    def is_unread(self) -> bool:
        """Whether an amount was typed that could not be read: totals lack it."""
        return "amount" in self.as_typed


class EngagementPart(Row):
    number: int
    group: Annotated[str, fields.radios("Who was asked", carried=False)] = ""
    held_on: Annotated[date | None, fields.day("When", carried=False)] = None
    how: Annotated[str, fields.line("How", help="A forum, a survey, a meeting.", carried=False)] = (
        ""
    )
    heard: Annotated[str, fields.prose("What they said and what it changed", carried=False)] = ""


class CollaborationPart(Row):
    alignment: Annotated[
        str,
        fields.prose(
            "Efficiencies, and alignment with current programs",
            help="What working with these groups saves or joins up, and how the plan fits the"
            " programs you have. § 10-262u(d)",
        ),
    ] = ""


class AttachmentPart(Row):
    number: int
    title: Annotated[str, fields.unwritten("What it is")]
    file_name: Annotated[str, fields.unwritten("File")]
    size: Annotated[int, fields.unwritten("Size")]  # bytes
    sha256: Annotated[str, fields.unwritten("Fingerprint (SHA-256)")]


class VotePart(Row):
    """The local board's vote, which stands beside the plan and is no part of its text (R14)."""

    approved_on: Annotated[
        date | None,
        fields.day(
            "The local board approved this plan on",
            hint="optional until approval",
            carried=False,
        ),
    ] = None
    planned_on: Annotated[
        date | None, fields.day("Or: the board will vote on", hint="optional", carried=False)
    ] = None


class RetiredPart(Part):
    """What last year's plan had and this one no longer has, and why."""

    kind: str
    number: str
    title: str
    reason: str


class PlanDocument(Document):
    """The whole text of a plan. Money is whole US dollars; fiscal years are named by their end."""

    fiscal_year: int
    kind: str
    district: Profile
    money: Money
    focus_areas: tuple[FocusAreaTerm, ...]  # those the cycle allows
    allows_indirect_costs: bool = False
    stakeholder_groups: tuple[Term, ...] = ()  # those the cycle names
    cover: CoverPart = CoverPart()
    needs: NeedsPart = NeedsPart()
    look_back: LookBackPart = LookBackPart()
    objectives: tuple[ObjectivePart, ...] = ()
    strategies: tuple[StrategyPart, ...] = ()
    budget_narrative: BudgetNarrativePart = BudgetNarrativePart()
    lines: tuple[LinePart, ...] = ()
    collaboration: CollaborationPart = CollaborationPart()
    engagement: tuple[EngagementPart, ...] = ()
    sustainability: SustainabilityPart = SustainabilityPart()
    assurances: AssurancesPart = AssurancesPart()
    attachments: tuple[AttachmentPart, ...] = ()
    retired: tuple[RetiredPart, ...] = ()

    @property
    def targets(self) -> list[TargetPart]:
        return [target for objective in self.objectives for target in objective.targets]

    @property
    def budgeted(self) -> int:
        """Dollars on lines of the current allocation."""
        return self.total("allocation")

    @property
    def left_to_budget(self) -> int:
        return self.money.of_the_allocation - self.budgeted

    @property
    def carry_forward_balance(self) -> int | None:
        """What may be budgeted on lines of carry-forward: as certified, before that as reported."""
        certified = self.money.of_carry_forward
        return self.budget_narrative.carry_forward_reported if certified is None else certified

    def total(self, funding_source: str) -> int:
        return sum(line.amount or 0 for line in self.lines if line.funding_source == funding_source)

    def unread(self, funding_source: str) -> tuple[int, ...]:
        """Numbers of the lines that this total lacks: what was typed there could not be read."""
        return tuple(
            line.number
            for line in self.lines
            if line.funding_source == funding_source and line.is_unread
        )

    def lines_of(self, strategy: StrategyPart) -> list[LinePart]:
        return [line for line in self.lines if line.strategy == strategy.lineage]
