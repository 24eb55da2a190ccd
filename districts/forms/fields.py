"""Dollars, fiscal years and days, read as people type them."""

import re

from django import forms

from districts.calendar import EARLIEST, LATEST
from districts.services.dollars import NotDollars, whole_dollars

FIRST_YEAR, LAST_YEAR = 2013, 2099  # the first designations; a year past this is a slip


class WholeDollarsField(forms.Field):
    """Whole US dollars as an int, from `1,204,000`, `$1204000` or a cell pasted from a sheet."""

    widget = forms.TextInput
    default_error_messages = {
        "invalid": "“%(typed)s” is not an amount. Write whole dollars, such as 1,204,000.",
        "unclear": "“%(typed)s” can be read in two ways. Write whole dollars with commas, such as"
        " %(whole)s if that is meant.",
        "cents": "“%(typed)s” has cents. Write whole dollars, such as %(whole)s.",
        "negative": "“%(typed)s” is below zero. Write $0 or more.",
        "too_much": "“%(typed)s” is a billion dollars or more. Count its digits again.",
    }

    def to_python(self, value) -> int | None:
        if value in self.empty_values:
            return None
        typed = " ".join(str(value).split())  # a pasted cell brings tabs and line ends
        if not typed:
            return None
        try:
            return whole_dollars(typed)
        except NotDollars as fault:
            whole = "" if fault.whole is None else f"{fault.whole:,}"
            raise self._error(fault.fault, typed, whole=whole) from None

    def prepare_value(self, value):
        return f"{value:,}" if isinstance(value, int) else value

    def widget_attrs(self, widget) -> dict:
        return {"inputmode": "numeric", "autocomplete": "off"}

    def _error(self, code: str, typed: str, **params) -> forms.ValidationError:
        return forms.ValidationError(
            self.error_messages[code], code=code, params={"typed": typed, **params}
        )


class FiscalYearField(forms.Field):
    """A fiscal year as an int, from `2027` or `FY2027`; named by the year it ends in."""

    widget = forms.TextInput

    def to_python(self, value) -> int | None:
        if value in self.empty_values:
            return None
        match = re.fullmatch(r"(?:FY)?\s*([0-9]{4})", str(value).strip(), re.IGNORECASE)
        if match is None or not FIRST_YEAR <= int(match[1]) <= LAST_YEAR:
            raise forms.ValidationError(
                f"“{value}” is not a fiscal year. Write the year it ends in, FY{FIRST_YEAR} or"
                " later, such as FY2027."
            )
        return int(match[1])

    def prepare_value(self, value):
        return f"FY{value}" if isinstance(value, int) else value

    def widget_attrs(self, widget) -> dict:
        return {"autocomplete": "off"}


def reason_field() -> forms.CharField:
    return forms.CharField(
        label="Reason (optional)",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Why this changes. Needed where a plan is filed or decided, and kept on record.",
    )


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
    """A day, from a browser's date picker or typed as people type it, in this century or the last.

    What is counted from a date, a year or thirty days, must exist too.
    """

    default_error_messages = {
        "invalid": "This is not a date. Write it as 06/30/2027.",
        "far": f"Write a year from {EARLIEST.year} to {LATEST.year}.",
    }

    def __init__(self, **options) -> None:
        options.setdefault("widget", forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
        super().__init__(input_formats=DATE_FORMATS, **options)

    def to_python(self, value):
        day = super().to_python(value)
        if day is not None and not EARLIEST <= day <= LATEST:
            raise forms.ValidationError(self.error_messages["far"], code="far")
        return day
