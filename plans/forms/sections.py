"""The forms of the sections of which a plan has one."""

from django import forms

from districts.forms.drawing import chips, pair, ticks, words
from districts.forms.fields import DayField
from plans.forms.drafting import DraftForm, indicator_choices
from plans.forms.fields import typed_choice, typed_choices
from plans.models import (
    AssuranceStatement,
    BoardApproval,
    BudgetNarrative,
    Cover,
    LookBack,
    NeedsAssessment,
    Sustainability,
)
from plans.sections import SectionKey

YES_NO = [("yes", "Yes"), ("no", "No")]


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


SECTION_FORMS: dict[SectionKey, type[DraftForm]] = {
    SectionKey.COVER: CoverForm,
    SectionKey.NEEDS: NeedsForm,
    SectionKey.LOOK_BACK: LookBackForm,
    SectionKey.BUDGET: BudgetNarrativeForm,
    SectionKey.SUSTAINABILITY: SustainabilityForm,
    SectionKey.ASSURANCES: AssurancesForm,
    SectionKey.BOARD_APPROVAL: BoardApprovalForm,
}
