"""The forms a plan is written in: one for each section and each row that is saved by itself.

They never refuse: a field that cannot read what was typed gives it back `as_typed`, marked, and
the rules say what is missing. So no field is required here; labels say which are optional.
"""

from typing import Any, ClassVar

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Layout
from django import forms
from django.db.models import Model
from django.utils.datastructures import MultiValueDict

from districts.forms import WholeDollarsField
from plans.documents import Draft
from plans.forms.fields import DayField, NumberField, typed_choice, typed_choices
from plans.models import (
    AssuranceStatement,
    Attachment,
    BoardApproval,
    BudgetLine,
    BudgetNarrative,
    Cover,
    LookBack,
    Milestone,
    NeedsAssessment,
    Objective,
    PerformanceTarget,
    StakeholderEngagement,
    Strategy,
    Sustainability,
)
from plans.sections import SectionKey

YES_NO = [("yes", "Yes"), ("no", "No")]


def words(rows: int = 4) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def chips(name: str) -> Field:
    return Field(name, wrapper_class="chips")


def ticks(name: str) -> Field:
    return Field(name, wrapper_class="ticks")


def pair(*names: str) -> Div:
    return Div(*names, css_class="pair")


class DraftForm(forms.Form):
    """Bound to what is stored or to what was just typed, and shown with its faults marked."""

    model: ClassVar[type[Model]]
    layout: ClassVar[tuple] = ()
    use_required_attribute = False

    def __init__(self, data: Any, *, draft: Draft, **options: Any) -> None:
        options.setdefault("auto_id", "id_%s")
        super().__init__(data, **options)
        self.draft = draft
        for field in self.fields.values():
            field.required = False
        self.offer_choices()
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True  # the template's own form carries the token
        if self.layout:
            self.helper.layout = Layout(*self.layout)
        self._keep_unreadable_dates_visible()

    @classmethod
    def of_row(cls, row: dict[str, Any], *, draft: Draft, **options: Any) -> "DraftForm":
        """The form filled from a stored row, with what could not be read as it was typed."""
        form = cls({}, draft=draft, **options)
        form.data = MultiValueDict(
            {form.add_prefix(name): form._shown(name, row) for name in form.fields}
        )
        form._keep_unreadable_dates_visible()
        return form

    def offer_choices(self) -> None:
        """Set the choices that depend on the plan."""

    def values(self) -> tuple[dict[str, Any], dict[str, str]]:
        """What was read, by column, and what could not be, as it was typed."""
        self.is_valid()
        columns: dict[str, Any] = {}
        as_typed: dict[str, str] = {}
        for name in self.fields:
            column = self.model._meta.get_field(name).attname
            if name in self.errors:
                as_typed[name] = ", ".join(self.data.getlist(self.add_prefix(name)))
                columns[column] = self._nothing(name)
            else:
                columns[column] = self.cleaned_data[name]
        return columns, as_typed

    def in_words(self, name: str) -> str:
        """What the field shows, as a person reads it."""
        shown = self.data.getlist(self.add_prefix(name))
        labels = {str(value): label for value, label in getattr(self.fields[name], "choices", [])}
        return ", ".join(str(labels.get(value, value)) for value in shown if value)

    def _nothing(self, name: str) -> Any:
        """What a column holds while its text cannot be read."""
        field = self.model._meta.get_field(name)
        return None if field.null else field.get_default()

    def _shown(self, name: str, row: dict[str, Any]) -> list[str]:
        """A stored value as the field's widget would send it."""
        if name in row["as_typed"]:
            return [row["as_typed"][name]]
        value = row.get(name, row.get(f"{name}_id"))
        if value is None or value is False:
            return ["no"] if value is False and self._is_yes_no(name) else []
        if value is True:
            return ["yes"] if self._is_yes_no(name) else ["on"]
        return [str(item) for item in value] if isinstance(value, list) else [str(value)]

    def _is_yes_no(self, name: str) -> bool:
        return not isinstance(self.fields[name], forms.BooleanField)

    def _keep_unreadable_dates_visible(self) -> None:
        """A date picker shows nothing for text it cannot read; a text field shows it."""
        for name, field in self.fields.items():
            if isinstance(field, DayField) and self.data and name in self.errors:
                field.widget.input_type = "text"
                field.widget.attrs["type"] = "text"


class CoverForm(DraftForm):
    model = Cover
    contact_name = forms.CharField(label="Contact for this plan", max_length=150)
    contact_title = forms.CharField(label="Title", max_length=150)
    contact_email = forms.EmailField(label="Work email", max_length=254)
    contact_phone = forms.CharField(label="Telephone", max_length=40)
    summary = forms.CharField(
        label="The plan in a paragraph",
        widget=words(),
        help_text="What will be different for students at the end of the year.",
    )
    layout = (
        pair("contact_name", "contact_title"),
        pair("contact_email", "contact_phone"),
        "summary",
    )


class NeedsForm(DraftForm):
    model = NeedsAssessment
    narrative = forms.CharField(
        label="What the performance data show",
        widget=words(6),
        help_text="Name groups, grades and subjects, with figures. No student names or numbers.",
    )
    indicator_numbers = typed_choices(
        [], label="Indicators this rests on", help_text="Next Generation Accountability indicators."
    )
    root_causes = forms.CharField(label="Why it is so", widget=words())
    layout = ("narrative", ticks("indicator_numbers"), "root_causes")

    def offer_choices(self) -> None:
        self.fields["indicator_numbers"].choices = indicator_choices(self.draft)


class LookBackForm(DraftForm):
    model = LookBack
    implementation = forms.CharField(
        label="How last year’s plan was carried out",
        widget=words(),
        help_text="What was done, what was not, and why.",
    )
    performance = forms.CharField(
        label="What it achieved", widget=words(), help_text="Targets met and missed, with figures."
    )
    lessons = forms.CharField(label="What you change because of it", widget=words())


class BudgetNarrativeForm(DraftForm):
    model = BudgetNarrative
    narrative = forms.CharField(
        label="Budget narrative (optional)",
        widget=words(3),
        help_text="How the dollars follow from the strategies, in a paragraph.",
    )


class SustainabilityForm(DraftForm):
    model = Sustainability
    sustaining = forms.CharField(
        label="How the work goes on when this money ends",
        widget=words(),
    )
    non_supplanting = forms.CharField(
        label="How these funds add to local funds and do not replace them", widget=words()
    )


class AssurancesForm(DraftForm):
    model = AssuranceStatement
    accepted_numbers = typed_choices([], label="The board of education assures that")
    evaluation_plan_approved = typed_choice(
        YES_NO,
        coerce=lambda answer: answer == "yes",
        widget=forms.RadioSelect,
        label="Is your educator evaluation plan approved by the Department?",
    )
    evaluation_plan_approved_on = DayField(label="Date of that approval")
    layout = (
        ticks("accepted_numbers"),
        chips("evaluation_plan_approved"),
        pair("evaluation_plan_approved_on"),
    )

    def offer_choices(self) -> None:
        self.fields["accepted_numbers"].choices = [
            (assurance.number, f"{assurance.number}. {assurance.text} ({assurance.citation})")
            for assurance in self.draft.document.assurances.assurances
        ]


class BoardApprovalForm(DraftForm):
    model = BoardApproval
    approved_on = DayField(
        label="The local board approved this plan on (optional until approval)",
    )
    planned_on = DayField(label="Or: the board will vote on (optional)")
    layout = (pair("approved_on", "planned_on"),)


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
    target_lineages = typed_choices([], coerce=str, label="Targets this strategy serves")
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
            (target.lineage, f"{target.number} {target.measure or 'not described yet'}")
            for target in document.targets
        ]


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


class AttachmentForm(forms.Form):
    """A file to hand in with the plan. A file cannot be kept half, so this one may refuse."""

    MAX_BYTES = 10 * 1024 * 1024
    ALLOWED = ("pdf", "docx", "xlsx", "pptx", "png", "jpg", "jpeg", "csv", "txt")
    title = forms.CharField(label="What it is", max_length=200)
    upload = forms.FileField(
        label="File",
        max_length=150,
        help_text="PDF, Word, Excel, PowerPoint, picture, CSV or text, up to 10 MB. "
        "No information by which a student can be identified.",
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True

    def clean_upload(self):
        upload = self.cleaned_data["upload"]
        ending = upload.name.rsplit(".", 1)[-1].lower() if "." in upload.name else ""
        if ending not in self.ALLOWED:
            raise forms.ValidationError(
                f"“{upload.name}” is not one of the kinds taken: {', '.join(self.ALLOWED)}."
            )
        if upload.size > self.MAX_BYTES:
            raise forms.ValidationError(
                f"The file is {upload.size / 1024 / 1024:.1f} MB; up to 10 MB are taken."
            )
        return upload


def indicator_choices(draft: Draft) -> list[tuple[int, str]]:
    return [
        (word.number, f"{word.number} {word.name}" if word.number < 99 else word.name)
        for word in draft.words.indicators.values()
    ]


def area_choices(draft: Draft) -> list[tuple[int, str]]:
    return [
        (area.number, f"{area.number} {area.short_name}") for area in draft.words.areas.values()
    ]


SECTION_FORMS: dict[SectionKey, type[DraftForm]] = {
    SectionKey.COVER: CoverForm,
    SectionKey.NEEDS: NeedsForm,
    SectionKey.LOOK_BACK: LookBackForm,
    SectionKey.BUDGET: BudgetNarrativeForm,
    SectionKey.SUSTAINABILITY: SustainabilityForm,
    SectionKey.ASSURANCES: AssurancesForm,
    SectionKey.BOARD_APPROVAL: BoardApprovalForm,
}
ROW_FORMS: dict[str, type[DraftForm]] = {
    "objective": ObjectiveForm,
    "target": TargetForm,
    "strategy": StrategyForm,
    "milestone": MilestoneForm,
    "line": LineForm,
    "engagement": EngagementForm,
}
ATTACHMENT = {"attachment": Attachment}
