"""Every field of words of every form leaves out what shows nothing, and keeps the rest.

Those to sign in and for a new password are made of allauth's in `districts/forms/accounts.py`.
"""

import importlib
import pkgutil

import pytest
from django import forms

import districts.forms
import plans.forms
import reviews.forms  # noqa: F401  its forms are looked for, too
from districts.forms.accounts import NewPasswordForm, RequestResetForm, SignInForm
from districts.forms.fields import (
    AddressField,
    DayField,
    FiscalYearField,
    LineField,
    ProseField,
    WholeDollarsField,
)
from plans.forms.fields import NumberField, SchoolYearField
from plans.forms.handing_in import SignForm

READ = (SchoolYearField, NumberField, WholeDollarsField, DayField, FiscalYearField)
for package in (districts.forms, plans.forms):
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        importlib.import_module(found.name)


def every_form(of=forms.BaseForm):
    for form in of.__subclasses__():
        if form.__module__.startswith(("districts.forms.", "plans.forms.", "reviews.forms")):
            yield form
        yield from every_form(form)


def _is_ours(widget):
    """Whether nobody types into it, or a secret."""
    return widget.is_hidden or isinstance(widget, forms.PasswordInput)


TYPED = {
    f"{form.__module__}.{form.__name__}.{name}": field
    for form in every_form()
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


def test_a_browser_cuts_nothing_that_was_pasted():
    """2024–2025 is a school year of seven characters, typed in nine; a paragraph that is too long
    is told of, and can be shortened where the words are."""
    assert {type(field) for field in TYPED.values()} >= set(READ)
    cut = [place for place, field in TYPED.items() if "maxlength" in field.widget.attrs]
    assert not cut, "\n".join(cut)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        (" maria.lopez@example.org\u200b", "maria.lopez@example.org"),
        ("mailto:maria.lopez@example.org", "maria.lopez@example.org"),
        ("Maria Lopez <Maria.Lopez@example.org>", "maria.lopez@example.org"),
    ],
)
def test_an_address_to_sign_in_with_is_read_like_any_other(db, typed, read):
    signing_in = SignInForm({"login": typed, "password": "\u200b as typed "})
    asking = RequestResetForm({"email": typed})

    assert signing_in.fields["login"].clean(typed).lower() == read
    assert asking.is_valid()
    assert asking.cleaned_data["email"] == read


def test_a_password_is_never_cleaned():
    """Also a blank and a character that shows nothing are what somebody chose."""
    secrets = [
        field
        for form in (SignInForm(), NewPasswordForm(), SignForm(signer=None))
        for field in form.fields.values()
        if isinstance(field.widget, forms.PasswordInput)
    ]
    assert len(secrets) == 4
    for field in secrets:
        assert field.to_python(" \u200ba\u0301 ") == " \u200ba\u0301 "
