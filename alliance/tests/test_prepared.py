"""Statements prepared once a connection answer as they do plainly, whatever happens meanwhile."""

import sys
from importlib import import_module

import pytest
from django.db import connection, transaction
from django.db.models import CharField, Func, Value
from django.test.utils import CaptureQueriesContext

from districts.models import Designation, District
from districts.statements import Statement
from districts.tests.factories import DesignationFactory, DistrictFactory

APPS = ("districts", "library", "notices", "plans", "progress", "reviews")

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def prepares(settings):
    settings.PREPARES_STATEMENTS = True


def by_slug(slug):
    return District.objects.filter(slug=slug).values("pk", "slug")


def asked(statement, *values):
    """The rows, and the first word of each command that gave them."""
    with CaptureQueriesContext(connection) as commands:
        rows = statement.ask(*values)
    return rows, [each["sql"].split()[0] for each in commands]


def test_what_is_prepared_answers_each_asking_with_its_own_rows():
    here, there = DistrictFactory(), DistrictFactory()
    statement = Statement(by_slug, "any slug")

    for slug in (here.slug, there.slug, "any slug", "'; DROP TABLE districts_district; --", "%s"):
        assert asked(statement, slug) == (list(by_slug(slug)), ["EXECUTE"])


def test_it_is_planned_once_and_not_for_its_first_five_askings():
    district = DistrictFactory()
    Statement(by_slug, "any slug").ask(district.slug)

    with connection.cursor() as cursor:
        cursor.execute("SELECT custom_plans, generic_plans FROM pg_prepared_statements")
        assert cursor.fetchall() == [(0, 1)]


def test_within_a_transaction_it_is_asked_plainly():
    """What is refused there would end it."""
    district = DistrictFactory()

    with transaction.atomic():
        told = asked(Statement(by_slug, "any slug"), district.slug)

    assert told == (list(by_slug(district.slug)), ["SELECT"])


def test_without_the_setting_it_is_asked_plainly(settings):
    settings.PREPARES_STATEMENTS = False

    assert asked(Statement(by_slug, "any slug"), "a") == ([], ["SELECT"])


def test_a_connection_that_forgot_it_is_asked_plainly_and_prepared_again():
    """As a pool gives another connection, or a new one was made."""
    district = DistrictFactory()
    statement = Statement(by_slug, "any slug")
    statement.ask(district.slug)
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")

    told = [asked(statement, district.slug) for _ in range(2)]

    rows = list(by_slug(district.slug))
    assert told == [(rows, ["EXECUTE", "SELECT"]), (rows, ["EXECUTE"])]


def test_one_that_the_connection_knows_already_is_the_same_statement():
    """Named after its text: another process prepared it where a pool shares connections."""
    district = DistrictFactory()
    Statement(by_slug, "any slug").ask(district.slug)

    told = asked(Statement(by_slug, "any slug"), district.slug)

    assert told == (list(by_slug(district.slug)), ["EXECUTE"])


def test_a_migration_that_changes_a_column_breaks_no_answer():
    district = DistrictFactory()
    statement = Statement(by_slug, "any slug")
    statement.ask(district.slug)
    change = "ALTER TABLE districts_district ALTER COLUMN slug TYPE {}"
    with connection.cursor() as cursor:
        cursor.execute(change.format("text"))
    try:
        told = [asked(statement, district.slug) for _ in range(2)]
    finally:
        with connection.cursor() as cursor:
            cursor.execute(change.format("varchar(50)"))

    assert [rows for rows, _ in told] == [list(by_slug(district.slug))] * 2


@pytest.mark.parametrize("year", [2027, 10**6, 10**12, 10**30, -(10**30)])
def test_a_number_that_no_column_can_hold_is_an_answer_and_no_fault(year):
    DesignationFactory(first_fiscal_year=2023, last_fiscal_year=2027)

    def covering(year):
        return Designation.objects.filter(last_fiscal_year__gt=year).order_by("pk").values("pk")

    statement = Statement(covering, 32_000)
    statement.ask(2026)

    assert statement.ask(year) == ([] if year > 0 else list(Designation.objects.values("pk")))


def test_one_whose_values_say_no_kind_is_asked_plainly_for_ever():
    DistrictFactory()

    def kind_of(value):
        kind = Func(Value(value), function="pg_typeof", output_field=CharField())
        return District.objects.order_by().annotate(kind=kind).values("kind")

    statement = Statement(kind_of, "any text")

    assert [asked(statement, "a")[1] for _ in range(2)] == [["SELECT"], ["SELECT"]]


def test_every_statement_of_the_product_is_prepared_and_answers_as_plainly(settings):
    import_module(settings.ROOT_URLCONF)
    ours = [module for name, module in sys.modules.items() if name.split(".")[0] in APPS]
    named = [each for module in ours for each in vars(module).values()]
    found = {id(each): each for each in named if isinstance(each, Statement)}.values()
    assert len(found) >= 25

    for statement in found:
        settings.PREPARES_STATEMENTS = False
        plainly = statement.ask(*statement._stand_ins)
        settings.PREPARES_STATEMENTS = True
        rows, commands = asked(statement, *statement._stand_ins)
        assert (rows, commands) == (plainly, ["EXECUTE"]), statement._query
