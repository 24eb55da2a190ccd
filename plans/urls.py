"""Addresses of plans and cycles."""

from django.urls import path

app_name = "plans"
urlpatterns: list = []
