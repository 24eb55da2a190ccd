"""Every field of words of every form leaves out what shows nothing, and keeps the rest.

The forms to sign in and for a new password are allauth's own (`districts/accounts.py`).
"""

import importlib
import pkgutil

import pytest
from django import forms

import districts.forms
import plans.forms
import reviews.forms  # noqa: F401  its forms are looked for, too
from districts.forms.fields import (
    AddressField,
    DayField,
    FiscalYearField,
    LineField,
    ProseField,
    WholeDollarsField,
)
from plans.forms.fields import NumberField, SchoolYearField

READ = (SchoolYearField, NumberField, WholeDollarsField, DayField, FiscalYearField)
for package in (districts.forms, plans.forms):
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        importlib.import_module(found.name)


def _forms(of=forms.BaseForm):
    for form in of.__subclasses__():
        if form.__module__.startswith(("districts.forms.", "plans.forms.", "reviews.forms")):
            yield form
        yield from _forms(form)


def _is_ours(widget):
    """Whether nobody types into it, or a secret."""
    return widget.is_hidden or isinstance(widget, forms.PasswordInput)


TYPED = {
    f"{form.__module__}.{form.__name__}.{name}": field
    for form in _forms()
    for name, field in form.base_fields.items()
    if not _is_ours(field.widget)
}
FIELDS = {place: field for place, field in TYPED.items() if isinstance(field, forms.CharField)}


def test_every_field_of_words_is_cleaned():
    assert len(FIELDS) > 60
    left = [
        place
        for place, field in FIELDS.items()
        if not isinstance(field, (LineField, ProseField, AddressField))
    ]
    assert not left, "\n".join(left)


@pytest.mark.parametrize("place", sorted(FIELDS))
def test_words_are_on_as_many_lines_as_their_field_shows(place):
    field = FIELDS[place]
    if isinstance(field.widget, forms.Textarea):
        assert isinstance(field, ProseField)
    else:
        assert not isinstance(field, ProseField)


def test_lines_count_as_in_a_browser():
    assert ProseField(max_length=3).clean("a\r\nb") == "a\nb"
    with pytest.raises(forms.ValidationError):
        ProseField(max_length=3).clean("a\r\nbc")


def test_a_name_is_on_one_line_in_one_form():
    assert LineField().clean(" Jose\u0301\u200b \n Ruiz\u202e ") == "José Ruiz"


def test_only_what_shows_is_something():
    with pytest.raises(forms.ValidationError):
        LineField().clean("\u200b\u202e ")


def test_a_browser_cuts_nothing_that_a_field_would_have_read():
    """2024–2025 is a school year of seven characters, typed in nine."""
    read = {place: field for place, field in TYPED.items() if isinstance(field, READ)}
    assert {type(field) for field in read.values()} == set(READ)
    cut = [place for place, field in read.items() if "maxlength" in field.widget.attrs]
    assert not cut, "\n".join(cut)
