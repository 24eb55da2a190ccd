"""The forms of the rows of which a plan has as many as it needs."""

from uuid import UUID

from django import forms

from districts.forms.drawing import chips, pair, ticks, words
from districts.forms.fields import DayField, WholeDollarsField
from plans.documents.shape import TargetPart
from plans.forms.drafting import DraftForm, area_choices, indicator_choices
from plans.forms.fields import NumberField, typed_choice, typed_choices
from plans.models import (
    BudgetLine,
    Milestone,
    Objective,
    PerformanceTarget,
    StakeholderEngagement,
    Strategy,
)


class ObjectiveForm(DraftForm):
    model = Objective
    statement = forms.CharField(
        label="Objective",
        widget=words(2),
        help_text="What the district sets out to reach. Its targets say by how much and when.",
    )


class TargetForm(DraftForm):
    model = PerformanceTarget
    indicator = typed_choice([], coerce=int, label="Indicator")
    measure = forms.CharField(
        label="What exactly is measured",
        max_length=200,
        help_text="For example: grade 3 reading, Smarter Balanced.",
    )
    student_group = forms.CharField(
        label="Student group", max_length=100, help_text="All students, multilingual learners …"
    )
    baseline = NumberField(label="Baseline", max_digits=9, decimal_places=2)
    baseline_year = forms.CharField(
        label="Year of the baseline", max_length=7, help_text="A school year: 2024-25"
    )
    target_value = NumberField(label="Target", max_digits=9, decimal_places=2)
    unit = forms.CharField(label="Unit", max_length=60, help_text="Percent, index points …")
    due_on = DayField(label="To be reached by")
    data_source = forms.CharField(label="Data source", max_length=200)
    layout = (
        "indicator",
        pair("measure", "student_group"),
        pair("baseline", "baseline_year", "target_value", "unit"),
        pair("due_on", "data_source"),
    )

    def offer_choices(self) -> None:
        self.fields["indicator"].choices = [
            ("", "Choose an indicator"),
            *indicator_choices(self.draft),
        ]


class StrategyForm(DraftForm):
    model = Strategy
    title = forms.CharField(label="Title", max_length=200)
    description = forms.CharField(
        label="What will happen",
        widget=words(),
        help_text="Who does what, how often, in which schools. No student names or numbers.",
    )
    domain = typed_choice([], label="Domain (exactly one)", widget=forms.RadioSelect)
    focus_area_numbers = typed_choices(
        [],
        label="Statutory focus areas (one or more)",
        help_text="The ten areas of § 10-262u(d). Budget lines of this strategy may use only the "
        "areas ticked here.",
    )
    owner = forms.CharField(label="Owner", max_length=150, help_text="A position, not a name.")
    starts_on = DayField(label="Starts")
    ends_on = DayField(label="Ends")
    schools = forms.CharField(label="Schools", max_length=300)
    evidence = forms.CharField(
        label="Evidence base (optional)", widget=words(3), help_text="Why this should work here."
    )
    target_lineages = typed_choices([], coerce=UUID, label="Targets this strategy serves")
    layout = (
        "title",
        "description",
        chips("domain"),
        chips("focus_area_numbers"),
        pair("owner", "starts_on", "ends_on"),
        "schools",
        "evidence",
        ticks("target_lineages"),
    )

    def offer_choices(self) -> None:
        document = self.draft.document
        self.fields["domain"].choices = [
            (d.code, d.name) for d in self.draft.words.domains.values()
        ]
        self.fields["focus_area_numbers"].choices = area_choices(self.draft)
        self.fields["target_lineages"].choices = [
            (target.lineage, _in_a_line(target)) for target in document.targets
        ]


def _in_a_line(target: TargetPart) -> str:
    """“1.2 Grade 3 reading, English learners: 46.1 → 51 percent”, as far as it is written."""
    words = ", ".join(filter(None, [target.measure, target.student_group]))
    if target.baseline is None or target.target_value is None:
        return f"{target.number} {words or 'not described yet'}"
    aim = f"{target.baseline.normalize():f} → {target.target_value.normalize():f}"
    return f"{target.number} {words}: {aim} {target.unit}"


class MilestoneForm(DraftForm):
    model = Milestone
    description = forms.CharField(label="Milestone", max_length=300)
    due_on = DayField(label="Due")
    evidence = forms.CharField(label="Evidence", max_length=200)
    layout = ("description", pair("due_on", "evidence"))


class LineForm(DraftForm):
    model = BudgetLine
    description = forms.CharField(label="What it pays for", max_length=200)
    strategy = typed_choice([], coerce=int, label="Strategy")
    focus_area = typed_choice(
        [], coerce=int, label="Focus area", help_text="One that its strategy names."
    )
    object_code = typed_choice([], label="Object code (ED114)")
    funding_source = typed_choice(
        BudgetLine.FundingSource.choices,
        empty_value=BudgetLine.FundingSource.ALLOCATION,
        label="Funding source",
    )
    line_kind = typed_choice(
        BudgetLine.Kind.choices,
        empty_value=BudgetLine.Kind.ORDINARY,
        label="Kind of line",
        help_text="TEAM mentor stipends are $500 a mentor, in focus area 4. Head Start is in 6.",
    )
    quantity = NumberField(
        label="Quantity (optional)",
        max_digits=12,
        decimal_places=2,
        help_text="Positions, days, mentors.",
    )
    unit_cost = NumberField(
        label="Unit cost (optional)", max_digits=14, decimal_places=2, help_text="US dollars"
    )
    amount = WholeDollarsField(label="Amount", help_text="Whole US dollars")
    narrative = forms.CharField(
        label="Narrative", widget=words(3), help_text="What is bought, for whom, and why."
    )
    grades = forms.CharField(
        label="Grades (optional)", max_length=60, help_text="Name them for focus area 2: K–3"
    )
    previously_locally_funded = forms.BooleanField(label="Was paid from local funds before")
    supplanting_explanation = forms.CharField(
        label="If so: why it is not supplanting (optional)", widget=words(2)
    )
    layout = (
        "description",
        pair("strategy", "focus_area"),
        pair("object_code", "funding_source", "line_kind"),
        pair("quantity", "unit_cost", "amount"),
        "narrative",
        "grades",
        "previously_locally_funded",
        "supplanting_explanation",
    )

    def offer_choices(self) -> None:
        self.fields["strategy"].choices = [
            ("", "Choose a strategy"),
            *(
                (strategy.id, f"{strategy.number} {strategy.title or 'without a title'}")
                for strategy in self.draft.document.strategies
            ),
        ]
        self.fields["focus_area"].choices = [
            ("", "Choose a focus area"),
            *area_choices(self.draft),
        ]
        self.fields["object_code"].choices = [
            ("", "Choose a code"),
            *((c.code, f"{c.code} {c.name}") for c in self.draft.words.codes.values()),
        ]


class EngagementForm(DraftForm):
    model = StakeholderEngagement
    group = typed_choice(
        StakeholderEngagement.Group.choices,
        widget=forms.RadioSelect,
        empty_value="",
        label="Who was asked",
    )
    held_on = DayField(label="When")
    how = forms.CharField(label="How", max_length=200, help_text="A forum, a survey, a meeting.")
    heard = forms.CharField(label="What they said and what it changed", widget=words())
    layout = (chips("group"), pair("held_on", "how"), "heard")


ROW_FORMS: dict[str, type[DraftForm]] = {
    "objective": ObjectiveForm,
    "target": TargetForm,
    "strategy": StrategyForm,
    "milestone": MilestoneForm,
    "line": LineForm,
    "engagement": EngagementForm,
}
