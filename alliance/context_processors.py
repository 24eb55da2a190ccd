"""What the header of every page shows: where one can go, and who one is here."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from districts.models import standing_of
from districts.roles import Role
from library.permissions import publishes

PUBLIC_PLACES = {"About": "welcome", "Plans": "library:list", "Sign in": "account_login"}
DISTRICT_PLACES = {"Home": "home", "Ledger": "reviews:ledger", "Search": "reviews:search"}
REVIEW_PLACES = {
    "Queue": "reviews:queue",
    "Dashboard": "reviews:dashboard",
    "Search": "reviews:search",
    "Ledger": "reviews:ledger",
    "Letters": "reviews:letters",
    "Districts": "districts:list",
    "Cycles": "plans:cycles",
}
LEADS_ON_TO = {"reviews:queue": ("/decisions/",)}  # what is reached through it, with no entry
PUBLISH_PLACE = {"Publish": "library:to_publish"}
PEOPLE_PLACE = {"People": "districts:people"}
# They confirm delegations, are told where nobody is left to remind, or read who may do what.
LOOK_AFTER_PEOPLE = frozenset({Role.COMMISSIONER, Role.PROGRAM_MANAGER, Role.AUDITOR})
ADMIN_PLACES = {
    "Districts": "districts:list",
    "People": "districts:people",
    "Cycles": "plans:cycles",
    "Letters": "reviews:letters",
    "Ledger": "reviews:ledger",
}


@dataclass(frozen=True)
class Place:
    """An entry of the main navigation; `current` is the value of aria-current, or empty."""

    label: str
    url: str
    current: str


@dataclass(frozen=True)
class Who:
    name: str
    roles: str


def shell(request: HttpRequest) -> dict:
    """Lazy: a page that does not extend base.html pays nothing."""
    return {
        "nav": SimpleLazyObject(lambda: nav_for(request)),
        "who": SimpleLazyObject(lambda: who_is(request)),
        "session_ends_in": SimpleLazyObject(lambda: seconds_left(request)),
    }


def seconds_left(request: HttpRequest) -> int:
    """Until the session ends if nothing more is done; 0 where nobody is signed in."""
    row = getattr(getattr(request, "session", None), "row", None)
    if row is None or row.user_id is None:
        return 0
    return max(1, int((row.expire_date - timezone.now()).total_seconds()))


def nav_for(request: HttpRequest) -> list[Place]:
    return [_place(label, name, request.path) for label, name in _places(request.user).items()]


def who_is(request: HttpRequest) -> Who | None:
    user = request.user
    if not user.is_authenticated:
        return None
    standing = standing_of(user)
    held = standing.at_department.union(*standing.in_districts.values())
    roles = [role.label for role in Role if role in held]
    if standing.delegation_id is not None:
        roles.append("Commissioner’s delegate")
    return Who(user.get_full_name(), ", ".join(roles) or "No role now")


def _places(user) -> dict[str, str]:
    """Each label once, with its URL name, whatever roles someone holds together."""
    if not user.is_authenticated:
        return PUBLIC_PLACES
    standing = standing_of(user)
    places: dict[str, str] = {}
    if standing.in_districts:
        places |= DISTRICT_PLACES
    if any(Role.DISTRICT_ADMIN in roles for roles in standing.in_districts.values()):
        places |= PEOPLE_PLACE
    if standing.at_department - {Role.SYSADMIN}:
        places |= REVIEW_PLACES
    if standing.at_department & LOOK_AFTER_PEOPLE:
        places |= PEOPLE_PLACE
    if Role.SYSADMIN in standing.at_department:
        places |= ADMIN_PLACES
    if publishes(user):
        places |= PUBLISH_PLACE
    return places


def _place(label: str, name: str, path: str) -> Place:
    url = reverse(name)
    if path == url:
        return Place(label, url, "page")
    below = (url, *LEADS_ON_TO.get(name, ()))
    return Place(label, url, "true" if url != "/" and path.startswith(below) else "")
