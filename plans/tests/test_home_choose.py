"""Whoever belongs to two districts reads of each, before choosing, which plan is owed and when."""

import pytest
from bs4 import BeautifulSoup

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
