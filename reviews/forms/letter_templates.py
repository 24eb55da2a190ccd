"""Writing the words of a kind of letter, whole."""

from django import forms

from districts.forms.drawing import fields_only, words
from districts.forms.fields import ProseField


class LetterWordsForm(forms.Form):
    """`read` is the version that was on the page, 0 of the default."""

    read = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    text = ProseField(
        label="The letter",
        help_text="An empty line begins a paragraph. What stands in braces is put in as the letter"
        " is written; a paragraph that is only that is left out where there is nothing to say.",
        widget=words(24),
        max_length=10_000,
    )

    @property
    def helper(self):
        return fields_only("read", "text")
