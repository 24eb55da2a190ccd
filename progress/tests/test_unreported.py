"""A year that nobody can report on is closed by the Department, and all of it goes on."""

from datetime import datetime
from http import HTTPStatus
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from districts.calendar import EASTERN
from districts.models import FundingAdjustment
from districts.reports.money import money_of
from districts.roles import DISTRICT_ROLES, Role
from districts.services.adjusting import post_adjustment
from districts.tests.factories import AllocationFactory, DistrictFactory, MembershipFactory, person
from plans.workflow import StepNotAllowed
from progress.services.carrying import carry_forward
from progress.services.unreported import carry_unreported
from progress.tests.spending import approved_plan

pytestmark = pytest.mark.django_db

AFTER = datetime(2027, 9, 20, 10, 0, tzinfo=EASTERN)


@pytest.fixture
def manager():
    return person(Role.PROGRAM_MANAGER)


@pytest.fixture
def district():
    district = DistrictFactory()
    AllocationFactory(district=district, fiscal_year=2027, amount=1_000)
    return district


def close(district, by, *, year=2027, reason="No plan was filed.", at=AFTER):
    return carry_unreported(district_id=district.pk, fiscal_year=year, reason=reason, by=by, at=at)


def test_all_that_was_authorized_goes_on_with_the_reason(district, manager):
    carried = close(district, manager)

    assert (carried.fiscal_year, carried.origin_year, carried.amount) == (2028, 2027, 1_000)
    assert (carried.reason, carried.posted_by) == ("No plan was filed.", manager)
    assert money_of(district.pk, 2028).carried_in == 1_000


def test_closed_twice_is_closed_once(district, manager):
    assert close(district, manager) == close(district, manager, reason="Another reason.")
    assert FundingAdjustment.objects.count() == 1


def test_the_years_after_follow_when_the_one_before_moves(district, manager):
    for year in (2027, 2028):
        close(district, manager, year=year, at=AFTER.replace(year=year))
    post_adjustment(
        district,
        kind=FundingAdjustment.Kind.REDUCTION,
        fiscal_year=2027,
        origin_year=2026,
        amount=300,
        reason="Determined.",
        cause="test/1",
        by=manager,
        at=AFTER,
    )

    carry_forward(
        district_id=district.pk, fiscal_year=2027, expended=0, cause="test/2", by=manager, at=AFTER
    )

    assert money_of(district.pk, 2028).carried_in == money_of(district.pk, 2029).carried_in == 700


def test_an_approved_plan_is_reported_on_and_not_closed(district, manager):
    plan = approved_plan()

    with pytest.raises(StepNotAllowed, match="annual expenditure report"):
        close(plan.district, manager)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"at": datetime(2027, 6, 30, 10, 0, tzinfo=EASTERN)}, "FY2027 is not over"),
        ({"reason": "  "}, "Write why"),
    ],
)
def test_it_says_why_a_year_is_not_closed(district, manager, values, sentence):
    with pytest.raises(StepNotAllowed, match=sentence):
        close(district, manager, **values)
    assert not FundingAdjustment.objects.exists()


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.PROGRAM_MANAGER])
def test_only_a_program_manager_closes_a_year(district, role):
    somebody = person(role, district if role in DISTRICT_ROLES else None)

    with pytest.raises(PermissionDenied):
        close(district, somebody)


def test_nobody_of_the_district_closes_it(district, manager):
    MembershipFactory(user=manager, role=Role.DISTRICT_VIEWER, district=district)

    with pytest.raises(PermissionDenied):
        close(district, manager)


# The page


@pytest.fixture
def page(district, manager, client, time_machine):
    """The page of FY2027, in September after it, for the manager."""
    time_machine.move_to(AFTER)
    client.force_login(manager)
    return reverse("progress:year_close", args=[2027, district.slug])


def test_the_page_says_what_goes_on_and_the_act_is_on_record(page, district, client):
    shown = client.get(page)
    key = shown.context["form"]["key"].value()

    done = client.post(page, {"key": key, "reason": "No plan was filed."}, follow=True)

    assert "What was authorized, $1,000, goes on whole to FY2028 (§ 10-262u(h))" in shown.text
    assert "is closed: $1,000 goes on to FY2028." in done.text
    assert money_of(district.pk, 2028).carried_in == 1_000


def test_the_page_asks_why(page, client):
    answer = client.post(page, {"key": str(uuid4()), "reason": " "})

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert not FundingAdjustment.objects.exists()


def test_a_plan_that_was_approved_meanwhile_is_said_and_the_reason_stays(
    page, district, client, time_machine
):
    client.get(page)
    plan = approved_plan()
    there = reverse("progress:year_close", args=[2027, plan.district.slug])

    answer = client.post(there, {"key": str(uuid4()), "reason": "No plan was filed."})

    assert answer.status_code == HTTPStatus.CONFLICT
    assert "annual expenditure report says what was left" in answer.text
    assert "No plan was filed." in answer.text


def test_a_year_that_is_not_over_is_said_on_the_list_of_spending(page, client, time_machine):
    time_machine.move_to(datetime(2027, 6, 30, 23, 0, tzinfo=EASTERN))

    answer = client.get(page, follow=True)

    assert answer.redirect_chain[-1][0] == reverse("progress:spending_of_all", args=[2027])
    assert "FY2027 is not over." in answer.text


def test_nobody_else_opens_the_page(page, client):
    client.force_login(person(Role.COMMISSIONER))

    assert client.get(page).status_code == HTTPStatus.FORBIDDEN
