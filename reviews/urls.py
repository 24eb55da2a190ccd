"""Addresses of this app."""

from django.urls import path

from reviews.views import letters

app_name = "reviews"
urlpatterns: list = [
    path("letters/", letters.letter_list, name="letters"),
    path("letters/<int:pk>/", letters.letter_detail, name="letter"),
    path("letters/<int:pk>/send-again/", letters.letter_send_again, name="letter_send_again"),
]
