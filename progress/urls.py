"""Addresses of reports on approved plans."""

from django.urls import URLPattern, URLResolver

app_name = "progress"
urlpatterns: list[URLPattern | URLResolver] = []
