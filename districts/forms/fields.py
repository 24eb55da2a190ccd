"""Dollars, fiscal years and days, read as people type them."""

import re
from datetime import date

from django import forms

from districts import parsing
from districts.calendar import EARLIEST, LATEST
from districts.parsing import Unreadable
from districts.words import day

ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")

FIRST_YEAR, LAST_YEAR = 2013, 2099  # the first designations; a year past this is a slip


class UncutField(forms.CharField):
    """Words of which a browser cuts nothing off as they are pasted: too many are told of."""

    def widget_attrs(self, widget) -> dict:
        return {
            name: value
            for name, value in super().widget_attrs(widget).items()
            if name != "maxlength"
        }


class LineField(UncutField):
    """Words on one line, as they are shown: nothing in them that shows nothing."""

    def to_python(self, value) -> str:
        return parsing.line(super().to_python(value) or "")


class ProseField(UncutField):
    """Lines of words, counted as a browser counts them."""

    widget = forms.Textarea

    def to_python(self, value) -> str:
        return parsing.text(super().to_python(value) or "").strip()


class AddressField(UncutField, forms.EmailField):
    """An e-mail address, as people copy one out of a mail program."""

    def to_python(self, value) -> str:
        return parsing.address(super().to_python(value) or "")


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
        typed = parsing.line(str(value))
        if not typed:
            return None
        try:
            return parsing.whole_dollars(str(value))
        except Unreadable as unread:
            whole = "" if unread.meant is None else f"{unread.meant:,}"
            raise self._error(unread.fault, typed, whole=whole) from None

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
        try:
            year = parsing.fiscal_year(str(value))
        except Unreadable:
            year = 0
        if FIRST_YEAR <= year <= LAST_YEAR:
            return year
        raise forms.ValidationError(
            f"“{value}” is not a fiscal year. Write the year it ends in, FY{FIRST_YEAR} or"
            " later, such as FY2027."
        )

    def prepare_value(self, value):
        return f"FY{value}" if isinstance(value, int) else value

    def widget_attrs(self, widget) -> dict:
        return {"autocomplete": "off"}


def reason_field() -> ProseField:
    return ProseField(
        label="Reason (optional)",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Why this changes. Needed where a plan is filed or decided, and kept on record.",
    )


class DayInput(forms.DateInput):
    """A browser's date picker, which shows nothing but a date: other words stand as typed."""

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d", attrs={"type": "date"})

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        shown = context["widget"]["value"]
        if shown and not _is_day(shown):
            context["widget"]["type"] = "text"
        return context


def _is_day(shown: str) -> bool:
    """Whether a date picker shows it."""
    try:
        return bool(ISO_DAY.fullmatch(shown) and date.fromisoformat(shown))
    except ValueError:
        return False


class DayField(forms.DateField):
    """A day, from a browser's date picker or typed as people type it, in this century or the last.

    What is counted from a date, a year or thirty days, must exist too.
    """

    default_error_messages = {
        "invalid": "This is not a date. Write it as 06/30/2027.",
        "unclear": "This can be read as two dates. Write month, day, year: 06/30/2027.",
        "weekday": "%(meant)s is another day of the week. Write the date alone: 06/30/2027.",
        "far": f"Write a year from {EARLIEST.year} to {LATEST.year}.",
    }

    def __init__(self, **options) -> None:
        options.setdefault("widget", DayInput)
        super().__init__(**options)

    def to_python(self, value):
        day = self._read(value) if isinstance(value, str) else super().to_python(value)
        if day is not None and not EARLIEST <= day <= LATEST:
            raise forms.ValidationError(self.error_messages["far"], code="far")
        return day

    def _read(self, typed: str):
        if not parsing.line(typed):
            return None
        try:
            return parsing.day(typed)
        except Unreadable as unread:
            meant = unread.meant and day(unread.meant)
            raise forms.ValidationError(
                self.error_messages[unread.fault], code=unread.fault, params={"meant": meant}
            ) from None
