"""Every address of the product, and the empty view that the others are measured against."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def empty(request: HttpRequest) -> HttpResponse:
    """What no page of somebody signed in can do without: the session and the user."""
    return HttpResponse()


urlpatterns = [path("bench/empty/", empty), path("", include("alliance.urls"))]
