"""Every sentence of every form is the house's own: none of Django's, none of allauth's.

What those say by default is read from their source, so that a sentence of a later release of
theirs is found, too.
"""

import ast
import inspect
import re
from functools import cache

import allauth.account.adapter
import allauth.account.fields
import allauth.account.forms
import django.contrib.auth.forms
import django.contrib.auth.password_validation
import django.core.validators
import django.db.models.fields
import django.forms.fields
import django.forms.formsets
import django.forms.models
import pytest
from django import forms
from django.contrib.auth.password_validation import get_password_validators
from django.core.exceptions import ValidationError
from django.utils.module_loading import import_string

from alliance.tests.test_cleaned_words import every_form
from districts.accounts import ClosedAccountAdapter
from districts.forms.accounts import NewPasswordForm, RequestResetForm, SignInForm
from districts.forms.sentences import SENTENCES

OTHERS = (
    *(django.forms.fields, django.forms.models, django.forms.formsets),
    *(django.core.validators, django.db.models.fields),
    *(django.contrib.auth.forms, django.contrib.auth.password_validation),
    *(allauth.account.adapter, allauth.account.fields, allauth.account.forms),
)
OF_ALLAUTH = (SignInForm, RequestResetForm, NewPasswordForm)
MARKED = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy"}
NOT_OFFERED = {  # sentences about what nobody can do here: change an address, sign up, use a code
    *("cannot_remove_primary_email", "duplicate_email", "phone_password_mismatch", "email_taken"),
    *("enter_current_password", "incorrect_code", "invalid_or_expired_key", "max_email_addresses"),
    *("phone_taken", "unknown_email", "unknown_phone", "unverified_primary_email"),
    *("username_blacklisted", "username_password_mismatch", "username_taken", "select_only_one"),
    "same_as_current",
}


@cache
def theirs() -> frozenset[str]:
    """What the libraries say: each text that they mark as one to be translated."""
    found = set()
    for module in OTHERS:
        for node in ast.walk(ast.parse(inspect.getsource(module))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in MARKED:
                found |= {each.value for each in node.args if isinstance(each, ast.Constant)}
    return frozenset(text for text in found if isinstance(text, str) and text.count(" ") > 1)


def said_by(field: forms.Field):
    """All that a field can say, by what of it: its own, and what its validators would."""
    yield from field.error_messages.items()
    for validator in field.validators:
        messages = getattr(validator, "messages", None)  # of DecimalValidator, by code
        if messages is not None:
            said = {code: "".join(map(str, vars(text).values())) for code, text in messages.items()}
        else:
            said = {getattr(validator, "code", "invalid"): getattr(validator, "message", "")}
        yield from ((code, text) for code, text in said.items() if code not in field.error_messages)


def test_what_the_libraries_say_is_known():
    assert len(theirs()) > 80
    assert {
        "This field is required.",
        "Enter a valid email address.",
        "Ensure this value is less than or equal to %(limit_value)s.",
        "You must type the same password each time.",
    } <= theirs()


def test_every_field_of_every_form_speaks_in_the_words_of_the_house():
    strange = [
        f"{form.__module__}.{form.__name__}.{name}: {text}"
        for form in every_form()
        for name, field in form.base_fields.items()
        for _, text in said_by(field)
        if str(text) in theirs() or isinstance(text, tuple)
    ]
    assert not strange, "\n".join(strange)


@pytest.mark.parametrize("form", OF_ALLAUTH)
def test_so_do_the_forms_to_sign_in_and_for_a_new_password(form):
    strange = [
        f"{name}: {text}"
        for name, field in form().fields.items()
        for _, text in [*said_by(field), ("label", field.label), ("help", field.help_text)]
        if str(text) in theirs()
    ]
    assert not strange, "\n".join(strange)


def test_two_passwords_that_differ_are_told_of_in_our_words(db):
    form = NewPasswordForm({"password1": "five words in this row", "password2": "others"})

    assert form.errors["password2"] == ["The two passwords differ. Type the same one twice."]


def test_the_adapter_says_nothing_of_allauths():
    said = ClosedAccountAdapter.error_messages
    assert {code for code, text in said.items() if str(text) in theirs()} <= NOT_OFFERED
    assert set(said) >= NOT_OFFERED


def test_a_kind_of_field_that_nobody_uses_yet_speaks_so_too():
    """A form of a library, or of tomorrow: where it can be said beforehand, it is."""
    for kind in SENTENCES:
        if kind in {forms.Field, forms.ModelChoiceField, forms.FileField}:
            continue
        assert not {text for _, text in said_by(kind()) if str(text) in theirs()}, kind
    with pytest.raises(ValidationError, match=re.escape("This has 4 characters, and 3 fit.")):
        forms.CharField(max_length=3).clean("abcd")
    with pytest.raises(ValidationError, match="too many decimals: 2 fit"):
        forms.DecimalField(max_digits=9, decimal_places=2).clean("1.234")


def test_passwords_are_judged_in_our_words(settings):
    for validator in get_password_validators(settings.AUTH_PASSWORD_VALIDATORS):
        assert type(validator).__module__ == "districts.passwords"
        assert validator.get_help_text() not in theirs()
    assert import_string(settings.ACCOUNT_ADAPTER) is ClosedAccountAdapter
