"""Fields that read what people type and what they paste."""

import re
from decimal import Decimal
from typing import Any

from django import forms

from districts import parsing
from districts.forms.fields import LineField

A_NUMBER = re.compile(r"[-+]?(\d{1,15}(\.\d{0,10})?|\.\d{1,10})")  # never as 1e9, nor without end


class NumberField(forms.DecimalField):
    """A number that may be typed with thousands separators, a dollar sign or a percent sign.

    A published figure may be suppressed (`parsing.suppressed`).
    """

    default_error_messages = {
        "invalid": "This is not a number. Write digits, such as 46.1.",
        "unclear": "This can be read in two ways. Write digits with a dot before decimals, such as"
        " 46.1, and commas between thousands.",
    }

    def __init__(self, *, may_be_suppressed: bool = False, **options: Any) -> None:
        options.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal"}))
        super().__init__(**options)
        self.may_be_suppressed = may_be_suppressed
        if may_be_suppressed:
            del self.widget.attrs["inputmode"]  # a keyboard of digits alone has no asterisk

    def clean(self, value: Any) -> Any:
        """A number, or a suppressed figure as the text that it is."""
        if self.may_be_suppressed and isinstance(value, str):
            found = parsing.suppressed(value)
            if found is not None:
                return found
        return super().clean(value)

    def to_python(self, value: Any) -> Any:
        if not isinstance(value, str):
            return super().to_python(value)
        if not parsing.line(value):
            return None
        try:
            return super().to_python(parsing.number(value))
        except parsing.Unreadable as unread:
            raise forms.ValidationError(
                self.error_messages[unread.fault], code=unread.fault
            ) from None

    def prepare_value(self, value: Any) -> Any:
        """22, not 22.00: no more decimals than the number has. What is no number stays as typed."""
        if value is None or not A_NUMBER.fullmatch(str(value)):
            return value
        return f"{Decimal(str(value)).normalize():f}"


class SchoolYearField(LineField):
    """A school year, kept as 2024-25 however it is typed."""

    default_error_messages = {"invalid": "This is not a school year. Write it like 2024-25."}

    def to_python(self, value: Any) -> str:
        typed = super().to_python(value)
        try:
            return parsing.school_year(typed) if typed else ""
        except parsing.Unreadable:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from None


class NameToTypeField(LineField):
    """The name of what an act is about, typed out before the act."""

    name = ""  # set by the form, which knows it

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=100, **options)

    def clean(self, value: Any) -> str:
        typed = " ".join(super().clean(value).split())
        if typed.casefold() != self.name.casefold():
            raise forms.ValidationError(f"Type “{self.name}”.")
        return typed


def typed_choice(choices: Any, *, coerce: Any = str, empty_label: str = "", **options: Any):
    """One of the choices, read as its own type; the first entry is “none yet”."""
    if empty_label:
        choices = [("", empty_label), *choices]
    return forms.TypedChoiceField(
        choices=choices, coerce=coerce, empty_value=options.pop("empty_value", None), **options
    )


class GroupedTicks(forms.CheckboxSelectMultiple):
    """Ticks of which some stand in a group: its first brings the heading."""

    def optgroups(self, name: str, value: Any, attrs: Any = None) -> list[Any]:
        groups = super().optgroups(name, value, attrs)
        for heading, options, _ in groups:
            if heading:
                options[0]["heading"] = heading
        return groups


class TicksField(forms.TypedMultipleChoiceField):
    """Any number of the choices, as ticks. A tick on what was removed meanwhile is none."""

    def to_python(self, value: Any) -> list[str]:
        return [ticked for ticked in super().to_python(value) if self.valid_value(ticked)]


def typed_choices(choices: Any, *, coerce: Any = int, **options: Any):
    """Any number of the choices, each read as its own type."""
    return TicksField(choices=choices, coerce=coerce, widget=GroupedTicks, **options)
