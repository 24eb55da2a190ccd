"""What somebody typed and could not be kept: given back on a page, and offered once more.

For refusals that no form answers: the database is away, a fault of ours, a request too large.
Nothing is stored: the page itself carries the words, for the person who typed them alone.
"""

import re
from http import HTTPStatus
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.middleware.csrf import CsrfViewMiddleware, get_token
from django.template.loader import render_to_string
from django.utils.crypto import constant_time_compare, salted_hmac

TYPED_BY = "typed-by"  # in the address of what is sent again
NOT_CARRIED = re.compile(r"password|csrfmiddlewaretoken|otp|passcode", re.IGNORECASE)
NOT_TYPED = re.compile(
    r"^(version|key|lineage|sha256|seen.*|next|was-.*|initial-.*)$|-(id|version)$"
)


def give_back(
    request: HttpRequest,
    *,
    title: str,
    why: str,
    status: HTTPStatus,
    typed: QueryDict | None = None,
    may_send_again: bool = True,
    whose: int | None = None,
) -> HttpResponse:
    """A page with what was typed, and a button that sends it again; never its passwords.

    It asks neither the database nor the cache. `typed` is what the caller has read where Django
    would refuse to. What comes from another site's page is not shown: it would be sent in the name
    of whoever is signed in here. `whose` it was, where their session is over.
    """
    is_ours = request.method == "POST" and is_from_our_page(request)
    sent = (request.POST if typed is None else typed) if is_ours else QueryDict()
    fields = _fields(sent)
    context = {
        "title": title,
        "why": why,
        "words": [(_label(name), value) for name, value in fields if _is_typed(name, value)],
        "fields": fields,
        "is_offered": is_ours and may_send_again,
        "asked_again": _asked_again(request, sent),
        "action": _address_again(request, whose),
        "csrf_token": get_token(request),
    }
    response = HttpResponse(render_to_string("alliance/typed.html", context), status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def is_sent_by_another(request: HttpRequest) -> bool:
    """Whether this was given back to one person and is sent again by another, or by nobody."""
    mark = request.GET.get(TYPED_BY)
    if request.method != "POST" or mark is None:
        return False
    return not any(constant_time_compare(mark, known) for known in _marks(request))


def _fields(sent: QueryDict) -> list[tuple[str, str]]:
    return [
        (name, value)
        for name, values in sent.lists()
        if not NOT_CARRIED.search(name)
        for value in values
    ]


def is_from_our_page(request: HttpRequest) -> bool:
    """Whether the browser says so, or the form bears the token of this browser."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    if "Origin" in request.headers:
        return request.headers["Origin"] == f"{request.scheme}://{request.get_host()}"
    check = _TokenCheck(lambda _: HttpResponse())
    check.process_request(request)
    return check.process_view(request, HttpResponse, (), {}) is None


class _TokenCheck(CsrfViewMiddleware):
    def _reject(self, request: HttpRequest, reason: str) -> HttpResponse:
        return HttpResponse(reason)  # the page of a refusal is what asks


def _asked_again(request: HttpRequest, sent: QueryDict) -> str:
    lacking = []
    if any("password" in name.lower() for name in sent):
        lacking.append("the password")
    if sent is request.POST and request.FILES:
        lacking.append("the file")
    return " and ".join(lacking)


def _label(name: str) -> str:
    """As a person reads the name of a field: change-1-text is Change 1 text."""
    return re.sub(r"[-_]+", " ", name).strip().capitalize()


def _is_typed(name: str, value: str) -> bool:
    return bool(value.strip()) and not NOT_TYPED.search(name)


def _address_again(request: HttpRequest, whose: int | None) -> str:
    asked = request.GET.copy()
    if whose is not None:
        asked[TYPED_BY] = _mark(f"user {whose}")
    if TYPED_BY not in asked:
        asked[TYPED_BY] = next(iter(_marks(request)), "")
    return f"{request.path}?{urlencode(list(asked.items()))}"


def _marks(request: HttpRequest) -> list[str]:
    """By what we know somebody again: themselves, or their session while that cannot be read."""
    cookie = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    user = getattr(request, "_cached_user", None)  # without asking the database
    marks = [_mark(f"session {cookie}")]
    if user is None:
        return marks
    if not user.is_authenticated:
        return marks if not cookie else []  # signed out meanwhile
    return [_mark(f"user {user.pk}"), *marks]


def _mark(who: str) -> str:
    return salted_hmac("alliance.typed", who, algorithm="sha256").hexdigest()[:32]
