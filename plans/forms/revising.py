"""What a person types to revise an approved plan."""

from django import forms

from districts.forms.fields import ProseField
from plans.forms.handing_in import ActForm
from plans.revision_workflow import REVISABLE
from plans.sections import SECTIONS


class StartRevisionForm(ActForm):
    sections = forms.MultipleChoiceField(
        label="Which parts of the plan change",
        choices=[(key.value, SECTIONS[key].title) for key in REVISABLE],
        widget=forms.CheckboxSelectMultiple,
        help_text="Only these can be edited while the revision is open.",
        error_messages={"required": "Choose which parts of the plan change."},
    )
    reason = ProseField(
        label="Why the plan changes",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2_000,
        error_messages={"required": "Say why the plan changes."},
    )


class WithdrawRevisionForm(ActForm):
    reason = ProseField(
        label="Why the revision is withdrawn",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2_000,
        error_messages={"required": "Say why the revision is withdrawn."},
    )
