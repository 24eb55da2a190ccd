"""The board of who has how many plans, how old, and what waits for them."""

from datetime import timedelta
from http import HTTPStatus
from uuid import uuid4

import pytest
from django.urls import reverse

from districts.calendar import eastern_day
from districts.roles import Role
from districts.tests.factories import DistrictFactory, MembershipFactory, person
from plans.models import Plan
from plans.tests.factories import PlanFactory, assign_reviewers
from reviews.reports.workload import workload
from reviews.services import recommend

pytestmark = pytest.mark.django_db

URL, YEAR = reverse("reviews:workload"), 2027


def under_review(name, program, fiscal, *, days, at):
    plan = PlanFactory(district=DistrictFactory(name=name), under_review=True)
    plan.assignments.all().delete()
    came_in = at - timedelta(days=days)
    Plan.objects.filter(pk=plan.pk).update(submitted_at=came_in)
    assign_reviewers(plan, program=program, fiscal=fiscal, at=came_in)
    return plan


@pytest.fixture
def ada():
    return person(Role.PROGRAM_REVIEWER, name="Ada")


@pytest.fixture
def finn():
    return person(Role.FISCAL_REVIEWER, name="Finn")


def board(reader, at):
    return {load.name: load for load in workload(YEAR, reader=reader, on=eastern_day(at))}


def test_it_counts_by_role_and_names_the_oldest_that_waits(ada, finn, manager, noon):
    old = under_review("Ansonia", ada, finn, days=20, at=noon)
    under_review("Bristol", ada, finn, days=3, at=noon)
    MembershipFactory(user=finn, role=Role.PROGRAM_REVIEWER)
    under_review("Derby", finn, person(Role.FISCAL_REVIEWER, name="Gina"), days=9, at=noon)
    recommend(plan_id=old.pk, version=1, text="Sound.", key=uuid4(), by=ada, at=noon)

    found = board(manager, noon)

    assert (found["Ada"].program, found["Ada"].fiscal) == (2, 0)
    assert (found["Finn"].program, found["Finn"].fiscal) == (1, 2)
    assert [(one.name, one.days) for one in found["Ada"].shown] == [("Bristol", 3)]
    assert (found["Finn"].oldest.name, found["Finn"].waiting) == ("Ansonia", 3)


def test_who_has_kept_a_plan_waiting_longest_comes_first_and_who_has_none_last(
    ada, finn, manager, noon
):
    person(Role.PROGRAM_REVIEWER, name="Aaron")
    gina = person(Role.FISCAL_REVIEWER, name="Gina")
    plan = under_review("Ansonia", ada, finn, days=20, at=noon)
    under_review("Bristol", ada, gina, days=3, at=noon)
    recommend(plan_id=plan.pk, version=1, text="Sound.", key=uuid4(), by=ada, at=noon)

    found = [name for name in board(manager, noon) if not name.startswith("Person")]
    assert found == ["Finn", "Ada", "Gina", "Aaron"]


def test_a_returned_plan_is_in_hand_and_waits_for_nobody_here(manager, noon):
    plan = PlanFactory(returned=True)
    reviewer = plan.assignments.first().reviewer

    load = board(manager, noon)[reviewer.name]

    assert (load.program + load.fiscal, load.waiting) == (1, 0)


def test_who_lost_the_role_is_shown_as_long_as_a_plan_is_theirs(ada, finn, manager, noon):
    under_review("Ansonia", ada, finn, days=1, at=noon)
    ada.memberships.update(ended_at=noon, ended_by=manager)

    assert not board(manager, noon)["Ada"].is_reviewer
    assert board(manager, noon)["Finn"].is_reviewer


def test_of_a_district_the_reader_is_kept_from_nothing_counts(ada, finn, manager, noon):
    plan = under_review("Ansonia", ada, finn, days=1, at=noon)
    MembershipFactory(user=manager, role=Role.DISTRICT_VIEWER, district=plan.district)

    assert board(manager, noon)["Ada"].program == 0


def test_the_page_links_what_waits_and_is_the_departments(client, ada, finn, noon):
    plan = under_review("Ansonia", ada, finn, days=1, at=noon)
    client.force_login(person(Role.AUDITOR))
    page = client.get(URL)
    client.force_login(person(Role.SUPERINTENDENT, plan.district))

    assert page.text.count(f'href="/reviews/{plan.district.slug}/2027/"') == 2
    assert client.get(URL).status_code == HTTPStatus.FORBIDDEN


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_has_a_fixed_number_of_queries(
    client, ada, finn, manager, noon, django_assert_num_queries, number
):
    for one in range(number):
        under_review(f"District {one}", ada, finn, days=one, at=noon)
    client.force_login(manager)
    client.get(URL)

    with django_assert_num_queries(8):
        client.get(URL)


def test_of_another_year_plans_are_counted_and_none_is_said_to_wait(
    client, ada, finn, manager, noon
):
    plan = under_review("Ansonia", ada, finn, days=400, at=noon)
    Plan.objects.filter(pk=plan.pk).update(cycle=YEAR + 1)
    under_review("Bristol", ada, finn, days=3, at=noon)

    load = board(manager, noon)["Ada"]
    after = {each.name: each for each in workload(YEAR + 1, reader=manager, on=eastern_day(noon))}

    assert (load.program, load.of_other_years, load.waiting) == (1, 1, 1)
    assert [one.name for one in after["Ada"].shown] == ["Ansonia"]
    client.force_login(manager)
    assert "Ansonia" in client.get(URL, {"fy": YEAR + 1}).text
    assert "Ansonia" not in client.get(URL, {"fy": YEAR}).text


def test_of_many_that_wait_the_oldest_are_named_and_all_are_counted(
    ada, finn, manager, noon, monkeypatch
):
    monkeypatch.setattr("reviews.reports.workload.SHOWN", 1)
    under_review("Bristol", ada, finn, days=3, at=noon)
    under_review("Ansonia", ada, finn, days=20, at=noon)

    load = board(manager, noon)["Ada"]

    assert [one.name for one in load.shown] == ["Ansonia"]
    assert (load.waiting, load.not_shown) == (2, 1)
