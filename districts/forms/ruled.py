"""What the forms of this app share: how they look, and how one that changes a row says so."""

from typing import cast

from crispy_forms.helper import FormHelper
from django import forms
from django.http import QueryDict

from districts.forms.drawing import fields_only, pair


class RuledForm(forms.Form):
    """The look all forms of this app share: fields in pairs where they belong together."""

    use_required_attribute = False  # our own sentences, not the browser's
    rows: list[tuple[str, ...]] = []

    @property
    def helper(self) -> FormHelper:
        asked = [[name for name in row if name in self.fields] for row in self.rows]
        paired = [pair(*row) if len(row) > 1 else row[0] for row in asked if row]
        hidden = [name for name, field in self.fields.items() if field.widget.is_hidden]
        return fields_only(*paired, *hidden)


class EditForm(RuledForm):
    """Changes a row. `seen` says which text of it the form was filled from."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def values(self) -> dict:
        """What was typed of the row itself."""
        beside = {"seen", "reason"}
        return {name: value for name, value in self.cleaned_data.items() if name not in beside}

    def look_again(self, edition: str) -> None:
        """Keep what was typed; saving once more replaces the text that is there now."""
        data = cast(QueryDict, self.data).copy()
        data["seen"] = edition
        self.data = data
