"""What the Department types to ask a district, to go on asking, and to judge its answers."""

from typing import Any

from django import forms

from districts.forms.drawing import chips, pair, words
from districts.forms.fields import DayField, ProseField
from plans.documents.places import Place
from plans.forms.handing_in import ActForm
from plans.models import ChangeVerdict
from reviews.forms.judging import SECTION_CHOICES, JudgeForm
from reviews.services.questioning import DAYS_TO_ANSWER

USUAL = f"Left empty: {DAYS_TO_ANSWER} business days after it is asked."


class PlaceField(forms.CharField):
    """A row or field of the text, as an address has it; none where it cannot be read."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> Place | None:  # type: ignore[override]
        return Place.read(super().to_python(value) or "")

    def prepare_value(self, value: Any) -> str:
        return str(value or "")

    def validate(self, value: Any) -> None:
        """Nothing is a place too: the whole section."""

    def run_validators(self, value: Any) -> None:
        """What was read needs no more."""


class AskForm(JudgeForm):
    place = PlaceField(required=False)
    section = forms.ChoiceField(choices=[("", "Choose a section"), *SECTION_CHOICES])
    due_on = DayField(label="Answer due (optional)", help_text=USUAL, required=False)
    text = ProseField(
        label="What you ask",
        help_text="The district reads it in a letter and beside its plan. It is not changed.",
        widget=words(4),
        max_length=5_000,
    )

    layout = (pair("section", "due_on"), "text")


class AskFurtherForm(ActForm):
    """`seen` is the number of the entry with which the page ended."""

    seen = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    text = ProseField(label="What you ask further", widget=words(3), max_length=5_000)
    due_on = DayField(label="Answer due (optional)", help_text=USUAL, required=False)

    layout = ("text", "due_on")


class CloseQuestionForm(ActForm):
    seen = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    text = ProseField(
        label="A word to the district (optional)",
        widget=words(2),
        max_length=2_000,
        required=False,
    )

    layout = ("text",)


class JudgeAnswerForm(JudgeForm):
    """`seen` is how many verdicts on the change the page had."""

    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    verdict = forms.ChoiceField(
        label="The answer",
        choices=[
            (ChangeVerdict.Verdict.ACCEPTED.value, "Accept it"),
            (ChangeVerdict.Verdict.REOPENED.value, "Ask for the change again"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Nothing is chosen. Accept the answer, or ask again."},
    )
    words = ProseField(
        label="What is still missing (optional)",
        help_text="Only where you ask again: the district reads it once the plan is returned.",
        widget=words(3),
        max_length=5_000,
        required=False,
    )
    due_on = DayField(
        label="Answer due (optional)",
        help_text="Only where you ask again. Left empty: 15 business days after the return.",
        required=False,
    )

    layout = (chips("verdict"), "words", "due_on")
