"""Addresses of this app."""

app_name = "districts"
urlpatterns: list = []
