"""The request of a page that is closed to strangers: whoever asks is one of our people."""

from django.http import HttpRequest

from districts.models import User


class SignedInRequest(HttpRequest):
    """For annotations: LoginRequiredMiddleware lets nobody else through."""

    user: User
