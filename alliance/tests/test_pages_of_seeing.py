"""The dashboard, its lists, search and saved views, by keyboard: axe finds nothing."""

import pytest

from alliance.tests.test_pages_of_the_year import STILL, look
from districts.roles import Role
from districts.tests.factories import DistrictFactory, person
from plans.tests.factories import PlanFactory

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


def test_nothing_is_found_on_the_pages_that_show_the_work(visit, manager):
    ansonia = DistrictFactory(name="Ansonia", slug="ansonia", designated=True)
    person(Role.PLAN_COORDINATOR, ansonia)
    for made in ({"submitted": True}, {"returned": True}, {"approved": True}):
        PlanFactory(district=DistrictFactory(designated=True), **made)
    page = visit(manager.email, **STILL)

    lists = (f"/dashboard/{name}/?fy=2027" for name in ("plans", "late", "dollars", "quiet"))
    faults = look(page, "/dashboard/?fy=2027", *lists, "/nudges/ansonia/2027/")
    faults += look(page, "/search/", "/search/?q=reading&fy=2027", "/search/?q=the")

    page.goto("/dashboard/plans/?fy=2027")
    page.get_by_label("With").select_option(label="Department")
    page.get_by_role("button", name="Show").press("Enter")
    page.get_by_role("link", name="Your views").press("Enter")
    page.get_by_label("Name of the view").fill("With us")
    page.get_by_role("button", name="Save this view").press("Enter")
    page.get_by_text("saved as “With us”").wait_for()
    assert page.locator(".stacks tbody tr").count() == 1
    page.get_by_role("link", name="Your views").click()
    faults += look(page, "/views/plans/?fy=2027")

    assert faults == []
    page.get_by_role("link", name="With us").click()
    assert page.url.endswith("side=state")
    page.goto("/search/?q=reading&fy=2027")
    page.locator(".found a").first.click()
    assert "#" in page.url
    page.context.close()
