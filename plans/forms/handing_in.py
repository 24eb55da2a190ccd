"""What a person types to hand a plan in, to take it back, and to answer required changes."""

from typing import Any, Self, cast
from uuid import uuid4

from crispy_forms.helper import FormHelper
from django import forms
from django.contrib.auth.hashers import check_password

from districts.forms.drawing import fields_only, laid_out
from districts.forms.fields import ProseField
from districts.forms.ruled import RuledForm
from districts.models import District, User
from plans.forms.fields import NameToTypeField
from plans.models import RequiredChange
from plans.services.changes import Answer
from plans.services.merging import digest_of


class ActForm(RuledForm):
    """One showing of a page that asks before it acts: the same key twice is one act."""

    key = forms.UUIDField(initial=uuid4, widget=forms.HiddenInput)

    layout: tuple = ()

    @property
    def helper(self) -> FormHelper:
        hidden = [name for name, field in self.fields.items() if field.widget.is_hidden]
        shown = [name for name in self.fields if name not in hidden]
        return fields_only(*hidden, *(self.layout or shown))


class WithdrawForm(ActForm):
    reason = ProseField(
        label="Why the plan is withdrawn",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2_000,
    )
    district_name = NameToTypeField(label="Type the district’s name to go on")

    def __init__(self, *args: Any, district: District, **options: Any) -> None:
        super().__init__(*args, **options)
        cast(NameToTypeField, self.fields["district_name"]).name = district.name


class ReopenForm(ActForm):
    reason = ProseField(
        label="Why the plan is opened again",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2_000,
    )


class RetireForm(RuledForm):
    """What last year's plan had leaves this one with a word on why."""

    rows = [("reason",)]

    reason = ProseField(
        label="Why it is retired",
        help_text="It stays in the plan’s record, with this reason.",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2_000,
    )


class SignForm(RuledForm):
    """Signing in again, for the text whose hash was on the page."""

    rows = [("password",)]

    sha256 = forms.CharField(widget=forms.HiddenInput, max_length=64)
    password = forms.CharField(
        label="Your password, to sign",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        help_text="The one you sign in with.",
    )

    def __init__(self, *args: Any, signer: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.signer = signer

    def clean_password(self) -> str:
        """Not by the user's own method: a hash renewed here would end the signer's session."""
        password = self.cleaned_data["password"]
        if not check_password(password, self.signer.password):
            raise forms.ValidationError("This is not your password. Nothing was signed.")
        return password


class AnswerForm(forms.Form):
    """The answer to one required change. An empty one opens the change again.

    `was` is the digest of the answer that the form was filled from.
    """

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    was = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
    answer = ProseField(
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Say what was changed and where it is now, or why nothing was.",
    )

    def __init__(self, *args: Any, number: int, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["answer"].label = f"Your answer to change {number}"
        self.helper = laid_out(*self.fields)

    @classmethod
    def of_change(cls, change: RequiredChange, *, answer: str | None = None) -> Self:
        """Filled from what is stored, or from an `answer` that was typed over it."""
        return cls(
            number=change.number,
            prefix=f"change-{change.number}",
            initial={
                "version": change.answer_version,
                "was": digest_of(change.answer),
                "answer": change.answer if answer is None else answer,
            },
        )

    @property
    def is_touched(self) -> bool:
        """Whether it came back with another answer than it was filled from."""
        return digest_of(self.cleaned_data["answer"]) != self.cleaned_data["was"]

    def typed(self) -> Answer:
        return Answer(**{name: self.cleaned_data[name] for name in ("answer", "version", "was")})
