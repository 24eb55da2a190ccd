"""How people sign in and set passwords: django-allauth, narrowed to what Alliance offers."""

import logging

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.core.exceptions import ImmediateHttpResponse
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from districts import services
from districts.guesses import TOLD_AT, Guesses
from districts.known_browsers import known_browser, remember_browser
from districts.models import User
from districts.passwords import DEMO_PASSWORD

logger = logging.getLogger(__name__)


class PresentAddressBackend(AuthenticationBackend):
    """People sign in with the address they have now, in any case, and never with a former one.

    allauth would also take every address it ever knew, and only lower case.
    """

    def _authenticate_by_email(self, email: str, password: str) -> User | None:
        return self._check_password(User.objects.with_address(email).first(), password)

    def _check_password(self, user: User | None, password: str) -> User | None:
        """Outside a demonstration its published password opens nothing."""
        if password == DEMO_PASSWORD and not settings.DEMO:
            return None
        return super()._check_password(user, password)


class ClosedAccountAdapter(DefaultAccountAdapter):
    """Nobody signs up: an administrator adds people, who then set a password by mail."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "This email and password do not belong together. "
        "Type them again, or set a new password.",
        "invalid_password_reset": "This link was used, or is older than three days.",
        "account_inactive": "This account is suspended. Set a new password, or ask the Alliance"
        " administrator at the Department.",
        "incorrect_password": "This is not your password. Type it again.",
        "invalid_login": "Nobody signs in so. Type your work email and your password.",
        "rate_limited": "This was asked for too often. Wait ten minutes, then try again.",
        "too_many_login_attempts": "Too many wrong passwords were tried. Wait, then try again.",
    }

    def is_open_for_signup(self, request) -> bool:
        return False

    def get_client_ip(self, request) -> str:
        """No page fails for it: where the proxy's header cannot be read, the proxy's own."""
        try:
            return super().get_client_ip(request)
        except (ImproperlyConfigured, PermissionDenied, ValueError):
            logger.warning("The address of a request was not found: see TRUSTED_PROXY_COUNT")
            return request.META.get("REMOTE_ADDR") or ""

    def pre_authenticate(self, request, **credentials) -> None:
        guesses = self._guesses(request, credentials)
        if not guesses.let_try():
            logger.warning("Sign-in was refused: too many wrong passwords")
            raise ValidationError(_why_to_wait(guesses), code="too_many_login_attempts")

    def authenticate(self, request, **credentials) -> User | None:
        user = super().authenticate(request, **credentials)
        if user is not None:
            self._guesses(request, credentials).was_right()
        return user

    def authentication_failed(self, request, **credentials) -> None:
        """An event of the log, without the address; and, when there are many, a letter."""
        user = User.objects.with_address(credentials["email"]).filter(is_active=True).first()
        tries = self._guesses(request, credentials).was_wrong()
        logger.warning("Sign-in failed: %s", f"user {user.pk}" if user else "no such account")
        if user is not None and tries == TOLD_AT:
            services.warn_of_guesses(user_id=user.pk, tries=tries, at=timezone.now())

    def login(self, request, user: User) -> None:
        """Asked again under the lock: the account may have been suspended as idle meanwhile."""
        with transaction.atomic():
            if not User.objects.select_for_update().get(pk=user.pk).is_active:
                raise ImmediateHttpResponse(self.respond_user_inactive(request, user))
            super().login(request, user)

    def set_password(self, user: User, password: str) -> None:
        """Nothing else of the row, which may have changed since it was read."""
        user.set_password(password)
        user.save(update_fields=["password"])

    def _guesses(self, request, credentials) -> Guesses:
        """Found once for each sign-in: it may itself renew the password's hash."""
        if (found := getattr(request, "_guesses", None)) is None:
            account = credentials["email"]
            found = request._guesses = Guesses(
                address=self.get_client_ip(request),
                account=account,
                browser=known_browser(request, account),
            )
        return found

    def post_login(self, request, user: User, **about) -> HttpResponse:
        response = super().post_login(request, user, **about)
        remember_browser(request, response, user)
        return response

    def _rollback_login_failed_rl_usage(self) -> None:
        """allauth's own limit is off: see `Guesses`."""

    def send_mail(self, template_prefix: str, email: str, context: dict) -> None:
        """Every letter leaves by the outbox, outside the request: a mail server may hang."""
        raise RuntimeError(f"{template_prefix} would leave past the outbox.")


def _why_to_wait(guesses: Guesses) -> str:
    """How long, and what can be done meanwhile; the same of an account that there is not."""
    way_out = format_html(
        '<a href="{}">Set a new password</a> by mail, and you can sign in with it at once',
        reverse("account_reset_password"),
    )
    if minutes := guesses.minutes_left():
        wait = f"{minutes} minute{'' if minutes == 1 else 's'}"
        return format_html(
            "Too many wrong passwords were tried for this email from here. Wait {}, then try"
            " again. {}.",
            wait,
            way_out,
        )
    return format_html(
        "Too many wrong passwords were tried for this email, from many places. For up to a day it"
        " opens only where its person has signed in before. {}.",
        way_out,
    )


def set_password_url(user: User) -> str:
    """The address at which this person sets a password, once and within three days.

    Whoever has it can sign in as them: put it into their letter and nowhere else.
    """
    return reset_url(user_pk_to_url_str(user), default_token_generator.make_token(user))


def reset_url(uidb36: str, token: str) -> str:
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": uidb36, "key": token})
    return f"{settings.SITE_URL}{path}"
