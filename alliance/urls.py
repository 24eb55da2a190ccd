"""Every address of the product."""

from django.urls import include, path

from alliance import views
from library.views.api import open_to_anybody
from plans.views.overview import home

urlpatterns = [
    path("", views.welcome, name="welcome"),
    path("home/", home, name="home"),
    path("health/", views.health, name="health"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("health/all/", views.health_all, name="health_all"),
    path("accounts/", include("alliance.accounts_urls")),
    path("", include("districts.urls")),
    path("", include("plans.urls")),
    path("", include("progress.urls")),
    path("", include("reviews.urls")),
    path("", include("library.urls")),
    path("api/v1/", open_to_anybody()),
]

handler400 = "alliance.unread.bad_request"
handler403 = "alliance.views.forbidden"
handler404 = "alliance.views.not_found"
handler500 = "alliance.views.server_error"
