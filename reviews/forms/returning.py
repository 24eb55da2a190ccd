"""What reviewers type together in the draft of a return, and the act of sending it."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from django import forms
from django.http import QueryDict

from districts.forms.drawing import pair, words
from districts.forms.fields import DayField, ProseField
from plans.forms.drafting import KeptForm
from plans.sections import SECTIONS, WRITTEN
from reviews.forms.judging import JudgeForm
from reviews.models import ProposedChange, ReturnDraft
from reviews.services.return_drafts import MOST_CHANGES

WRITTEN_BY_DISTRICT = [(key.value, SECTIONS[key].title) for key in WRITTEN]
BLANK_ROWS = 3  # that a page of a return offers below those that are drafted


class ReturnForm(JudgeForm):
    """The act of sending; what is sent is the draft, saved row by row from the same page."""


class WordsForm(KeptForm):
    """What the letter says before the changes."""

    model = ReturnDraft
    words = ProseField(
        label="Words before the changes (optional)",
        help_text="They open the letter, and stand on the district’s page above the changes.",
        widget=words(3),
        max_length=5_000,
    )

    def carries(self, what: str) -> str:
        """It stands on one page with the act of sending, which has a version of its own."""
        return f"words-{what}"


class ChangeForm(KeptForm):
    """One required change, as it is drafted: what is missing is said once it is to be sent."""

    model = ProposedChange
    layout = ("anchor", pair("section", "due_on"), "text")

    anchor = forms.CharField(widget=forms.HiddenInput, max_length=120)
    section = forms.ChoiceField(choices=[("", "Choose a section"), *WRITTEN_BY_DISTRICT])
    text = ProseField(label="What has to change", widget=words(3), max_length=5_000)
    due_on = DayField(
        label="Answer due (optional)", help_text="Left empty: 15 business days after the return."
    )


@dataclass(frozen=True)
class TypedRow:
    """A change as it came back from the page; version 0 where it is a new one."""

    lineage: UUID
    version: int
    form: ChangeForm

    @property
    def is_blank(self) -> bool:
        return not (self.form.in_words("section") or self.form.in_words("text"))


def typed_rows(data: QueryDict) -> list[TypedRow]:
    """The changes of one page, in their order there, however many it says it showed."""
    rows = _number(data.get("rows", ""), at_most=MOST_CHANGES + BLANK_ROWS) or BLANK_ROWS
    return [_typed_row(data, f"change-{place}") for place in range(1, rows + 1)]


def _typed_row(data: QueryDict, prefix: str) -> TypedRow:
    form = ChangeForm(data, prefix=prefix)
    try:
        lineage = UUID(data.get(f"{prefix}-id", ""))
    except ValueError:
        lineage = uuid4()
    return TypedRow(lineage, form.typed().version, form)


def _number(typed: str, *, at_most: int) -> int:
    """A number that the page says, so it may be anything."""
    number = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 8 else 0
    return min(number, at_most)
