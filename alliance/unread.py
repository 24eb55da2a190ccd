"""Requests that Django refuses to read: too much at once, or damaged. In words, with what came.

Where the words can still be read they are shown, to be copied; they are not offered again, since
they would be refused again.
"""

from http import HTTPStatus
from urllib.parse import parse_qsl

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.defaultfilters import filesizeformat
from django.template.loader import render_to_string

from districts.typed import give_back

TOO_MUCH = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)
MOST_FIELDS_SHOWN = 2_000


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django calls it for what it could not read, and for a host that is not ours."""
    if request.method != "POST" or not isinstance(exception, TOO_MUCH):
        return HttpResponse(render_to_string("400.html"), status=HTTPStatus.BAD_REQUEST)
    typed = _typed(request)
    go_back = "" if typed else " Go back with your browser’s button: what you typed is still there."
    return give_back(
        request,
        title="That was too much at once",
        why=f"{_limit(exception)} Nothing was saved. Send it in parts.{go_back}",
        status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        typed=typed,
        may_send_again=False,
    )


def _limit(exception: Exception) -> str:
    if isinstance(exception, RequestDataTooBig):
        size = filesizeformat(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
        return f"A page takes up to {size} of text, and this is more."
    if isinstance(exception, TooManyFieldsSent):
        return f"A page takes up to {settings.DATA_UPLOAD_MAX_NUMBER_FIELDS:,} fields at once."
    return "A page takes one file at a time."


def _typed(request: HttpRequest) -> QueryDict:
    """What came, where it is an ordinary form. Its length was bounded before it was let in.

    A form with a file is read as a stream, which cannot be read twice.
    """
    typed = QueryDict(mutable=True)
    if request.content_type != "application/x-www-form-urlencoded":
        return typed
    try:
        body = request._body if hasattr(request, "_body") else request.read()
    except OSError:
        return typed
    pairs = parse_qsl(body.decode(errors="replace"), keep_blank_values=True)
    for name, value in pairs[:MOST_FIELDS_SHOWN]:
        typed.appendlist(name, value)
    return typed
