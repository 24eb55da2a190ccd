"""What whoever checks a plan says of its passages, and why a plan leaves view."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from districts.forms.drawing import pair, words
from districts.forms.fields import ProseField
from library.documents import Passage
from library.models import Why
from library.rules import Finding
from plans.forms.handing_in import ActForm

BLANK_ROWS = 3  # for passages that the scan did not find
MOST_ROWS = 200
DECIDE = "Decide: it stays in view, or it is removed."


class PublishForm(ActForm):
    """One row for each passage: what was decided before, what the scan found, and blank ones."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    after = forms.IntegerField(required=False, widget=forms.HiddenInput)
    passage_count = forms.IntegerField(min_value=0, max_value=MOST_ROWS, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        decided: Sequence[Passage],
        found: Sequence[Finding],
        typed: Mapping[str, str] | None = None,
        **options: Any,
    ) -> None:
        """`typed` is what was sent before and is shown again, without being judged."""
        super().__init__(*args, **options)
        self.typed = typed or {}
        hidden = [name for name in self.fields if name in self.typed]
        self.initial.update({name: self.typed[name] for name in hidden})
        known = [*((each.text, each.why, "") for each in decided)]
        known += [(each.passage, "", _found(each)) for each in found]
        self.count = self._sent() or len(known) + BLANK_ROWS
        self.initial["passage_count"] = self.count
        for number in range(1, self.count + 1):
            text, why, help_text = known[number - 1] if number <= len(known) else ("", "", "")
            text_name, why_name = _names(number)
            text, why = self.typed.get(text_name, text), self.typed.get(why_name, why)
            self._add_row(number, text, why, help_text)
        self.fields["reason"] = ProseField(
            label="Why it is corrected, or comes back (optional the first time)",
            help_text="It stays on the Department’s record. The public reads the day.",
            required=False,
            initial=self.typed.get("reason", ""),
            widget=words(2),
            max_length=2_000,
        )
        rows = (pair(*_names(number)) for number in range(1, self.count + 1))
        self.layout = (*rows, "reason")

    def _sent(self) -> int:
        sent = self.data if self.is_bound else self.typed
        typed = str(sent.get("passage_count", ""))
        return min(int(typed), MOST_ROWS) if typed.isascii() and typed.isdigit() else 0

    def _add_row(self, number: int, text: str, why: str, help_text: str) -> None:
        text_name, why_name = _names(number)
        self.fields[text_name] = ProseField(
            label=f"Passage {number} (optional)",
            help_text=help_text,
            initial=text,
            required=False,
            widget=words(1),
            max_length=1_000,
        )
        self.fields[why_name] = forms.ChoiceField(
            label=f"What happens to passage {number}",
            choices=[("", "Not decided"), *Why.choices],
            initial=why,
            required=False,
        )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        for number in range(1, self.count + 1):
            text, why = _names(number)
            if said.get(text) and not said.get(why) and why not in self.errors:
                self.add_error(why, DECIDE)
        return said

    @property
    def passages(self) -> list[Passage]:
        rows = (_names(number) for number in range(1, self.count + 1))
        said = ((self.cleaned_data.get(text), self.cleaned_data.get(why)) for text, why in rows)
        return [Passage(text, why) for text, why in said if text and why]


class TakeDownForm(ActForm):
    publication = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    reason = ProseField(
        label="Why the public can no longer read it",
        help_text="It stays on the Department’s record; the public does not read it.",
        widget=words(3),
        max_length=2_000,
    )

    layout = ("reason",)


def _found(finding: Finding) -> str:
    around = " ".join(finding.around.split())
    return f"Found as {finding.what}, in {finding.where}: “… {around} …”"


def _names(number: int) -> tuple[str, str]:
    return f"passage_{number}", f"passage_{number}_why"
