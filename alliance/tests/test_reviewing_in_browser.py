"""A plan is rated by keys, section by section, and saved as one types, in a real browser."""

from http import HTTPStatus

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from alliance.tests.axe import faults_of
from plans.models import Assignment
from plans.tests.factories import PlanFactory
from reviews.models import Level, Rating

STILL = {"reduced_motion": "reduce"}  # a color half-way between two is nobody's

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def url(plan, key):
    return reverse("reviews:section", args=[plan.district.slug, plan.cycle_id, key])


@pytest.fixture
def plan(transactional_db):
    return PlanFactory(under_review=True)


@pytest.fixture
def page(visit, plan):
    reviewer = plan.assignments.get(reviews_as=Assignment.As.PROGRAM).reviewer
    page = visit(reviewer.email, **STILL)
    page.goto(url(plan, "strategies"))
    return page


def test_keys_rate_and_go_through_the_sections_and_can_be_switched_off(page, plan):
    pace, saved = page.locator("#pace"), page.locator("#ratings-saved")
    page.keyboard.press("n")
    page.keyboard.press("1")
    expect(pace).to_contain_text("1 of 9")
    expect(saved).to_contain_text("Saved")
    page.keyboard.press("n")
    page.keyboard.press("3")
    expect(pace).to_contain_text("2 of 9")
    second = page.locator("[data-criterion]").nth(1)
    second.locator("textarea").fill("No evidence of 2 [ or 3 ] is named?")  # they are words here
    expect(saved).to_contain_text("Saved")
    expect(second.locator("textarea")).to_have_js_property(
        "defaultValue", "No evidence of 2 [ or 3 ] is named?"
    )
    levels = Rating.objects.order_by("criterion__position").values_list("level", "evidence")
    assert list(levels) == [
        (Level.MEETS, ""),
        (Level.DOES_NOT, "No evidence of 2 [ or 3 ] is named?"),
    ]
    assert page.url.endswith(url(plan, "strategies"))

    page.locator("h1").click()
    page.keyboard.press("?")
    expect(page.locator("#keys-list")).to_be_visible()
    assert faults_of(page) == []
    page.keyboard.press("Escape")
    page.keyboard.press("]")
    page.wait_for_url(f"**{url(plan, 'budget')}")
    page.keyboard.press("c")
    expect(page.locator("#comment-text")).to_be_focused()
    page.locator("h1").click()
    with page.expect_response("**/sessions/keys/") as kept:
        page.get_by_role("button", name="Switch keys off").click()
    assert kept.value.status == HTTPStatus.NO_CONTENT
    page.reload()  # it is the account's, not the page's
    page.locator("h1").click()
    page.keyboard.press("[")
    page.keyboard.press("1")
    expect(page.get_by_role("button", name="Switch keys on")).to_be_visible()
    assert page.url.endswith(url(plan, "budget"))
    assert Rating.objects.count() == 2


def test_what_two_windows_of_one_reviewer_wrote_is_asked_on_the_page(page, plan):
    evidence = page.locator("[data-criterion] textarea").first
    other = page.context.new_page()
    other.goto(url(plan, "strategies"))
    there = other.locator("[data-criterion] textarea").first
    there.fill("Written in the other window.")
    expect(there).to_have_js_property("defaultValue", "Written in the other window.")

    evidence.fill("Written here.")
    expect(page.get_by_role("button", name="Keep mine")).to_be_visible()
    expect(page.locator("#ratings-saved")).to_contain_text("Not all is saved")
    assert faults_of(page) == []
    page.get_by_role("button", name="Keep mine").click()
    page.wait_for_url("**#ratings-saved")
    assert Rating.objects.get().evidence == "Written here."
