"""What a district types to answer a question of the Department."""

from django import forms

from districts.forms.drawing import words
from districts.forms.fields import ProseField
from plans.forms.handing_in import ActForm


class AnswerQuestionForm(ActForm):
    """`seen` is the number of the entry with which the page ended: that is answered, no other."""

    seen = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    text = ProseField(
        label="Your answer",
        help_text="The Department reads it as you send it. It is a record, and is not changed.",
        widget=words(5),
        max_length=10_000,
    )

    layout = ("text",)
