"""What the Department types to grant a plan more time, or to refuse it."""

from typing import Any

from django import forms

from districts.forms.drawing import chips, words
from districts.forms.fields import DayField, ProseField
from plans.forms.handing_in import ActForm
from plans.models import ExtensionEntry

Did = ExtensionEntry.Did


class ExtendForm(ActForm):
    """`seen` is the number of what was asked, as the page had it."""

    seen = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    verdict = forms.ChoiceField(
        label="More time",
        choices=[(Did.GRANTED.value, "Grant it"), (Did.REFUSED.value, "Refuse it")],
        widget=forms.RadioSelect,
        error_messages={"required": "Nothing is chosen. Grant the time, or refuse it."},
    )
    until = DayField(
        label="Until (only where you grant it)",
        help_text="The day that is asked for, or another. It ends at 11:59 pm Eastern Time.",
        required=False,
    )
    reason = ProseField(
        label="Why",
        help_text="The district reads it in a letter and beside its plan. It is not changed.",
        widget=words(4),
        max_length=5_000,
    )

    layout = (chips("verdict"), "until", "reason")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        grants = cleaned.get("verdict") == Did.GRANTED
        if grants and not cleaned.get("until") and "until" not in self.errors:
            self.add_error("until", "Nothing is written. Write until when the plan may come in.")
        return cleaned
