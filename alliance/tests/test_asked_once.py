"""In a test’s transaction a statement is prepared, and nobody who looks can tell."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from districts.models import District
from districts.statements import Statement
from districts.tests.factories import DistrictFactory

pytestmark = pytest.mark.django_db
COLUMNS = '"districts_district"."slug" AS "slug", "districts_district"."name"'


def asked(statement, value):
    """The rows, and what was asked for them."""
    with CaptureQueriesContext(connection) as told:
        rows = statement.ask(value)
    return rows, [each["sql"] for each in told]


def times_executed(words):
    """By PostgreSQL, of what was prepared on this connection."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(generic_plans + custom_plans), 0) FROM pg_prepared_statements"
            " WHERE strpos(statement, %s) > 0",
            [words],
        )
        return cursor.fetchone()[0]


def test_what_is_asked_twice_is_prepared_and_told_as_it_was_written():
    here, there = DistrictFactory(), DistrictFactory()

    def query(slug):
        return District.objects.filter(slug=slug).values("pk", "slug", "name", "town_code")

    statement = Statement(query, "any slug")
    before = times_executed(COLUMNS)  # by what other tests prepared of the same columns

    for district in (here, there):
        rows, told = asked(statement, district.slug)
        assert (rows, told) == (list(query(district.slug)), [plainly(query(district.slug))])

    assert times_executed(COLUMNS) - before == 2


def plainly(queryset):
    with CaptureQueriesContext(connection) as told:
        list(queryset)
    return told[0]["sql"]


def test_what_is_refused_is_asked_plainly_and_ends_no_transaction():
    district = DistrictFactory()
    statement = Statement(lambda pk: District.objects.filter(pk=pk).values("pk"), 77)

    assert [statement.ask(pk) for pk in (district.pk, 10**19)] == [[{"pk": district.pk}], []]
    assert District.objects.filter(pk=district.pk).exists()
