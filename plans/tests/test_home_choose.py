"""Where a plan is, in words for the reader: in the list of one's districts, and on its pages."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from districts.roles import Role
from districts.tests.factories import DistrictFactory, MembershipFactory, person
from plans.tests.factories import PlanFactory

pytestmark = pytest.mark.django_db


def test_each_district_says_where_its_plan_is_and_when_it_is_due(
    client, django_assert_max_num_queries
):
    ansonia = DistrictFactory(name="Ansonia", designated=True)
    bristol = DistrictFactory(name="Bristol", designated=True)
    canaan = DistrictFactory(name="Canaan", designated=True)
    coordinator = person(Role.PLAN_COORDINATOR, ansonia)
    for other in (bristol, canaan):
        MembershipFactory(user=coordinator, role=Role.PLAN_COORDINATOR, district=other)
    PlanFactory(district=ansonia)
    PlanFactory(district=bristol, submitted=True)
    client.force_login(coordinator)

    with django_assert_max_num_queries(9):  # however many districts
        page = client.get("/home/")

    rows = [
        " ".join(row.text.split())
        for row in BeautifulSoup(page.text, "html.parser").select(".rows > li")
    ]
    assert rows == [
        "Ansonia FY2027 plan, due Tuesday, June 30, 2026 Draft: with you",
        "Bristol FY2027 plan Submitted",
        "Canaan No plan yet Not started",
    ]


@pytest.mark.parametrize(
    ("role", "words"),
    [
        (Role.PLAN_COORDINATOR, "Draft: with you"),
        (Role.FISCAL_OFFICER, "Draft: with you"),
        (Role.BOARD_CHAIR, "Draft: being written"),
        (Role.DISTRICT_VIEWER, "Draft: being written"),
    ],
)
@pytest.mark.parametrize("page", ["overview", "read", "signatures"])
def test_a_draft_is_with_those_who_write_it(client, role, words, page):
    plan = PlanFactory()
    client.force_login(person(role, plan.district))

    shown = client.get(reverse(f"plans:{page}", args=[plan.district.slug, plan.cycle_id])).text

    assert [each in shown for each in ("Draft: with you", "Draft: being written")] == [
        each == words for each in ("Draft: with you", "Draft: being written")
    ]
