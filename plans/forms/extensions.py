"""What a district types to ask for more time, and to ask for it no more."""

from django import forms

from districts.forms.drawing import words
from districts.forms.fields import DayField, ProseField
from plans.forms.handing_in import ActForm


class AskForTimeForm(ActForm):
    until = DayField(
        label="Hand in the plan until", help_text="The day ends at 11:59 pm Eastern Time."
    )
    reason = ProseField(
        label="Why more time is needed",
        help_text="The Department reads it as you send it. It is a record, and is not changed.",
        widget=words(4),
        max_length=5_000,
    )

    layout = ("until", "reason")


class TakeBackForm(ActForm):
    """`seen` is the number of what was asked, as the page had it."""

    seen = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    layout = ()
