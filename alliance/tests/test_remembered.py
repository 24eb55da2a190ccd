"""An answer is remembered while nothing changes, and no longer: what walks a table relies on it."""

import pytest
from django.db import connection, transaction

from alliance.tests.remembered import remembering
from districts.models import District
from districts.tests.factories import DistrictFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def memory():
    DistrictFactory(name="Ansonia")
    with remembering() as memory:
        yield memory


def names():
    return [*District.objects.order_by("pk").values_list("name", flat=True)]


def rename_unseen(name):
    """As nothing that goes by Django's own cursors does."""
    with connection.connection.cursor() as cursor:
        cursor.execute("UPDATE districts_district SET name = %s", [name])


def test_a_question_is_asked_once(memory):
    before = names()
    rename_unseen("Another")

    assert (before, names()) == (["Ansonia"], ["Ansonia"])


@pytest.mark.parametrize(
    "change",
    [
        lambda: DistrictFactory(name="Bristol"),
        lambda: District.objects.update(name="Bristol"),
        lambda: District.objects.bulk_create([DistrictFactory.build(name="Bristol")]),
        lambda: connection.cursor().executemany(
            "UPDATE districts_district SET name = %s", [["Bristol"]]
        ),
    ],
)
def test_a_change_is_seen(memory, change):
    before = names()
    change()

    assert before == ["Ansonia"]
    assert names()[-1] == "Bristol"


def test_what_is_undone_was_seen_meanwhile_and_is_gone(memory):
    before = names()
    with memory.undone():
        District.objects.update(name="Bristol")
        meanwhile = names()
        with transaction.atomic():
            again = names()

    assert (before, meanwhile, again, names()) == (["Ansonia"], ["Bristol"], ["Bristol"], before)


def test_a_lock_is_always_taken(memory):
    with transaction.atomic():
        District.objects.select_for_update().get()
    rename_unseen("Another")

    with transaction.atomic():
        assert District.objects.select_for_update().get().name == "Another"


def test_rows_come_as_they_are_fetched(memory):
    DistrictFactory(name="Bristol")
    for _ in range(2):
        with connection.cursor() as cursor:
            cursor.execute("SELECT name, ARRAY[1] FROM districts_district ORDER BY name")
            first = cursor.fetchone()
            first[1].append(2)
            assert (first[0], cursor.fetchmany(5)) == ("Ansonia", [("Bristol", [1])])
            assert (cursor.fetchone(), cursor.fetchall()) == (None, [])
            cursor.execute("SELECT name, ARRAY[1] FROM districts_district ORDER BY name")
            assert next(iter(cursor)) == ("Ansonia", [1])
