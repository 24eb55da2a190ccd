"""The forms of an expenditure report: one for each object code, and one for each line of it.

They never refuse, as forms of a plan do: what cannot be read is kept as it was typed, and marked.
"""

from typing import Any

from django import forms

from districts.forms.fields import ProseField, WholeDollarsField
from districts.services.sheets import LARGEST
from plans.forms.drafting import KeptForm
from plans.forms.fields import typed_choice
from plans.forms.handing_in import ActForm
from progress.models import CodeSpending, LineSpending
from progress.services.spending import OFFERED_SOURCES

IN_A_CELL = {"class": "form-control form-control-sm text-end"}


def _dollars(label: str) -> WholeDollarsField:
    return WholeDollarsField(label=label, widget=forms.TextInput(attrs=IN_A_CELL))


class CellsForm(KeptForm):
    """Of a row of the grid: each field knows of which row it is, and marks what it cannot read."""

    def __init__(self, data: Any, *, of: str = "", **options: Any) -> None:
        super().__init__(data, **options)
        for field in self.fields.values():
            field.label = f"{of}: {field.label}" if of else field.label


class CodeForm(CellsForm):
    model = CodeSpending
    obligated = _dollars("obligated")
    expended = _dollars("spent to date")
    over_reason = ProseField(
        label="reason, if more than 10% over",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2, "class": "form-control"}),
    )
    split = typed_choice(
        CodeSpending.Split.choices,
        label="split",
        empty_value=CodeSpending.Split.BY_SHARE,
        widget=forms.Select(attrs={"class": "form-select form-select-sm"}),
    )


class LineForm(CellsForm):
    model = LineSpending
    expended = _dollars("spent to date")


class NewCodeForm(CellsForm):
    """An object code that the plan has no line of."""

    model = CodeSpending
    funding_source = typed_choice(
        OFFERED_SOURCES,
        label="Funding source",
        empty_value="allocation",
        widget=forms.Select(attrs={"class": "form-select form-select-sm"}),
    )
    object_code = typed_choice(
        [],
        label="Object code",
        empty_value="",
        widget=forms.Select(attrs={"class": "form-select form-select-sm"}),
    )
    obligated = _dollars("Obligated")
    expended = _dollars("Spent to date")
    over_reason = ProseField(
        label="Reason",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2, "class": "form-control"}),
    )

    def __init__(self, data: Any, *, codes: list[tuple[str, str]], **options: Any) -> None:
        self.codes = codes
        super().__init__(data, **options)

    def offer_choices(self) -> None:
        named = [(code, f"{code} {name}") for code, name in self.codes]
        self.fields["object_code"].choices = [("", "None"), *named]

    @property
    def chosen(self) -> str:
        """The object code, where one that may be reported under was chosen."""
        return "" if "object_code" in self.errors else self.cleaned_data["object_code"]

    @property
    def is_meant(self) -> bool:
        """Whether a code was chosen, or anything typed."""
        typed = (self.sent(name) for name in self.fields if name != "funding_source")
        return any(word.strip() for words in typed for word in words)


class SheetForm(forms.Form):
    file = forms.FileField(
        label="Spreadsheet",
        help_text="A CSV file or an Excel workbook (.xlsx), at most 2 MB.",
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx", "class": "form-control"}),
    )
    use_required_attribute = False

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError("This file is larger than 2 MB. Send the one sheet alone.")
        return file


class ReasonForm(ActForm):
    reason = ProseField(label="Why", max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))
