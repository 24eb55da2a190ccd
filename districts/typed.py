"""What somebody typed and could not be kept: given back on a page, and offered once more.

For refusals that no form answers: the database is away, a fault of ours, a request too large.
Nothing is stored: the page itself carries the words, for the person who typed them alone.
"""

import re
from collections.abc import Sequence
from http import HTTPStatus
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.middleware.csrf import CsrfViewMiddleware, get_token
from django.template.loader import render_to_string
from django.utils.crypto import constant_time_compare, salted_hmac

TYPED_BY = "typed-by"  # whose words: in each form, and in the address of what is sent again
TYPED_IN = "typed-in"  # in which session, where no form says whose
MARKS = frozenset({TYPED_BY, TYPED_IN})
NOT_CARRIED = re.compile(r"password|csrfmiddlewaretoken|typed-by|otp|passcode", re.IGNORECASE)
NOT_TYPED = re.compile(
    r"^(version|key|lineage|sha256|parent|stay|another|send|back|theirs|use|rows|seen.*|next|add|was.*|initial-.*)$"
    r"|-(id|version|was)$|-was-"
)


def give_back(
    request: HttpRequest,
    *,
    title: str,
    why: str,
    status: HTTPStatus,
    typed: QueryDict | None = None,
    may_send_again: bool = True,
) -> HttpResponse:
    """A page with what was typed, and a button that sends it again; never its passwords.

    It asks neither the database nor the cache. `typed` is what the caller has read where Django
    would refuse to. What comes from another site's page is not shown: it would be sent in the name
    of whoever is signed in here.
    """
    is_ours = request.method == "POST" and is_from_our_page(request)
    sent = (request.POST if typed is None else typed) if is_ours else QueryDict()
    return page_of_words(
        request,
        fields_of(sent),
        title=title,
        why=why,
        status=status,
        action=_address_again(request) if is_ours and may_send_again else "",
        asked_again=_asked_again(request, sent),
    )


def page_of_words(
    request: HttpRequest,
    fields: Sequence[tuple[str, str]],
    *,
    title: str,
    why: str,
    status: HTTPStatus,
    action: str = "",
    asked_again: str = "",
) -> HttpResponse:
    """These words, to be copied; and to be sent again where there is an address."""
    context = {
        "title": title,
        "why": why,
        "words": words_of(fields),
        "fields": fields,
        "is_offered": bool(action),
        "asked_again": asked_again,
        "action": action,
        "csrf_token": get_token(request),
    }
    response = HttpResponse(render_to_string("alliance/typed.html", context), status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def is_sent_by_another(request: HttpRequest) -> bool:
    """Whether it was typed by one person and is sent by another: says the form, or the address.

    Who is not signed in is nobody yet: they are asked to sign in, and it is asked again.
    """
    user = getattr(request, "user", None)
    if request.method != "POST" or user is None or not user.is_authenticated:
        return False
    if TYPED_IN in request.GET:
        return not constant_time_compare(request.GET[TYPED_IN], _mark_of_session(request))
    mark = mark_in(request)
    return bool(mark) and not is_mark_of(mark, user.pk)


def mark_in(request: HttpRequest) -> str:
    """Whose words these are, as the form says, or the page on which they were given back."""
    return request.POST.get(TYPED_BY) or request.GET.get(TYPED_BY, "")


def has_words(request: HttpRequest) -> bool:
    """Whether anything was typed that a refusal would lose; a file counts."""
    return bool(words_of(fields_of(request.POST)) or request.FILES)


def fields_of(sent: QueryDict) -> list[tuple[str, str]]:
    """What a form sent, in its order, without what is never given back."""
    return [
        (name, value)
        for name, values in sent.lists()
        if not NOT_CARRIED.search(name)
        for value in values
    ]


def words_of(fields: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """What a person reads of it: the fields by their names, without those that nobody types."""
    return [(_label(name), value) for name, value in fields if is_typed(name, value)]


def mark_of(user_id: int) -> str:
    """Says to us whose a form is, and to nobody else."""
    return _mark(f"user {user_id}")


def is_mark_of(mark: str, user_id: int) -> bool:
    return constant_time_compare(mark, mark_of(user_id))


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


def is_typed(name: str, value: str) -> bool:
    return bool(value.strip()) and not NOT_TYPED.search(name)


def _address_again(request: HttpRequest) -> str:
    asked = {name: value for name, value in request.GET.items() if name not in MARKS}
    user = getattr(request, "_cached_user", None)  # without asking the database
    mark = mark_in(request) or (mark_of(user.pk) if user and user.is_authenticated else "")
    asked |= {TYPED_BY: mark} if mark else {TYPED_IN: _mark_of_session(request)}
    return f"{request.path}?{urlencode(asked)}"


def _mark_of_session(request: HttpRequest) -> str:
    return _mark(f"session {request.COOKIES.get(settings.SESSION_COOKIE_NAME, '')}")


def _mark(who: str) -> str:
    return salted_hmac("alliance.typed", who, algorithm="sha256").hexdigest()[:32]
