"""What every request and its answer carry: an id in the log, and for whom the answer is."""

import logging
import re
import time
import uuid
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import Any

import pghistory
from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from structlog.contextvars import bind_contextvars, clear_contextvars

from alliance.logs import route_of
from alliance.requests_counted import Counted, counter
from alliance.typed_again import signed_out
from alliance.views import another_person
from districts.models import SessionStore
from districts.typed import is_sent_by_another, mark_in
from library.reports.published import is_in_view

REQUEST_ID = "X-Request-ID"
A_PROXYS_ID = re.compile(r"[A-Za-z0-9-]{8,64}")

logger = logging.getLogger("alliance.requests")


def log_requests(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """A line for each request, with the id that a proxy gave it, or one of ours; and its count."""
    count = counter()

    def middleware(request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        given = request.headers.get(REQUEST_ID, "")
        request_id = given if A_PROXYS_ID.fullmatch(given) else uuid.uuid4().hex
        clear_contextvars()
        bind_contextvars(request_id=request_id)
        response = get_response(request)
        response.headers[REQUEST_ID] = request_id
        told = Counted(route_of(request), response.status_code, time.perf_counter() - started)
        said = {
            "method": request.method,
            "route": told.route,
            "status": told.status,
            "ms": round(told.seconds * 1000, 1),
        }
        logger.info("request", extra=said)
        if count:
            count(told)
        clear_contextvars()
        return response

    return middleware


def refuse_large_bodies(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """By the length it says it has: alliance.web asks before the body has come."""

    def middleware(request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and int(length) > settings.LARGEST_BODY:
            context = {"limit": settings.LARGEST_BODY}
            status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
            return render(request, "413.html", context, status=status)
        return get_response(request)

    return middleware


def ask_nobody_for_health(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Health is told to whoever asks, and also while the database, where sessions are, is away."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path.startswith("/health/"):
            request.COOKIES.pop(settings.SESSION_COOKIE_NAME, None)
        return get_response(request)

    return middleware


def log_who_asks(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    def middleware(request: HttpRequest) -> HttpResponse:
        at_first = request.user.pk
        bind_contextvars(user=at_first)
        response = get_response(request)
        bind_contextvars(user=request.user.pk or at_first)  # who has signed in, or out
        return response

    return middleware


def keep_pages_private(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """No proxy keeps a signed-in page, and a browser asks again before it shows one it kept.

    Pages on which passwords are typed, and links that set one opened, are kept nowhere at all.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.path.startswith("/accounts/"):
            patch_cache_control(response, private=True, no_store=True)
        elif request.user.is_authenticated:
            patch_cache_control(response, private=True, no_cache=True)
        return response

    return middleware


class SignInWhereNothingIsPublic(LoginRequiredMiddleware):
    """Closed unless a view says otherwise. But the address of a plan leads a stranger to its public
    page, once there is one: whether there is a plan at all is not told.

    In the place of Django's own, and no middleware beside it: with one more frame below every page
    some took a fifth longer (15.2 ms for 12.6). Why was not proved; Python 3.11 takes its stack in
    pieces, and a hot call at the end of one takes and gives it back each time.
    """

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> HttpResponseRedirect:
        asked = request.resolver_match
        if request.method in {"GET", "HEAD"} and asked and asked.view_name == "plans:overview":
            place = (asked.kwargs["slug"], asked.kwargs["fiscal_year"])
            if is_in_view(*place):
                return HttpResponseRedirect(reverse("library:plan", args=place))
        return super().handle_no_permission(request, view_func)


def say_why_nothing_is_shown(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """An address that takes only forms may be opened all the same: as a link, or after sign-in."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.method == "GET" and response.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            response.content = render_to_string("405.html")
        return response

    return middleware


def tell_history_who_asks(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Whose request changed a row of a plan, also where the row does not say who saved it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.method != "POST" or not request.user.is_authenticated:
            return get_response(request)
        with pghistory.context(user=request.user.pk):
            return get_response(request)

    return middleware


def save_for_the_same_person(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """What was given back to one person is not saved for another who signed in meanwhile."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return another_person(request) if is_sent_by_another(request) else get_response(request)

    return middleware


def note_use_of_session(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """A session lives by what its person does: see `is_by_a_person`."""

    def middleware(request: HttpRequest) -> HttpResponse:
        session = request.session
        if isinstance(session, SessionStore):
            session.browser = request.headers.get("User-Agent", "")
            session.find_address = partial(get_adapter().get_client_ip, request)
            if request.user.is_authenticated and is_by_a_person(request):
                session.was_used(at=timezone.now())
        response = get_response(request)
        return signed_out(request) if _lost_to_sign_in(request, response) else response

    return middleware


def _lost_to_sign_in(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether a form was sent when its session was over: the sign-in page would not keep it."""
    return (
        request.method == "POST"
        and not request.user.is_authenticated
        and response.status_code == HTTPStatus.FOUND
        and response.headers["Location"].startswith(f"{resolve_url(settings.LOGIN_URL)}?")
        and bool(request.COOKIES.get(settings.SESSION_COOKIE_NAME) or mark_in(request))
    )


def is_by_a_person(request: HttpRequest) -> bool:
    """Whether somebody opened a page or sent a form, and not a script or the browser by itself.

    What asks again and again without anybody there (a script that looks whether something has
    changed, a page fetched ahead) keeps no session alive; what a script saves was typed.
    """
    if request.headers.get("Sec-Purpose", "").startswith("prefetch"):
        return False
    return (
        request.method not in {"GET", "HEAD"}
        or request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"
    )
