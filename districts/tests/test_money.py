"""A district's money by fiscal year: what is authorized, and what goes on to the next."""

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from districts.models import FundingAdjustment
from districts.reports.money import money_by_district, money_from, money_of, money_over_years
from districts.services.adjusting import AlreadyCorrected, corrected, post_adjustment
from districts.tests.factories import AllocationFactory, DistrictFactory, UserFactory

Kind = FundingAdjustment.Kind


def post(district, kind, year, amount, *, origin=None, at):
    origin = year if origin is None else origin
    return post_adjustment(
        district,
        kind=kind,
        fiscal_year=year,
        origin_year=origin,
        amount=amount,
        reason="For the test.",
        cause="test/1",
        **by_us(at),
    )


def by_us(at):
    return {"by": UserFactory(), "at": at}


@pytest.mark.django_db
def test_what_is_authorized(noon):
    district = DistrictFactory()
    AllocationFactory(district=district, fiscal_year=2027, amount=900, stage="preliminary")
    AllocationFactory(district=district, fiscal_year=2027, amount=1000, stage="final")
    post(district, Kind.CARRY_FORWARD, 2027, 200, origin=2026, at=noon)
    post(district, Kind.REDUCTION, 2027, 300, origin=2025, at=noon)
    post(district, Kind.WITHHOLDING, 2027, 500, at=noon)
    post(district, Kind.RELEASE, 2027, 100, at=noon)
    post(district, Kind.REPAYMENT, 2027, 40, at=noon)

    money = money_of(district.pk, 2027)

    assert (money.allocation, money.stage, money.carried_in) == (1000, "final", 200)
    assert (money.reductions, money.authorized) == (300, 900)
    assert (money.of_the_allocation, money.of_carry_forward) == (700, 200)
    assert (money.withheld, money.repaid, money.still_to_land) == (400, 40, 0)


@pytest.mark.django_db
def test_a_reduction_that_is_more_than_the_year_has_goes_on_to_the_next(noon):
    district = DistrictFactory()
    for year, amount in [(2027, 100), (2028, 500)]:
        AllocationFactory(district=district, fiscal_year=year, amount=amount)
    post(district, Kind.CARRY_FORWARD, 2027, 50, origin=2026, at=noon)
    post(district, Kind.REDUCTION, 2027, 400, origin=2026, at=noon)

    years = money_over_years([district.pk], last=2028)[district.pk]

    assert [(years[year].reductions, years[year].authorized) for year in (2027, 2028)] == [
        (150, 0),
        (250, 250),
    ]
    assert (years[2027].still_to_land, years[2028].still_to_land) == (250, 0)
    assert (years[2027].of_the_allocation, years[2027].of_carry_forward) == (0, 0)


@pytest.mark.django_db
def test_what_was_superseded_counts_no_more(noon):
    district = DistrictFactory()
    first = post(district, Kind.CARRY_FORWARD, 2027, 200, origin=2026, at=noon)
    with pytest.raises(IntegrityError, match="one_carry_forward_a_year"), transaction.atomic():
        post(district, Kind.CARRY_FORWARD, 2027, 150, origin=2026, at=noon)

    second = corrected(first, amount=150, reason="A bill came late.", cause="test/2", **by_us(noon))

    assert money_of(district.pk, 2027).carried_in == 150
    assert (second.supersedes, second.origin_year) == (first, 2026)
    with pytest.raises(AlreadyCorrected):
        corrected(first, amount=1, reason="Another.", cause="test/3", **by_us(noon))


@pytest.mark.django_db
def test_two_queries_however_many_districts_and_years(noon, django_assert_num_queries):
    districts = DistrictFactory.create_batch(3)
    for district in districts:
        for year in range(2025, 2030):
            AllocationFactory(district=district, fiscal_year=year, amount=100)
            post(district, Kind.CARRY_FORWARD, year, 10, origin=year - 1, at=noon)

    for some in (districts[:1], districts):
        with django_assert_num_queries(2):
            found = money_by_district([district.pk for district in some], 2029)
        assert {each.authorized for each in found.values()} == {110}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "year", "origin", "refused"),
    [
        (Kind.CARRY_FORWARD, 2028, 2026, True),
        (Kind.CARRY_FORWARD, 2027, 2026, False),
        (Kind.REDUCTION, 2027, 2027, True),
        (Kind.REDUCTION, 2029, 2027, False),
        (Kind.REPAYMENT, 2026, 2027, True),
        (Kind.WITHHOLDING, 2028, 2027, True),
    ],
)
def test_it_lands_in_a_year_in_which_it_may(noon, kind, year, origin, refused):
    district = DistrictFactory()
    if not refused:
        post(district, kind, year, 1, origin=origin, at=noon)
        return
    with pytest.raises(IntegrityError, match="lands_when_it_may"), transaction.atomic():
        post(district, kind, year, 1, origin=origin, at=noon)


@pytest.mark.django_db
def test_it_is_stated_once_and_never_changed_or_deleted(noon):
    row = post(DistrictFactory(), Kind.REPAYMENT, 2027, 40, at=noon)

    for change in ({"amount": 41}, {"reason": "Another."}):
        with (
            pytest.raises(DatabaseError, match="Cannot update"),
            transaction.atomic(),
        ):
            FundingAdjustment.objects.filter(pk=row.pk).update(**change)
    with pytest.raises(DatabaseError, match="Cannot delete"), transaction.atomic():
        row.delete()
    with pytest.raises(IntegrityError, match="is_not_negative"), transaction.atomic():
        post(row.district, Kind.REPAYMENT, 2027, -1, at=noon)


dollars = st.integers(0, 10**9)
years = st.integers(2024, 2029)


@given(
    st.dictionaries(years, dollars),
    st.dictionaries(years, dollars),
    st.lists(st.tuples(years, dollars), max_size=6),
)
def test_no_dollar_of_a_reduction_is_lost_or_lands_twice(allocated, carried, reductions):
    found = money_from(
        [{"fiscal_year": y, "stage": "final", "amount": a} for y, a in allocated.items()],
        [{"fiscal_year": y, "kind": Kind.CARRY_FORWARD, "amount": a} for y, a in carried.items()]
        + [{"fiscal_year": y, "kind": Kind.REDUCTION, "amount": a} for y, a in reductions],
        last=2030,
    )

    assert all(money.authorized >= 0 for money in found.values())
    assert all(
        money.of_the_allocation + money.of_carry_forward == money.authorized
        and money.of_the_allocation >= 0
        and money.of_carry_forward >= 0
        for money in found.values()
    )
    landed = sum(money.reductions for money in found.values())
    assert landed + found[2030].still_to_land == sum(amount for _, amount in reductions)
