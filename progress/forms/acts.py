"""What a person types for a step of a report."""

from uuid import uuid4

from django import forms

from districts.forms.fields import ProseField
from plans.forms.handing_in import ActForm, SignForm


class CertifyForm(SignForm):
    """Signing in again, for the text whose hash was on the page; sent twice it is one act."""

    key = forms.UUIDField(initial=uuid4, widget=forms.HiddenInput)


class ReturnForm(ActForm):
    reason = ProseField(
        label="Why it is returned, and what is asked",
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2_000,
    )


class CorrectForm(ActForm):
    reason = ProseField(
        label="Why the report is corrected",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2_000,
    )
