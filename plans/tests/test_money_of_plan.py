"""The money panel of a plan's year: its figures, the rows behind them, and who sees it."""

from datetime import date, datetime
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup

from districts.calendar import EASTERN
from districts.models import FundingAdjustment
from districts.roles import Role
from districts.services.adjusting import corrected, post_adjustment
from districts.tests.factories import DistrictFactory, UserFactory, person
from plans.models import LineOutcome
from plans.reports.money import money_of_plan
from plans.tests.factories import PlanFactory

pytestmark = pytest.mark.django_db

AT = datetime(2027, 9, 9, 12, tzinfo=EASTERN)
Kind = FundingAdjustment.Kind


@pytest.fixture
def plan(db):
    return PlanFactory(approved=True)


def post(plan, kind, amount, *, year=2027, origin=2027):
    return post_adjustment(
        plan.district,
        kind=kind,
        fiscal_year=year,
        origin_year=origin,
        amount=amount,
        reason=f"Because of {kind}.",
        cause="test/1",
        by=UserFactory(),
        at=AT,
    )


def spend(plan, *amounts, as_of=date(2027, 6, 30)):
    for amount in amounts:
        LineOutcome.objects.create(
            plan=plan,
            lineage=uuid4(),
            report="expenditure/1",
            certified_at=AT,
            obligated=0,
            expended=amount,
            basis="reported",
            as_of=as_of,
        )


def test_every_figure_foots_and_has_its_rows(plan):
    carried = post(plan, Kind.CARRY_FORWARD, 50_000, origin=2026)
    corrected(carried, amount=40_000, reason="Corrected.", cause="t", by=UserFactory(), at=AT)
    post(plan, Kind.REDUCTION, 15_000, origin=2026)
    post(plan, Kind.WITHHOLDING, 30_000)
    post(plan, Kind.RELEASE, 10_000)
    post(plan, Kind.REPAYMENT, 7_000)
    post(plan, Kind.REDUCTION, 999, year=2028)  # it lands later
    spend(plan, 900_000, 100_000)
    spend(PlanFactory(approved=True), 5)

    year = money_of_plan(plan)

    assert year.money.authorized == 1_000_000 + 40_000 - 15_000
    assert (year.expended, year.balance, year.is_whole_year) == (1_000_000, 25_000, True)
    assert (year.money.withheld, year.money.repaid) == (20_000, 7_000)
    assert [one.amount for one in year.carried] == [40_000]
    assert [one.amount for one in year.reduced] == [15_000]
    assert [one.amount for one in year.withheld] == [30_000, 10_000]
    assert [one.amount for one in year.repaid] == [7_000]
    assert year.allocated.amount == 1_000_000


def test_a_reduction_that_could_not_land_before_names_its_origin(plan):
    post(plan, Kind.REDUCTION, 600, year=2026, origin=2025)

    year = money_of_plan(plan)

    assert year.money.reductions == 600
    assert [(one.fiscal_year, one.origin_year) for one in year.reduced] == [(2026, 2025)]


def test_before_a_report_nothing_is_said_of_spending(plan):
    year = money_of_plan(plan)

    assert (year.expended, year.balance, year.is_whole_year) == (None, None, False)


def test_a_quarters_balance_is_one_so_far(plan):
    spend(plan, 250_000, as_of=date(2026, 12, 31))

    year = money_of_plan(plan)

    assert (year.balance, year.is_whole_year) == (750_000, False)


def test_without_an_allocation_it_counts_as_nothing():
    plan = PlanFactory(approved=True, district=DistrictFactory(designated=True))

    year = money_of_plan(plan)

    assert (year.money.allocation, year.allocated, year.money.authorized) == (None, None, 0)


def test_one_query_however_many_rows(plan, django_assert_num_queries):
    with django_assert_num_queries(1):
        money_of_plan(plan)
    for year in (2024, 2025, 2026):
        post(plan, Kind.CARRY_FORWARD, 1, year=year, origin=year - 1)
    spend(plan, 1, 2, 3)
    with django_assert_num_queries(1):
        money_of_plan(plan)


def test_both_sides_read_it_on_the_plans_page(client, plan):
    post(plan, Kind.CARRY_FORWARD, 40_000, origin=2026)
    spend(plan, 1_000_000)
    pages = []
    for who, url in (
        (person(Role.DISTRICT_VIEWER, plan.district), plan.get_absolute_url()),
        (person(Role.AUDITOR), f"/reviews/{plan.district.slug}/2027/"),
    ):
        client.force_login(who)
        panel = BeautifulSoup(client.get(url).text, "html.parser").select_one("#money")
        pages.append(" ".join(panel.get_text(" ").split()))

    for said in pages:
        assert "Carried in from FY2026 $40,000" in said
        assert "Authorized $1,040,000" in said
        assert "Carried out $40,000" in said
        assert "Carried forward, $40,000, of FY2026: Because of carry_forward." in said


def test_a_draft_has_no_such_panel(client):
    plan = PlanFactory()
    client.force_login(person(Role.PLAN_COORDINATOR, plan.district))

    assert 'id="money"' not in client.get(plan.get_absolute_url()).text
