"""Fixtures that the tests of every app share."""

import gc
import os
import re
from datetime import datetime
from functools import cache

import pytest
from django.db import connection
from django.db.backends.base.creation import TEST_DATABASE_PREFIX
from django.http import HttpResponse
from django.test import TransactionTestCase
from django.utils.functional import cached_property

from alliance.assets import HashedFiles
from alliance.tests.asked_once import _asks_what_is_prepared  # noqa: F401  a fixture of all
from alliance.tests.backups import AS_MIGRATED, create, drop
from alliance.tests.parts_of_a_run import for_each
from alliance.tests.put_back import AsMigrated
from districts.calendar import EASTERN
from districts.roles import Role
from districts.tests.factories import DelegationFactory, person
from plans.models import Cycle

FILLED_ONCE = ("whole_demo", "filled", "part_of_demo")  # databases of a session
pytest_plugins = ["notices.tests.mailserver"]  # the fixture `mail_server`


def pytest_sessionstart():
    gc.disable()  # until all is read: hardly anything of it goes again


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """What takes long begins first: at the end the other processes would wait for it. Then what
    shares a database that takes half a minute to fill: apart, each process would fill its own."""
    long = [item for item in items if item.get_closest_marker("long")]
    others = sorted((item for item in items if item not in {*long}), key=_shares_none)
    items[:] = for_each(int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")), long, others)


def _shares_none(item) -> list[bool]:
    return [name not in getattr(item, "fixturenames", ()) for name in FILLED_ONCE]


def pytest_collection_finish():
    """What modules and tests hold is there for good, and is not weighed again and again."""
    gc.collect()
    gc.freeze()
    gc.enable()
    gc.set_threshold(10_000, 10, 20)  # a run has memory enough to look more seldom


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """As migrations left it: rows to be put back after a test that commits, and a copy, of which a
    test’s own is made sooner than by migrating."""
    ours = connection.settings_dict["NAME"]
    with django_db_blocker.unblock():
        as_migrated = AsMigrated()
        TransactionTestCase._fixture_teardown = lambda _: as_migrated.put_back()
        connection.close()  # only what nobody is connected to is copied
        create(AS_MIGRATED, like=ours if ours.startswith(TEST_DATABASE_PREFIX) else "template1")
    gc.collect()  # what migrating left, in many cycles
    gc.freeze()
    yield
    drop(AS_MIGRATED)


@pytest.fixture(scope="session", autouse=True)
def _files_looked_up_once():
    """Nothing is collected for tests: each file that a page names would be looked for each time."""
    HashedFiles.stored_name = cache(HashedFiles.stored_name)


@pytest.fixture(autouse=True)
def _fast_passwords(settings):
    """Tests sign in often; a slow hash protects nobody here."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


AS_TYPED = re.compile(r'(<(?:textarea|pre)\b.*?</(?:textarea|pre)>|\bvalue="[^"]*")', re.DOTALL)
BLANKS = re.compile(r"[ \t\n]{2,}|[\t\n]")  # a single blank is one already


@pytest.fixture(autouse=True)
def _pages_read_as_browsers_show_them(monkeypatch):
    """In the text of a page each run of blanks is one: where a template breaks its lines is its own
    affair, and a sentence that is not on a page is missed wherever it would have been broken."""
    plain = HttpResponse.text.func

    def text(response):
        said = plain(response)
        if not response.headers.get("Content-Type", "").startswith("text/html"):
            return said
        pieces = AS_TYPED.split(said)
        pieces[::2] = [BLANKS.sub(" ", piece) for piece in pieces[::2]]
        return "".join(pieces)

    once = cached_property(text)  # as Django’s own
    once.__set_name__(HttpResponse, "text")
    monkeypatch.setattr(HttpResponse, "text", once)


@pytest.fixture
def noon():
    """The day the demo is set on."""
    return datetime(2026, 11, 23, 12, 0, tzinfo=EASTERN)


@pytest.fixture
def reminders_begun(db):
    """An administrator let the reminders of FY2028 begin, long before it opened."""
    Cycle.objects.filter(pk=2028).update(reminders_from=datetime(2026, 3, 1, 12, 0, tzinfo=EASTERN))


@pytest.fixture
def reviewer(db):
    return person(Role.PROGRAM_REVIEWER)


@pytest.fixture
def fiscal_reviewer(db):
    return person(Role.FISCAL_REVIEWER)


@pytest.fixture
def manager(db):
    return person(Role.PROGRAM_MANAGER)


@pytest.fixture
def commissioner(db):
    return person(Role.COMMISSIONER)


@pytest.fixture
def delegate(db):
    """A program reviewer holding the Commissioner's delegation."""
    user = person(Role.PROGRAM_REVIEWER)
    DelegationFactory(delegate=user)
    return user


@pytest.fixture
def admin(db):
    return person(Role.SYSADMIN)


@pytest.fixture
def auditor(db):
    return person(Role.AUDITOR)
