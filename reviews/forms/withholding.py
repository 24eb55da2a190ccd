"""On what terms funds are withheld, what is corrected of them, and what they are released on."""

from datetime import date
from typing import Any, cast

from django import forms

from districts.forms.drawing import pair, ticks, words
from districts.forms.fields import DayField, ProseField, WholeDollarsField
from districts.models import District
from plans.forms.fields import NameToTypeField
from plans.forms.handing_in import ActForm
from reviews.forms.judging import read_so_far
from reviews.services.withholding import Duty, Withholding

TERMS = ("duty", "amount", "grounds", "cure", "answer_by")


class TermsForm(ActForm):
    """On what terms funds are withheld. It carries no version: a plan never handed in has none."""

    duty = forms.ChoiceField(
        label="What the board failed to comply with",
        choices=Duty.choices,
        widget=forms.RadioSelect,
    )
    amount = WholeDollarsField(
        label="Amount (optional)", help_text="Empty: all funds of the year.", required=False
    )
    answer_by = DayField(label="Answer by")
    grounds = ProseField(label="Grounds", widget=words(4), max_length=5_000)
    cure = ProseField(
        label="For the funds to be released",
        help_text="What the district does. It reads this as you write it.",
        widget=words(3),
        max_length=5_000,
    )

    layout: tuple = (ticks("duty"), pair("amount", "answer_by"), "grounds", "cure")

    def __init__(self, *args: Any, today: date, allocation: int | None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["duty"].error_messages["required"] = "Nothing is chosen. Choose the duty."
        self.today, self.allocation = today, allocation

    def clean_amount(self) -> int | None:
        amount = self.cleaned_data["amount"]
        if amount == 0:
            raise forms.ValidationError("$0 withholds nothing. Leave it empty for all funds.")
        if amount is not None and self.allocation is not None and amount > self.allocation:
            raise forms.ValidationError(
                f"This is more than the allocation, ${self.allocation:,}. Leave it empty for all"
                " funds."
            )
        return amount

    def clean_answer_by(self) -> date:
        day = self.cleaned_data["answer_by"]
        if day <= self.today and day != self.initial.get("stands_by"):
            raise forms.ValidationError("This day has come. Write a day that is still to come.")
        return day

    def terms(self) -> Withholding:
        return Withholding(**{name: self.cleaned_data[name] for name in TERMS})

    def terms_so_far(self) -> Withholding | None:
        """As typed, for a preview; none while one of them is missing or cannot be read."""
        said = {name: read_so_far(self, name) for name in TERMS}
        lacks = any(not said[name] for name in TERMS if name != "amount")
        return None if lacks else Withholding(**said)


class WithholdForm(TermsForm):
    district_name = NameToTypeField(label="Type the district’s name to go on")

    layout = (*TermsForm.layout, "district_name")

    def __init__(self, *args: Any, district: District, **options: Any) -> None:
        super().__init__(*args, **options)
        cast(NameToTypeField, self.fields["district_name"]).name = district.name


class CorrectWithholdingForm(TermsForm):
    """`withheld` is the withholding that was on the page, `read` its last correction."""

    withheld = forms.IntegerField(widget=forms.HiddenInput)
    read = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    what = ProseField(
        label="What is corrected, and why",
        help_text="The letter says it. What the decision said before stays on record.",
        widget=words(3),
        max_length=5_000,
    )

    layout = ("what", *TermsForm.layout)


class ReleaseForm(ActForm):
    """`withheld` is the withholding that was on the page: its grounds were read, no other's."""

    withheld = forms.IntegerField(required=False, widget=forms.HiddenInput)
    reason = ProseField(
        label="What the board has done, and the evidence",
        help_text="§ 10-262u(f), 2024 edition: funding is renewed where the board provides"
        " evidence. The district reads this in its letter.",
        widget=words(3),
        max_length=5_000,
    )

    layout = ("reason",)
