"""The request of a page that is closed to strangers, and how one that was refused is answered."""

from http import HTTPStatus

from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from districts.models import User

REFUSED = "refused"  # the code of an error that is no fault of what was typed


class SignedInRequest(HttpRequest):
    """For annotations: LoginRequiredMiddleware lets only our people through."""

    user: User
    htmx: HtmxDetails


def refuse(form: BaseForm, sentence: str, *, beside: str | None = None) -> None:
    """All was read, and the act is refused: say so above the form, or beside a field of it."""
    form.add_error(beside, ValidationError(sentence, code=REFUSED))


def status_of(form: BaseForm) -> HTTPStatus:
    """200 for a page just opened, 422 where a field was not read, 409 where the act was refused."""
    if not form.is_bound or not form.errors:
        return HTTPStatus.OK
    was_refused = any(form.has_error(field, REFUSED) for field in form.errors)
    return HTTPStatus.CONFLICT if was_refused else HTTPStatus.UNPROCESSABLE_ENTITY
