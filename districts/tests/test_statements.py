"""Statements answer as their query does, and refuse stand-ins that could mislead."""

from datetime import UTC, date, datetime
from decimal import Decimal
from enum import IntEnum, StrEnum

import pytest
from django.db.models import DecimalField, F, IntegerField, TextField, Value
from django.db.models.functions import Cast
from django.utils import timezone

from districts.models import Allocation, Designation, District
from districts.statements import Among, Statement, WrongStandIn
from districts.tests.factories import AllocationFactory, DesignationFactory, DistrictFactory

pytestmark = pytest.mark.django_db


class Number(IntEnum):
    ONE = 1


class Word(StrEnum):
    STAGE = "stage"


def by_slug(slug):
    return District.objects.filter(slug=slug).values("pk", "slug")


def given(*values):
    """A row of what it is given."""
    kinds = {Decimal: DecimalField(), int: IntegerField(), str: TextField()}
    columns = {
        f"value_{place}": Cast(Value(value), kinds.get(type(value), TextField()))
        for place, value in enumerate(values)
    }
    return District.objects.order_by().annotate(**columns).values(*columns)[:1]


def test_each_asking_gets_its_own_rows_and_the_stand_in_none():
    here, there = DistrictFactory(), DistrictFactory()
    statement = Statement(by_slug, "any slug")

    assert statement.ask(here.slug) == list(by_slug(here.slug)) != []
    assert statement.ask(there.slug) == list(by_slug(there.slug)) != []
    assert statement.ask("any slug") == []


def test_a_value_takes_each_place_of_its_stand_in():
    run = DesignationFactory(first_fiscal_year=2023, last_fiscal_year=2027)

    def covering(year, district):
        return Designation.objects.filter(
            first_fiscal_year__lte=year, last_fiscal_year__gte=year, district=district
        ).values("pk")

    statement = Statement(covering, 32_000, -1)

    for year in (2022, 2023, 2027, 2028):
        assert statement.ask(year, run.district_id) == list(covering(year, run.district_id))
    assert statement.ask(2025, run.district_id) == [{"pk": run.pk}]


def test_values_may_equal_each_other_and_the_stand_ins_of_others():
    DistrictFactory()
    statement = Statement(given, -1, -2)

    for values in ((-2, -1), (5, 5), (-1, -1), (-2, -2)):
        assert list(statement.ask(*values)[0].values()) == list(values)


def test_its_sql_is_written_once():
    written = []

    def query(slug):
        written.append(slug)
        return by_slug(slug)

    statement = Statement(query, "any slug")
    statement.ask("a")
    at_first = len(written)
    statement.ask("b")

    assert len(written) == at_first > 0


def test_one_without_stand_ins_is_asked_with_nothing():
    district = DistrictFactory()

    assert Statement(lambda: by_slug(district.slug)).ask() == list(by_slug(district.slug))


@pytest.mark.parametrize("values", [(), (1, 2)])
def test_as_many_values_as_stand_ins(values):
    with pytest.raises(ValueError, match="1 values"):
        Statement(by_slug, "any slug").ask(*values)


def test_instances_have_their_columns_and_the_rest_deferred():
    district = DistrictFactory()
    statement = Statement(lambda slug: by_slug(slug).values("id", "slug"), "any slug")
    [found] = statement.ask_for(District, district.slug)

    assert (found, found.slug) == (district, district.slug)
    assert "name" in found.get_deferred_fields()


@pytest.mark.parametrize(
    "words", ["'; DROP TABLE districts_district; --", "%s", "%(a)s %%", '"', "\\", "any slug"]
)
def test_words_are_bound_and_never_part_of_the_sql(words, django_assert_num_queries):
    DistrictFactory()
    statement = Statement(given, "a stand-in")
    statement.ask("first")
    written = statement._written[0]

    with django_assert_num_queries(1):
        assert statement.ask(words) == [{"value_0": words}]
    assert statement._written[0] == written
    assert District.objects.count() == 1


def test_members_of_an_enum_are_bound_as_their_values():
    AllocationFactory(fiscal_year=2027, stage=Allocation.Stage.FINAL)
    statement = Statement(lambda stage: Allocation.objects.filter(stage=stage).values("pk"), "any")

    assert len(statement.ask(Allocation.Stage.FINAL)) == 1
    assert statement.ask(Allocation.Stage.PRELIMINARY) == []


def test_none_is_null_which_equals_nothing():
    DistrictFactory(retired_at=None)
    retired = Statement(
        lambda at: District.objects.filter(retired_at=at).values("pk"),
        datetime(1, 1, 1, tzinfo=UTC),
    )

    assert retired.ask(None) == []
    DistrictFactory()
    assert Statement(given, "a word").ask(None) == [{"value_0": None}]


def of_these(keys):
    """Of a list as one parameter, so that its SQL is the same for any length."""
    return District.objects.filter(Among("pk", keys)).order_by("pk").values("pk")


def test_a_list_that_is_one_parameter_may_be_of_any_length():
    keys = [DistrictFactory().pk for _ in range(3)]
    statement = Statement(of_these, [-1])

    for some in ([], keys[:1], keys):
        assert [row["pk"] for row in statement.ask(some)] == some


def test_a_list_that_stands_beside_the_stand_in_stays():
    district = DistrictFactory()
    statement = Statement(lambda slug: of_these([district.pk]).filter(slug=slug), "any slug")

    assert [row["pk"] for row in statement.ask(district.slug)] == [district.pk]


@pytest.mark.parametrize(
    "stand_ins",
    [
        (-1, -1),
        (1, 1.0),
        (1, True),
        (1, Decimal(1)),
        (1, Number.ONE),
        ("stage", Word.STAGE),
        ("a", "b", "a"),
        (date.min, date(1, 1, 1)),
        ([1], [1]),
    ],
)
def test_stand_ins_that_equal_one_another_are_refused(stand_ins):
    with pytest.raises(WrongStandIn, match="are equal"):
        Statement(given, *stand_ins).ask(*stand_ins)


@pytest.mark.parametrize("stand_in", [True, False, None, 1.5, Number.ONE, Word.STAGE, [], (1,)])
def test_what_is_of_no_kind_that_can_be_told_apart_is_refused(stand_in):
    with pytest.raises(WrongStandIn, match="cannot stand for others"):
        Statement(given, stand_in).ask("any")


@pytest.mark.parametrize(
    ("stand_in", "beside"),
    [
        (1, 1),
        (1, True),
        (0, False),
        (1, 1.0),
        (1, Decimal(1)),
        (Decimal(1), 1),
        (1, Number.ONE),
        ("stage", "stage"),
        ("stage", Word.STAGE),
    ],
)
def test_a_stand_in_that_equals_another_parameter_is_refused(stand_in, beside):
    """Else each asking would change what is always to be the same."""

    def query(value):
        return District.objects.annotate(a=Value(value), b=Value(beside)).values("a", "b")

    with pytest.raises(WrongStandIn, match="beside its stand-in"):
        Statement(query, stand_in).ask(stand_in)


@pytest.mark.parametrize(
    ("query", "stand_in"),
    [
        (lambda year: Allocation.objects.filter(fiscal_year=year - 1), 32_000),
        (lambda year: Allocation.objects.annotate(a=Value(bool(year))), 1),
        (lambda word: District.objects.filter(name__contains=word), "word"),
        (lambda at: District.objects.filter(slug=at, retired_at__lt=timezone.now()), "any slug"),
    ],
    ids=["calculated", "turned into a bool", "wrapped in %", "beside the moment"],
)
def test_what_would_stay_as_it_was_at_first_writing_is_refused(query, stand_in):
    with pytest.raises(WrongStandIn, match="made of a value, or of the moment"):
        Statement(query, stand_in).ask(stand_in)


def test_a_value_that_reaches_no_parameter_is_refused():
    with pytest.raises(WrongStandIn, match="no parameter"):
        Statement(lambda slug, _: by_slug(slug), "any slug", -1).ask("a", 1)


def test_sql_that_changes_with_the_value_is_refused():
    def query(count):
        return District.objects.filter(pk=count).annotate(a=F("pk")).values("a")[: abs(count)]

    with pytest.raises(WrongStandIn, match="SQL itself"):
        Statement(query, -1).ask(1)


def test_what_is_refused_once_is_refused_again():
    statement = Statement(given, 1, 1)

    for _ in range(2):
        with pytest.raises(WrongStandIn):
            statement.ask(1, 2)
