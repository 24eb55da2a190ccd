"""What is typed of decisions beside their findings: signed off together, or called back."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms

from districts.forms.drawing import chips, pair, words
from districts.forms.fields import DayField, ProseField
from plans.forms.handing_in import ActForm
from reviews.forms.judging import FindingsForm, read_so_far
from reviews.reports.said_lines import Condition
from reviews.services.conditions import Stipulation
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
    """`decision` is the determination that was on the page, its findings there to be changed.

    `conditions` are those of the approval that can be corrected, as they stand.
    """

    decision = forms.IntegerField(widget=forms.HiddenInput)
    what = ProseField(
        label="What is corrected, and why",
        help_text="The letter says it. The former decision stays on record.",
        widget=words(3),
        max_length=5_000,
    )

    layout: tuple = (
        "what",
        chips("implementation"),
        "implementation_reasons",
        chips("performance"),
        "performance_reasons",
    )

    def __init__(self, *args: Any, conditions: Sequence[Condition] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        self.numbers = [each.number for each in conditions]
        for each in conditions:
            text, due_on = _names_of(each.number)
            self.fields[text] = ProseField(
                label=f"Condition {each.number}",
                initial=each.text,
                widget=words(2),
                max_length=1_000,
                error_messages={
                    "required": "A condition is not taken out by a correction. One that is asked no"
                    " more is recorded as met, with the reason."
                },
            )
            self.fields[due_on] = DayField(
                label=f"Condition {each.number}: due", initial=each.due_on
            )
            self.layout = (*self.layout, pair(text, due_on))

    def conditions(self) -> dict[int, Stipulation]:
        """Each as it is typed so far, with the day that can be read."""
        found = {}
        for number in self.numbers:
            text, due_on = (read_so_far(self, name) for name in _names_of(number))
            found[number] = Stipulation(text or "", due_on)
        return found

    def said(self) -> dict[str, Any]:
        beside = {"key", *(name for number in self.numbers for name in _names_of(number))}
        said = {name: value for name, value in self.cleaned_data.items() if name not in beside}
        return said | {"conditions": self.conditions()}


def _names_of(number: int) -> tuple[str, str]:
    return f"condition_{number}", f"condition_{number}_due"


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
