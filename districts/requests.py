"""The request of a page that is closed to strangers: whoever asks is one of our people."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from districts.models import User


class SignedInRequest(HttpRequest):
    """For annotations: LoginRequiredMiddleware lets nobody else through."""

    user: User
    htmx: HtmxDetails
