"""Who gets which page, as a table a policy person can read: access.csv, walked row by row.

Each cell says what one kind of person meets: opens, goes on (a redirect), sign in, no (it is not
theirs), not found (it is not for them to know of), refused (something is missing in what they
sent), wrong way (the address is for the other method). A new address must be added to the table.
"""

import csv
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import transaction
from django.urls import get_resolver, reverse

from alliance import urls
from alliance.health import leave_sign_of_life
from alliance.tests.addresses import views_below
from alliance.tests.world import World

TABLE = Path(__file__).with_name("access.csv")
WORDS = {200: "opens", 302: "goes on", 403: "no", 404: "not found", 405: "wrong way"}
WORDS |= {400: "refused", 409: "refused", 422: "refused", 204: "opens"}


def _rows():
    with TABLE.open(newline="") as file:
        return list(csv.DictReader(file))


def _called(row):
    return " ".join(filter(None, (row["method"], row["address"], row["plan"])))


@pytest.fixture
def world(db, noon, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    for who in ("worker", "beat"):  # health_all asks for them
        leave_sign_of_life(who)
    return World(at=noon)


@contextmanager
def undone():
    """Whatever one person does here, the next finds the world as it was."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def outcome(client, method, url):
    response = client.generic(method, url)
    if response.streaming:
        b"".join(response.streaming_content)  # a file is closed once it was read
    if response.status_code == 302 and response.url.startswith("/accounts/login/"):
        return "sign in"
    return WORDS.get(response.status_code, str(response.status_code))


def test_the_table_names_every_address():
    named = {name for name, _ in views_below(get_resolver(urls))}
    in_table = {row["address"] for row in _rows()}

    assert in_table == named


@pytest.mark.parametrize(
    "row", _rows(), ids=lambda row: f"{row['address']}-{row['method']}-{row['plan']}"
)
def test_each_person_meets_what_the_table_says(client, world, row):
    url = reverse(row["address"], kwargs=world.kwargs(row["address"], row["plan"]))
    met = {}
    for who in world.people:
        with undone():
            client.logout()
            if (user := world.person(who)) is not None:
                client.force_login(user)
            met[who] = outcome(client, row["method"], url)

    assert met == {who: row[who] for who in world.people}
