"""Every field of words of every form leaves out what shows nothing, and keeps the rest."""

import importlib
import pkgutil

import pytest
from django import forms

import districts.forms
import plans.forms
import reviews.forms
from districts.forms.fields import AddressField, LineField, ProseField


def _modules():
    for package in (districts.forms, plans.forms):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            yield importlib.import_module(found.name)
    yield reviews.forms


def _is_ours(widget):
    """Whether nobody types into it, or a secret."""
    return widget.is_hidden or isinstance(widget, forms.PasswordInput)


def _fields():
    for module in _modules():
        for form in vars(module).values():
            if isinstance(form, type) and issubclass(form, forms.BaseForm):
                for name, field in form.base_fields.items():
                    if isinstance(field, forms.CharField) and not _is_ours(field.widget):
                        yield f"{form.__module__}.{form.__name__}.{name}", field


FIELDS = dict(_fields())


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
