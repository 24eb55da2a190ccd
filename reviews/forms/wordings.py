"""What a program manager types to keep the example wordings of required changes."""

from django import forms

from districts.forms.drawing import words
from districts.forms.fields import LineField, ProseField
from districts.forms.ruled import RuledForm
from reviews.forms.returning import WRITTEN_BY_DISTRICT


class WordingForm(RuledForm):
    """`version` is of the wording that was on the page; 0 of a new one."""

    rows = [("name", "section"), ("text",)]

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    name = LineField(label="Name in the list", max_length=80)
    section = forms.ChoiceField(
        label="Section (optional)",
        choices=[("", "Any section"), *WRITTEN_BY_DISTRICT],
        required=False,
    )
    text = ProseField(
        label="Wording",
        help_text="Whoever writes a return inserts it, and writes on from there.",
        widget=words(4),
        max_length=5_000,
    )
