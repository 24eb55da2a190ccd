"""What a person brings into the budget: a file, or rows pasted out of a spreadsheet."""

from typing import Any

from django import forms

from districts import parsing
from districts.forms.fields import ProseField
from districts.services.sheets import LARGEST
from plans.forms.budget_reading import GRID_ORDER
from plans.forms.budget_sheet import LABELS

MOST_PASTED = 1_000_000  # characters


class PastedField(ProseField):
    """Rows of cells with tabs between them: a blank cell at the beginning is a cell."""

    def to_python(self, value: Any) -> str:
        return parsing.text(value or "")


class BringInForm(forms.Form):
    use_required_attribute = False
    file = forms.FileField(
        label="Spreadsheet",
        required=False,
        help_text="An Excel workbook (.xlsx) or a CSV file, at most 2 MB.",
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx", "class": "form-control"}),
    )
    text = PastedField(
        label="Or rows, pasted from a spreadsheet",
        required=False,
        help_text="With or without a first row that names the columns.",
        widget=forms.Textarea(attrs={"rows": 6, "class": "form-control"}),
    )
    column = forms.ChoiceField(
        label="The first column of the pasted rows, where no row names them",
        required=False,
        choices=[(name, LABELS[name]) for name in GRID_ORDER],
        widget=forms.Select(attrs={"class": "form-select"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file and file.size > LARGEST:
            raise forms.ValidationError("This file is larger than 2 MB. Send the one sheet alone.")
        return file

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        if len(text) > MOST_PASTED:
            raise forms.ValidationError("This is more than can be pasted. Send it as a file.")
        return text

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not self.errors and not said.get("file") and not (said.get("text") or "").strip():
            raise forms.ValidationError("Choose a file, or paste the rows.")
        return said
