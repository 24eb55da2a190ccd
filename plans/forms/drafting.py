"""What every form of a draft has in common.

They never refuse: a field that cannot read what was typed gives it back `as_typed`, marked, and
the rules say what is missing. So no field is required here; labels say which are optional.
"""

from typing import Any, ClassVar, Self

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.utils.datastructures import MultiValueDict

from districts.forms.drawing import FIELD
from districts.forms.fields import DayField
from plans.documents import Draft


class KeptForm(forms.Form):
    """Bound to what is stored or to what was just typed, and shown with its faults marked."""

    model: ClassVar[type[Any]]
    layout: ClassVar[tuple] = ()
    use_required_attribute = False
    fields: dict[str, Any]
    data: Any

    def __init__(self, data: Any, **options: Any) -> None:
        options.setdefault("auto_id", "id_%s")
        super().__init__(data, **options)
        for field in self.fields.values():
            field.required = False
        self.offer_choices()
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.field_template = FIELD
        self.helper.disable_csrf = True  # the template's own form carries the token
        self.helper.layout = Layout(*(self.layout or self.fields))
        self._keep_unreadable_dates_visible()

    @classmethod
    def of_row(cls, row: dict[str, Any], **options: Any) -> Self:
        """The form filled from a stored row, with what could not be read as it was typed."""
        form = cls({}, **options)
        form.data = MultiValueDict(
            {form.add_prefix(name): form._shown(name, row) for name in form.fields}
        )
        form._keep_unreadable_dates_visible()
        return form

    def offer_choices(self) -> None:
        """Set the choices that depend on what the form is part of."""

    def values(self) -> tuple[dict[str, Any], dict[str, str]]:
        """What was read, by column, and what could not be, as it was typed."""
        self.is_valid()
        columns: dict[str, Any] = {}
        as_typed: dict[str, str] = {}
        for name in self.fields:
            column = self.model._meta.get_field(name).attname
            if name in self.errors:
                typed = ", ".join(self.data.getlist(self.add_prefix(name)))
                as_typed[name] = typed.replace("\0", "")  # the one character no column can hold
                columns[column] = self._nothing(name)
            else:
                columns[column] = self.cleaned_data[name]
        return columns, as_typed

    def in_words(self, name: str) -> str:
        """What the field shows, as a person reads it."""
        shown = self.data.getlist(self.add_prefix(name))
        labels = {str(value): label for value, label in getattr(self.fields[name], "choices", [])}
        return ", ".join(str(labels.get(value, value)) for value in shown if value)

    def _nothing(self, name: str) -> Any:
        """What a column holds while its text cannot be read."""
        field = self.model._meta.get_field(name)
        return None if field.null else field.get_default()

    def _shown(self, name: str, row: dict[str, Any]) -> list[str]:
        """A stored value as the field's widget would send it."""
        if name in row["as_typed"]:
            return [row["as_typed"][name]]
        value = row.get(name, row.get(f"{name}_id"))
        if value is None or value is False:
            return ["no"] if value is False and self._is_yes_no(name) else []
        if value is True:
            return ["yes"] if self._is_yes_no(name) else ["on"]
        if isinstance(value, list):
            return [str(item) for item in value]
        return [str(self.fields[name].prepare_value(value))]

    def _is_yes_no(self, name: str) -> bool:
        return not isinstance(self.fields[name], forms.BooleanField)

    def _keep_unreadable_dates_visible(self) -> None:
        """A date picker shows nothing for text it cannot read; a text field shows it."""
        for name, field in self.fields.items():
            if isinstance(field, DayField) and self.data and name in self.errors:
                field.widget.input_type = "text"
                field.widget.attrs["type"] = "text"


class DraftForm(KeptForm):
    """A form of the plan's text: its choices are those of the whole draft."""

    def __init__(self, data: Any, *, draft: Draft, **options: Any) -> None:
        self.draft = draft
        super().__init__(data, **options)


def indicator_choices(draft: Draft) -> list[tuple[int, str]]:
    return [
        (word.number, f"{word.number} {word.name}" if word.number < 99 else word.name)
        for word in draft.words.indicators.values()
    ]


def area_choices(draft: Draft) -> list[tuple[int, str]]:
    return [
        (area.number, f"{area.number} {area.short_name}") for area in draft.words.areas.values()
    ]
