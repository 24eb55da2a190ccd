"""The demo in databases of their own, loaded once in a run: the tests of it read the same one.

conftest.py names this file.
"""

from contextlib import contextmanager

import pytest
from django.db import transaction
from django.test import override_settings

from alliance.tests.backups import AS_MIGRATED, connected_to, create, drop
from alliance.tests.demo import load_demo, load_roster

WHOLE, PART = "demo_whole", "demo_part"
PART_OF = ("ansonia", "bristol", "windham")
AS_LOADED = {
    "DEMO": True,
    "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
}


@pytest.fixture(scope="session")
def whole_demo(django_db_setup, django_db_blocker):
    with _loaded(WHOLE, django_db_blocker):
        yield


@pytest.fixture(scope="session")
def part_of_demo(django_db_setup, django_db_blocker):
    with _loaded(PART, django_db_blocker, *PART_OF):
        yield


@contextmanager
def _loaded(name, django_db_blocker, *only):
    create(name, like=AS_MIGRATED)
    with working_in(name, django_db_blocker), django_db_blocker.unblock(), transaction.atomic():
        load_roster()
        load_demo(*only)
    yield
    drop(name)


@contextmanager
def working_in(name, django_db_blocker):
    """Around all tests of a module: each has a transaction of its own there, which is undone."""
    with (
        django_db_blocker.unblock(),
        override_settings(**AS_LOADED),
        connected_to(name),
        django_db_blocker.block(),
    ):
        yield
