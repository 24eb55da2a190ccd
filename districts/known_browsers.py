"""Browsers in which somebody signed in before: a colleague's guesses keep nobody waiting there.

The cookie says no more than that (ADR 17): it is signed, for one account, good for some weeks, and
worth nothing once the password is another. Without the password it lets nobody in.
"""

from datetime import timedelta
from secrets import token_hex

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from districts.models import User, comparable

KNOWN_FOR = timedelta(days=90)
SALT = "districts.known_browsers"


def known_browser(request: HttpRequest, account: str) -> str:
    """What this browser is called, if the person of the account signed in with it; else nothing."""
    cookie = request.COOKIES.get(_cookie_of(account), "")
    user = User.objects.with_address(account).first() if cookie else None
    if user is None:
        return ""
    try:
        name, state = signing.loads(cookie, salt=SALT, max_age=KNOWN_FOR)
    except (signing.BadSignature, ValueError, TypeError):
        return ""
    return name if constant_time_compare(state, _state_of(user)) else ""


def remember_browser(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """It keeps its name, so that no number of right sign-ins gives more tries."""
    name = known_browser(request, user.email) or token_hex(16)
    response.set_cookie(
        _cookie_of(user.email),
        signing.dumps([name, _state_of(user)], salt=SALT),
        max_age=KNOWN_FOR,
        path=reverse("account_login"),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )


def _cookie_of(account: str) -> str:
    """Each account its own: people of an office share machines. Nobody reads the address in it."""
    return f"known_{salted_hmac(SALT, comparable(account)).hexdigest()[:16]}"


def _state_of(user: User) -> str:
    """Another one once the person has another password."""
    return salted_hmac(SALT, f"{user.pk}:{user.password}").hexdigest()
