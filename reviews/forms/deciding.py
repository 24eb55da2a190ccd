"""What is typed of decisions beside their findings: signed off together, or called back."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from districts.forms.drawing import chips, words
from districts.forms.fields import ProseField
from plans.forms.handing_in import ActForm
from reviews.forms.judging import FindingsForm
from reviews.services.signing_off import ToSign

MOST = 100  # plans in one act; no page offers more


class CallBackForm(ActForm):
    """`decision` is the determination that was on the page."""

    decision = forms.IntegerField(widget=forms.HiddenInput)
    reason = ProseField(
        label="Why it is called back",
        help_text="The district reads it on the page of its plan.",
        widget=words(3),
        max_length=5_000,
    )

    layout = ("reason",)


class CorrectForm(FindingsForm):
    """`decision` is the determination that was on the page, its findings there to be changed."""

    decision = forms.IntegerField(widget=forms.HiddenInput)
    what = ProseField(
        label="What is corrected, and why",
        help_text="The letter says it. The former decision stays on record.",
        widget=words(3),
        max_length=5_000,
    )

    layout = (
        "what",
        chips("implementation"),
        "implementation_reasons",
        chips("performance"),
        "performance_reasons",
    )

    def said(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.cleaned_data if name != "key"}


class SignOffForm(ActForm):
    """Each plan of the page with the version and the prepared decision that were shown."""

    def __init__(self, *args: Any, wanted: Iterable[ToSign], **options: Any) -> None:
        super().__init__(*args, **options)
        for one in wanted:
            self.fields[f"plan-{one.plan_id}"] = forms.CharField(
                initial=f"{one.version} {one.prepared_id}", widget=forms.HiddenInput
            )


def signed_in(data: Mapping[str, Any]) -> list[ToSign]:
    """What was on the page that is sent: a plan may be decided, or prepared anew, by now."""
    found = []
    for name in data:
        plan_id, seen = name.removeprefix("plan-"), str(data[name]).split()
        numbers = [plan_id, *seen]
        if name.startswith("plan-") and len(numbers) == 3 and all(map(_is_number, numbers)):
            found.append(ToSign(*map(int, numbers)))
    return found[:MOST]


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 10
