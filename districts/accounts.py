"""How people sign in and set passwords: django-allauth, narrowed to what Alliance offers."""

import logging
from smtplib import SMTPException

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.forms import (
    LoginForm,
    ResetPasswordForm,
    ResetPasswordKeyForm,
    default_token_generator,
)
from allauth.account.utils import user_pk_to_url_str
from allauth.core.exceptions import ImmediateHttpResponse
from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse

from districts.models import User

logger = logging.getLogger(__name__)

PASSWORD_HELP = "At least 12 characters. Four or five words in a row work well."  # noqa: S105 - a hint


class PresentAddressBackend(AuthenticationBackend):
    """People sign in with the address they have now, in any case, and never with a former one.

    allauth would also take every address it ever knew, and only lower case.
    """

    def _authenticate_by_email(self, email: str, password: str) -> User | None:
        return self._check_password(User.objects.filter(email__iexact=email).first(), password)


class ClosedAccountAdapter(DefaultAccountAdapter):
    """Nobody signs up: an administrator adds people, who then set a password by mail."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "This email and password do not belong together. "
        "Type them again, or set a new password.",
        "too_many_login_attempts": "That was one try too many. Wait five minutes, then try again.",
        "invalid_password_reset": "This link was used, or is older than three days.",
    }

    def is_open_for_signup(self, request) -> bool:
        return False

    def get_reset_password_from_key_url(self, key: str) -> str:
        uidb36, token = key.split("-", 1)
        return _reset_url(uidb36, token)

    def send_mail(self, template_prefix: str, email: str, context: dict) -> None:
        """Sign-in letters leave at once and pass by the outbox.

        Its ledger shows bodies to staff, and these bodies let the reader in.
        """
        try:
            super().send_mail(template_prefix, email, context)
        except (OSError, SMTPException) as problem:
            logger.exception("A sign-in letter could not leave.")
            messages.error(
                self.request,
                "The mail server does not answer, so no letter left. Try again in a few minutes.",
            )
            raise ImmediateHttpResponse(redirect("account_reset_password")) from problem


def set_password_url(user: User) -> str:
    """The address at which this person sets a password, once and within three days.

    Whoever has it can sign in as them: put it into their letter and nowhere else.
    """
    return _reset_url(user_pk_to_url_str(user), default_token_generator.make_token(user))


def _reset_url(uidb36: str, token: str) -> str:
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": uidb36, "key": token})
    return f"{settings.SITE_URL}{path}"


class SignInForm(LoginForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _plain(self, login="Work email")
        self.fields["login"].widget.attrs["autocomplete"] = "username"


class RequestResetForm(ResetPasswordForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _plain(self, email="Work email")

    def clean_email(self) -> str:
        """As for signing in: a letter to a former address would hand over the account."""
        email = super().clean_email()
        self.users = list(User.objects.filter(email__iexact=email, is_active=True))
        return email


class NewPasswordForm(ResetPasswordKeyForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _plain(self, password1="New password", password2="New password, once more")
        self.fields["password1"].help_text = PASSWORD_HELP


def _plain(form, **labels: str) -> None:
    """Our labels, and none of allauth's placeholders and links: a label needs neither."""
    for name, field in form.fields.items():
        field.label, field.help_text = labels.get(name, field.label), ""
        field.widget.attrs.pop("placeholder", None)
