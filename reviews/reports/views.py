"""The views of a list that a person saved, by name."""

from districts.models import User
from reviews.models import SavedView


def views_of(person: User, list_name: str) -> list[SavedView]:
    return list(SavedView.objects.filter(person=person, list=list_name).order_by("name"))
