"""A district whose designation ended closes its years: its home says what is left, and lets it."""

from datetime import date, datetime

import pytest
import time_machine

from districts.calendar import EASTERN
from districts.models import FundingAdjustment
from districts.roles import Role
from districts.tests.factories import DesignationFactory, person
from plans.models import Cycle
from plans.reports.left import years_left
from plans.tests.factories import PlanFactory
from progress.models import ExpenditureReport, ProgressReport
from progress.workflow import ReportStatus

pytestmark = pytest.mark.django_db

JULY = datetime(2027, 7, 10, 12, 0, tzinfo=EASTERN)


@pytest.fixture
def plan():
    """Of the last year that the district is designated for."""
    return PlanFactory(approved=True)


@pytest.fixture
def coordinator(plan):
    return person(Role.PLAN_COORDINATOR, plan.district)


@pytest.fixture(autouse=True)
def _after_the_year():
    with time_machine.travel(JULY, tick=False):
        yield


def filed(plan, model, period, status=ReportStatus.CERTIFIED, **more):
    by, other = (
        person(Role.FISCAL_OFFICER, plan.district),
        person(Role.SUPERINTENDENT, plan.district),
    )
    certified = {"prepared_by": by, "certified_at": JULY, "certified_by": other}
    return model.objects.create(
        plan=plan,
        period=period,
        status=status,
        measured_against=plan.versions.get(),
        started_at=JULY,
        started_by=by,
        **(certified if status == ReportStatus.CERTIFIED else {}),
        **more,
    )


def left(plan):
    return [
        (year.fiscal_year, [each.name for each in year.owed], year.carried_out)
        for year in years_left(plan.district, date(2027, 7, 10))
    ]


def test_home_says_what_is_left_to_do(client, plan, coordinator):
    client.force_login(coordinator)

    page = client.get("/home/").text

    assert "What is left to do" in page
    assert "end-of-year progress report, not started" in page
    assert "Sunday, August 15, 2027" in page
    assert "annual expenditure report, not started" in page
    assert "Tuesday, August 31, 2027" in page


def test_a_district_that_goes_on_is_told_nothing(client, plan, coordinator):
    DesignationFactory(district=plan.district, first_fiscal_year=2028, last_fiscal_year=2032)
    client.force_login(coordinator)

    assert "What is left to do" not in client.get("/home/").text
    assert left(plan) == []


def test_a_certified_report_is_not_owed_and_a_draft_is(plan):
    filed(plan, ProgressReport, ProgressReport.Period.END_OF_YEAR)
    annual = ExpenditureReport.Period.ANNUAL
    filed(plan, ExpenditureReport, annual, ReportStatus.DRAFT, as_of=date(2027, 6, 30))

    [year] = years_left(plan.district, date(2027, 7, 10))
    assert [(each.name, each.standing) for each in year.owed] == [
        ("annual expenditure report", "a draft")
    ]


def test_what_was_carried_forward_stays_theirs_and_is_said(client, plan, coordinator):
    filed(plan, ProgressReport, ProgressReport.Period.END_OF_YEAR)
    annual = ExpenditureReport.Period.ANNUAL
    filed(plan, ExpenditureReport, annual, as_of=date(2027, 6, 30))
    assert left(plan) == []
    FundingAdjustment.objects.create(
        district=plan.district,
        kind=FundingAdjustment.Kind.CARRY_FORWARD,
        fiscal_year=2028,
        origin_year=2027,
        amount=12_345,
        reason="The balance of FY2027",
        cause="expenditure/1",
        posted_at=JULY,
        posted_by=coordinator,
    )

    assert left(plan) == [(2027, [], 12_345)]
    client.force_login(coordinator)
    assert "<strong>$12,345</strong> was left and is carried forward" in client.get("/home/").text


def test_a_district_without_an_approved_plan_has_no_year_to_close(client):
    plan = PlanFactory(submitted=True)
    client.force_login(person(Role.PLAN_COORDINATOR, plan.district))

    assert left(plan) == []
    assert client.get("/home/").status_code == 200


def test_a_district_off_the_roster_closes_its_years_too(client, plan, coordinator, admin, noon):
    plan.district.retired_at, plan.district.retired_by = noon, admin
    plan.district.save()
    client.force_login(coordinator)

    assert "What is left to do" in client.get("/home/").text
    assert client.get(f"/plans/{plan.district.slug}/2027/read/").status_code == 200


@pytest.mark.parametrize("years", [1, 3])
def test_queries_are_the_same_for_one_year_and_for_three(plan, django_assert_num_queries, years):
    for earlier in range(1, years):
        cycle = Cycle.objects.get(pk=2027)
        cycle.pk = cycle.fiscal_year = 2027 - earlier
        cycle.save(force_insert=True)
        PlanFactory(approved=True, district=plan.district, cycle=cycle)

    with django_assert_num_queries(6):
        found = years_left(plan.district, date(2027, 7, 10))

    assert len(found) == years
