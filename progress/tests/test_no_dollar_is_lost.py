"""Whatever is reported, corrected and reduced, in whatever order: no dollar appears or disappears.

For every year: authorized = expended + carried out, and what a year opens with is what the one
before left.
"""

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from districts.models import Allocation, FundingAdjustment
from districts.reports.money import money_over_years
from districts.services.adjusting import post_adjustment
from districts.tests.factories import AllocationFactory, DistrictFactory, UserFactory
from plans.workflow import StepNotAllowed
from progress.documents.spreading import by_share
from progress.services import carrying
from progress.tests.spending import AUGUST

YEARS = (2025, 2026, 2027, 2028)
DOLLARS = st.integers(0, 3_000)
ACTS = st.lists(
    st.tuples(st.sampled_from(["report"] * 3 + ["reduce"]), st.sampled_from(YEARS), DOLLARS),
    max_size=14,
)


@given(
    amount=st.integers(0, 10**9), weights=st.lists(st.integers(0, 10**8), min_size=1, max_size=30)
)
def test_shares_add_up_to_the_dollar_and_none_is_a_dollar_off_its_own(amount, weights):
    shares = by_share(amount, dict(enumerate(weights)))
    assert sum(shares.values()) == amount
    total = sum(weights)
    for key, share in shares.items():
        exact = amount * weights[key] / total if total else amount / len(weights)
        assert abs(share - exact) < 1.001


@pytest.mark.django_db
@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(allocations=st.lists(DOLLARS, min_size=len(YEARS), max_size=len(YEARS)), acts=ACTS)
def test_whatever_is_reported_in_whatever_order_no_dollar_appears_or_disappears(
    monkeypatch, db, allocations, acts
):
    with transaction.atomic():
        _play(monkeypatch, allocations, acts)
        transaction.set_rollback(True)


def _play(monkeypatch, allocations, acts):
    district, by = DistrictFactory(), UserFactory()
    for year, amount in zip(YEARS, allocations, strict=True):
        AllocationFactory(district=district, fiscal_year=year, amount=amount)
    expended: dict[int, int] = {}
    monkeypatch.setattr(carrying, "annual_expended", lambda _, year: expended.get(year))
    for act, year, amount in acts:
        before = dict(expended)
        try:
            with transaction.atomic():
                if act == "report":
                    expended[year] = amount
                    carrying.carry_forward(
                        district_id=district.pk,
                        fiscal_year=year,
                        expended=amount,
                        cause=f"expenditure/{year}",
                        by=by,
                        at=AUGUST,
                    )
                else:
                    _reduce(district, year, amount, by)
        except StepNotAllowed:
            expended.clear()
            expended.update(before)
        _foots(district, expended)


def _reduce(district, year, amount, by):
    post_adjustment(
        district,
        kind=FundingAdjustment.Kind.REDUCTION,
        fiscal_year=year + 1,
        origin_year=year,
        amount=amount,
        reason="Spent out of compliance.",
        cause="determination/1",
        by=by,
        at=AUGUST,
    )
    carrying.follow(district_id=district.pk, fiscal_year=year + 1, by=by, at=AUGUST)


def _foots(district, expended):
    years = money_over_years([district.pk], last=YEARS[-1] + 2)[district.pk]
    for year, spent in expended.items():
        assert spent <= years[year].authorized
        assert years[year].authorized == spent + years[year + 1].carried_in
    for year, money in years.items():
        if year - 1 not in expended:
            assert money.carried_in is None
    assert Allocation.objects.filter(district=district).count() == len(YEARS)
