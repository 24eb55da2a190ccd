"""What is typed to sign in and to set a password: the forms of django-allauth, in our words."""

from allauth.account.forms import (
    LoginForm,
    PasswordVerificationMixin,
    ResetPasswordForm,
    ResetPasswordKeyForm,
    default_token_generator,
)
from allauth.account.utils import user_pk_to_url_str
from allauth.core.exceptions import ImmediateHttpResponse
from django import forms
from django.db import transaction
from django.shortcuts import redirect
from django.utils import timezone

from districts import services
from districts.accounts import reset_url, set_password_url
from districts.forms.drawing import laid_out
from districts.forms.fields import AddressField
from districts.guesses import forget_guesses
from districts.models import User, comparable, gets_letters

PASSWORD_HELP = "At least 12 characters. Four or five words in a row work well."  # noqa: S105 - a hint


def _address_field(*, autocomplete: str) -> AddressField:
    """In place of allauth's, which reads an address only as it would be typed."""
    widget = forms.EmailInput(attrs={"autocomplete": autocomplete})
    return AddressField(label="Work email", widget=widget)


class SignInForm(LoginForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["login"] = _address_field(autocomplete="username")
        self.order_fields(["login", "password"])
        _plain(self)

    def clean_login(self) -> str:
        """As it is compared: wrong passwords are counted for an account by one name."""
        return comparable(self.cleaned_data["login"])


class RequestResetForm(ResetPasswordForm):
    email = _address_field(autocomplete="email")

    def clean_email(self) -> str:
        """As it is compared: the limit on letters counts one account by one name."""
        return comparable(self.cleaned_data["email"])

    def save(self, request, **kwargs) -> str:
        """The letter goes to the address on record: what was typed may be somebody else's."""
        email = self.cleaned_data["email"]
        user = User.objects.with_address(email).filter(gets_letters()).first()
        if user is not None:
            services.send_reset_letter(
                user_id=user.pk, link=set_password_url(user), at=timezone.now()
            )
        return email


class NewPasswordForm(ResetPasswordKeyForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _plain(self, password1="New password", password2="New password, once more")
        self.fields["password1"].help_text = PASSWORD_HELP

    def clean(self) -> dict:
        """In place of allauth's, which says in words of its own that the two differ."""
        typed = super(PasswordVerificationMixin, self).clean()
        first, second = typed.get("password1"), typed.get("password2")
        if first and second and first != second:
            self.add_error("password2", "The two passwords differ. Type the same one twice.")
        return typed

    @transaction.atomic
    def save(self) -> None:
        """Whoever has the letter is the person, also where their account was idle.

        Who signed in with the former password is signed out, and out of the list of sessions.
        """
        services.come_back(user_id=self.user.pk, at=timezone.now())
        self._refuse_former_link()
        super().save()
        services.end_sessions(self.user, by=None)
        forget_guesses(self.user.email)

    def _refuse_former_link(self) -> None:
        """Asked again under the lock: the address may have been corrected meanwhile.

        Raises:
            ImmediateHttpResponse: the page that says that the link works no longer.
        """
        person = User.objects.select_for_update().get(pk=self.user.pk)
        if not default_token_generator.check_token(person, self.temp_key):
            link = reset_url(user_pk_to_url_str(person), self.temp_key)
            raise ImmediateHttpResponse(redirect(link))


def _plain(form, **labels: str) -> None:
    """Our labels, and none of allauth's placeholders and links: a label needs neither."""
    for name, field in form.fields.items():
        field.label, field.help_text = labels.get(name, field.label), ""
        field.widget.attrs.pop("placeholder", None)
    form.helper = laid_out(*form.fields)
