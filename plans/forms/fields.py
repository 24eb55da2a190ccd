"""Fields that read what people type and what they paste."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms

DATE_FORMATS = [
    "%Y-%m-%d",
    "%m/%d/%Y",
    "%m/%d/%y",
    "%B %d, %Y",
    "%b %d, %Y",
    "%B %d %Y",
    "%d %B %Y",
]


class DayField(forms.DateField):
    """A day, from a browser's date picker or typed as people type it."""

    default_error_messages = {"invalid": "This is not a date. Write it as 06/30/2027."}

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
        super().__init__(input_formats=DATE_FORMATS, **options)


class NumberField(forms.DecimalField):
    """A number that may be typed with thousands separators, a dollar sign or a percent sign."""

    default_error_messages = {"invalid": "This is not a number. Write digits, such as 46.1."}

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal"}))
        super().__init__(**options)

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = value.strip().strip("$%").replace(",", "").replace(" ", "").strip()
        return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        """22, not 22.00: no more decimals than the number has. What is no number stays as typed."""
        try:
            return f"{Decimal(value).normalize():f}"
        except (InvalidOperation, TypeError, ValueError):
            return value


def typed_choice(choices: Any, *, coerce: Any = str, empty_label: str = "", **options: Any):
    """One of the choices, read as its own type; the first entry is “none yet”."""
    if empty_label:
        choices = [("", empty_label), *choices]
    return forms.TypedChoiceField(
        choices=choices, coerce=coerce, empty_value=options.pop("empty_value", None), **options
    )


class TicksField(forms.TypedMultipleChoiceField):
    """Any number of the choices, as ticks. A tick on what was removed meanwhile is none."""

    def to_python(self, value: Any) -> list[str]:
        return [ticked for ticked in super().to_python(value) if self.valid_value(ticked)]


def typed_choices(choices: Any, *, coerce: Any = int, **options: Any):
    """Any number of the choices, each read as its own type."""
    return TicksField(
        choices=choices, coerce=coerce, widget=forms.CheckboxSelectMultiple, **options
    )
