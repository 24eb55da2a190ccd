"""The one line in which a warning is answered."""

from typing import Any

from django import forms
from django.utils.html import format_html

from districts.forms.fields import LineField
from districts.forms.ruled import RuledForm
from plans.models.reasons import LONGEST


class ReasonForm(RuledForm):
    """`was`: the key of the reason that the page showed, 0 where there was none."""

    rows = [("text",)]

    text = LineField(max_length=LONGEST, required=False)
    was = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, where: str, **options: Any) -> None:
        super().__init__(*args, **options)
        told_apart = format_html('<span class="visually-hidden">: {}</span>', where)
        self.fields["text"].label = format_html("Your reason{} (optional)", told_apart)
