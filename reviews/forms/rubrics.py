"""Writing the rubric of a year: a block of fields for each criterion, and empty ones below."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django import forms
from django.http import QueryDict

from districts.forms.drawing import fields_only, pair, words
from districts.forms.fields import LineField, ProseField
from plans.sections import READABLE, SECTIONS
from reviews.models import Criterion
from reviews.reports.rubrics import Question
from reviews.services.rubrics import MOST_CRITERIA, Asked

BLANK = 2  # that the page offers below those there are
SAYS = ("title", "meets", "partially", "does_not")


class CriterionForm(forms.Form):
    section = forms.ChoiceField(
        choices=[("", "Choose a section"), *((key.value, SECTIONS[key].title) for key in READABLE)],
        required=False,
    )
    rated_by = forms.ChoiceField(label="Rated by", choices=Criterion.By.choices, required=False)
    title = LineField(label="What is asked", max_length=200, required=False)
    meets = ProseField(widget=words(2), max_length=1_000, required=False)
    partially = ProseField(
        label="Partially meets", widget=words(2), max_length=1_000, required=False
    )
    does_not = ProseField(label="Does not meet", widget=words(2), max_length=1_000, required=False)
    left_out = forms.BooleanField(label="Leave this one out", required=False)
    lineage = forms.UUIDField(widget=forms.HiddenInput, required=False)

    @property
    def helper(self):
        return fields_only(
            *("lineage", pair("section", "rated_by"), "title"),
            *("meets", "partially", "does_not", "left_out"),
        )

    @property
    def is_blank(self) -> bool:
        return not any(self.cleaned_data.get(name) for name in SAYS)

    @property
    def asked(self) -> Asked:
        said = self.cleaned_data
        return Asked(
            said.get("lineage") or uuid4(),
            *(said.get(name, "") for name in ("section", "title", "rated_by")),
            *(said.get(name, "") for name in SAYS[1:]),
        )


def shown(questions: Sequence[Question]) -> list[CriterionForm]:
    """Those there are, and empty ones."""
    rows: list[dict[str, Any]] = [vars(one) for one in questions]
    rows += [{"lineage": uuid4()} for _ in range(min(BLANK, MOST_CRITERIA - len(rows)))]
    return [
        CriterionForm(initial=row, prefix=f"criterion-{place}")
        for place, row in enumerate(rows, start=1)
    ]


def sent(data: QueryDict) -> list[CriterionForm]:
    """Those of one page, however many it says it showed."""
    said = data.get("rows", "")
    rows = int(said) if said.isdecimal() and len(said) < 4 else 0
    return [
        CriterionForm(data, prefix=f"criterion-{place}")
        for place in range(1, min(rows, MOST_CRITERIA + BLANK) + 1)
    ]


class RubricForm(forms.Form):
    """The act of saving the whole; `read` is the version that was on the page."""

    read = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    asks_for_all = forms.BooleanField(
        label="A review is finished only once each of its criteria is rated",
        help_text="Otherwise a review may be given without ratings; one that rates any rates all.",
        required=False,
    )

    @property
    def helper(self):
        return fields_only("read", "asks_for_all")


def criteria_of(forms_sent: Sequence[CriterionForm]) -> list[Asked]:
    """What is to stand: what is left out or empty is not."""
    return [
        form.asked
        for form in forms_sent
        if not form.is_blank and not form.cleaned_data.get("left_out")
    ]
