"""What every page about one person shares: whose it is, the way back, how it asks."""

from django.http import QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse

from districts import services
from districts.models import District, User
from districts.permissions import (
    districts_kept_by,
    may_manage_people,
    may_manage_person,
    visible_people,
)
from districts.views.answers import ask_page, form_page, only

FOR_KEEPERS = (
    "People and their roles are kept by the Department, and by the access administrator of each"
    " district."
)
FOR_ADMINS = "Only an administrator at the Department changes names, addresses and suspensions."


def visible_person(request, pk) -> User:
    return get_object_or_404(visible_people(request.user), pk=pk)


def manageable_person(request, pk) -> User:
    person = visible_person(request, pk)
    only(may_manage_people(request.user), FOR_ADMINS)
    only(may_manage_person(request.user, person), services.FOR_OTHERS)
    return person


def districts_to_give_in(user):
    """The districts in which an access administrator gives roles; None for who gives them all."""
    if may_manage_people(user):
        return None
    return District.objects.active().filter(pk__in=districts_kept_by(user)).order_by("name")


def posted(request) -> QueryDict | None:
    """What was sent, also where nothing was to be filled in; none where the page is just shown."""
    return request.POST if request.method == "POST" else None


def pk_of(district) -> int | None:
    return district.pk if district else None


def _crumbs(person: User) -> list[tuple[str, str]]:
    return [
        ("People", reverse("districts:people")),
        (person.name, reverse("districts:person", args=[person.pk])),
    ]


def person_form(request, form, person, **context):
    back = reverse("districts:person", args=[person.pk])
    return form_page(request, form, back=back, crumbs=_crumbs(person), **context)


def person_ask(request, person, **context):
    back = reverse("districts:person", args=[person.pk])
    return ask_page(request, heading=person.name, back=back, crumbs=_crumbs(person), **context)
