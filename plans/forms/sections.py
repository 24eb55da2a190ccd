"""The forms of the sections of which a plan has one."""

from districts.forms.drawing import chips, pair, ticks
from plans.documents.kinds import KINDS, SINGLE
from plans.forms.drafting import DraftForm, indicator_choices
from plans.forms.making import form_of, forms_for


@form_of("cover")
class CoverForm(DraftForm):
    layout = (
        pair("contact_name", "contact_title"),
        pair("contact_email", "contact_phone"),
        "summary",
    )


@form_of("needs")
class NeedsForm(DraftForm):
    layout = ("narrative", ticks("indicator_numbers"), "root_causes", "unserved_areas")

    def offer_choices(self) -> None:
        self.fields["indicator_numbers"].choices = indicator_choices(self.draft)


@form_of("collaboration")
class CollaborationForm(DraftForm):
    layout = ("alignment",)


@form_of("statement")
class AssurancesForm(DraftForm):
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


@form_of("vote")
class BoardApprovalForm(DraftForm):
    layout = (pair("approved_on", "planned_on"),)


SECTION_FORMS = {
    KINDS[key].section: form for key, form in forms_for({**SINGLE, "vote": KINDS["vote"]}).items()
}
