"""What somebody typed when their session was over: kept through sign-in, shown in its form again.

Until they have signed in, the page carries it, signed; from then on their session does, which is a
row of PostgreSQL that goes with it. Nothing is sent again by itself: they look at it, and save.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from http import HTTPStatus
from urllib.parse import parse_qsl, urlencode, urlsplit
from uuid import uuid4

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from alliance.filling import fill
from districts.forms.accounts import SignInForm
from districts.typed import (
    TYPED_BY,
    fields_of,
    give_back,
    is_from_our_page,
    is_mark_of,
    mark_in,
    mark_of,
    page_of_words,
    words_of,
)

SEALED = "typed"  # the field of the sign-in form that carries it
AGAIN = "typed-again"  # in the address of the page that shows it again
KEPT_AT_MOST = 5  # in one session: pages left open in as many windows
ONCE = frozenset({"key", "lineage"})  # what tells a form from another of its address
CARRIES = "-was"  # what the field of a row ends in that says what its form was filled from
SALT = "alliance.typed_again"
SIGN_IN_AGAIN = "Sign in, and what you typed is in its form again, for you to look at and save."


@dataclass(frozen=True)
class Typed:
    path: str  # to which it was sent
    page: str  # on which it was typed
    by: str  # the mark of a person
    fields: list[tuple[str, str]]
    files: list[str]

    @property
    def words(self) -> list[tuple[str, str]]:
        return words_of(self.fields)

    def is_by(self, request: HttpRequest) -> bool:
        return request.user.is_authenticated and is_mark_of(self.by, request.user.pk)

    def sealed(self) -> str:
        return signing.dumps(asdict(self), salt=SALT, compress=True)


def typed_in(request: HttpRequest) -> Typed | None:
    """What was sent now, or before and is carried by a page of sign-in; if its form says whose."""
    if request.method != "POST" or not is_from_our_page(request):
        return None
    if SEALED in request.POST:
        return unsealed(request.POST[SEALED])
    if not (by := mark_in(request)):
        return None
    return Typed(
        path=request.path,
        page=_page(request),
        by=by,
        fields=fields_of(request.POST),
        files=[name for _, file in request.FILES.items() if (name := getattr(file, "name", ""))],
    )


def unsealed(sealed: str) -> Typed | None:
    try:
        carried = signing.loads(sealed, salt=SALT)
    except signing.BadSignature:
        return None
    return Typed(**carried | {"fields": [(name, value) for name, value in carried["fields"]]})


def ask_to_sign_in(request: HttpRequest, typed: Typed, *, why: str = "") -> HttpResponse:
    """The page of sign-in, which carries what was typed."""
    context = signing_in(typed, why=why) | {"form": SignInForm(request=request)}
    response = render(request, "account/signed_out.html", context, status=HTTPStatus.UNAUTHORIZED)
    response.headers["Cache-Control"] = "no-store"
    return response


def signed_out(request: HttpRequest) -> HttpResponse:
    """A form was sent when its session was over. One that does not say whose it is, is copied."""
    if typed := typed_in(request):
        return ask_to_sign_in(request, typed)
    return give_back(
        request,
        title="You were signed out before this was saved",
        why="Copy what you typed, sign in again, and send it from its page.",
        status=HTTPStatus.UNAUTHORIZED,
        may_send_again=False,
    )


def signing_in(typed: Typed, *, why: str = "") -> dict[str, object]:
    sealed = typed.sealed()
    fits = len(sealed) < settings.DATA_UPLOAD_MAX_MEMORY_SIZE * 0.9
    return {
        "sealed_name": SEALED,
        "sealed": sealed if fits else "",
        "why": why or SIGN_IN_AGAIN,
        "words": typed.words,
        "files": typed.files,
    }


def keep(request: HttpRequest, typed: Typed) -> str:
    """The address at which this session shows it again."""
    name = uuid4().hex[:12]
    kept = [*request.session.get(SEALED, {}).items(), (name, typed.sealed())]
    request.session[SEALED] = dict(kept[-KEPT_AT_MOST:])
    return f"{typed.page}{'&' if '?' in typed.page else '?'}{AGAIN}={name}"


def drop(request: HttpRequest) -> None:
    """All that this session keeps."""
    request.session.pop(SEALED, None)


def drop_saved(request: HttpRequest) -> None:
    """What has been saved now; not what was typed for the same address in another window."""
    from_page = dict(parse_qsl(urlsplit(request.headers.get("Referer", "")).query)).get(AGAIN)
    kept = {
        name: sealed
        for name, sealed in request.session[SEALED].items()
        if (typed := unsealed(sealed)) and not _is_saved(request, name, typed, from_page)
    }
    if not kept:
        drop(request)
    elif kept != request.session[SEALED]:
        request.session[SEALED] = kept


def _is_saved(request: HttpRequest, name: str, typed: Typed, from_page: str | None) -> bool:
    """By the page it was sent from; where that is another, by what a form has but once, and by the
    rows it carries: a long report is written on several pages of one address."""
    if typed.path != request.path:
        return False
    if from_page is not None:
        return from_page == name
    if not all(one in request.POST for one, _ in typed.fields if one.endswith(CARRIES)):
        return False
    return all(request.POST.get(one, said) == said for one, said in typed.fields if one in ONCE)


def show_what_was_typed(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """The page with its form filled; where it has no place any more, a page of these words."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.method == "GET" and AGAIN in request.GET and request.user.is_authenticated:
            return _shown(request, get_response)
        response = get_response(request)
        if (
            _is_done(request, response)
            and request.user.is_authenticated
            and SEALED in request.session
        ):
            drop_saved(request)
        return response

    return middleware


def _is_done(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether a form was taken, and not put by to be shown again."""
    is_taken = request.method == "POST" and response.status_code < HTTPStatus.BAD_REQUEST
    return is_taken and f"{AGAIN}=" not in response.headers.get("Location", "")


def _shown(
    request: HttpRequest, get_response: Callable[[HttpRequest], HttpResponse]
) -> HttpResponse:
    typed = unsealed(request.session.get(SEALED, {}).get(request.GET[AGAIN], ""))
    if typed is not None and not typed.is_by(request):
        typed = None
    request.typed_again = {"typed": typed}  # type: ignore[attr-defined]  # for base.html
    response = get_response(request)
    if typed is None:
        return response
    is_page = response.status_code == HTTPStatus.OK and not response.streaming
    page = (
        fill(response.text, at=request.path, sent_to=typed.path, fields=typed.fields)
        if is_page
        else None
    )
    if page is None:
        return _beside_its_form(
            request, typed, is_there=response.status_code < HTTPStatus.BAD_REQUEST
        )
    response.content = page
    response.headers["Cache-Control"] = "no-store"
    return response


def _beside_its_form(request: HttpRequest, typed: Typed, *, is_there: bool) -> HttpResponse:
    gone = (
        "The page on which you typed it is not open to you now: it was removed, or what you may do"
        " there has ended. Copy what you still need."
    )
    changed = (
        "The page on which you typed it has changed since, and not every word has a field there."
        " Copy what you still need, or send it as it is."
    )
    mark = mark_of(request.user.pk or 0)
    return page_of_words(
        request,
        typed.fields,
        title="You were signed out before this was saved",
        why=changed if is_there else gone,
        status=HTTPStatus.CONFLICT,
        action=f"{typed.path}?{urlencode({TYPED_BY: mark})}" if is_there else "",
        asked_again=" and ".join(typed.files),
    )


def _page(request: HttpRequest) -> str:
    """On which the form stood, as the browser says: an address may take forms, and show none."""
    came_from = urlsplit(request.headers.get("Referer", ""))
    is_ours = came_from.netloc == request.get_host()
    path = came_from.path if is_ours and came_from.path.startswith("/") else ""
    if not path or path.startswith("/accounts/") or not url_has_allowed_host_and_scheme(path, None):
        return request.path
    asked = [(name, value) for name, value in parse_qsl(came_from.query) if name != AGAIN]
    return f"{path}?{urlencode(asked)}" if asked else path
