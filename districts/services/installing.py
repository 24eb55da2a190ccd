"""People without an admin: the first one of an installation, and those of the demonstration."""

from datetime import datetime
from functools import lru_cache

from django.conf import settings
from django.contrib.auth.hashers import get_hasher, make_password
from django.db import transaction

from districts.models import District, User
from districts.roles import Role
from districts.services.giving import give, held_by
from districts.services.locks import hold
from districts.services.people import refuse_lookalike
from districts.services.suspensions import let_in


class PasswordNotGiven(Exception):
    """Passwords are for people to choose; only a demonstration is given one."""


@transaction.atomic
def create_admin(*, email: str, name: str, at: datetime) -> tuple[User, bool]:
    """The first administrator of an installation, and whether they are new to the role.

    Asked for on the server by whoever runs it, so it also lets a suspended one in again.

    Raises:
        PeopleRefusal: the address is not in plain letters.
    """
    hold("people")
    refuse_lookalike(email)
    user = User.objects.with_address(email).first() or User(email=email, name=name)
    if user.pk is None:
        user.added_at = at
        user.set_unusable_password()
        user.save()
    let_in(user, by=user, at=at)
    is_new = held_by(user, Role.SYSADMIN, None) is None
    give(user, Role.SYSADMIN, None, by=None, at=at)
    return user, is_new


@transaction.atomic
def ensure_person(
    *,
    email: str,
    name: str,
    role: Role,
    district: District | None,
    at: datetime,
    password: str | None = None,
) -> User:
    """Someone with this role: made if they are not there, left as they are if they are.

    Raises:
        PasswordNotGiven: a password is given outside a demonstration.
    """
    if password is not None and not settings.DEMO:
        raise PasswordNotGiven("A password is given to people only where DEMO is true.")
    hold("people")
    user = User.objects.with_address(email).first()
    if user is None:
        user = User(email=email, name=name, added_at=at)
        user.set_unusable_password()
        user.save()
    if password is not None and not user.has_usable_password():
        user.password = _hash_once(password, get_hasher().algorithm)
        user.save(update_fields=["password"])
    give(user, role, district, by=None, at=at)
    return user


@lru_cache(maxsize=1)
def _hash_once(password: str, algorithm: str) -> str:
    """A hash is slow on purpose; the demo's two hundred people share one published password."""
    return make_password(password, hasher=algorithm)
