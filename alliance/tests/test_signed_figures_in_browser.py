"""What is signed is what is submitted and approved, in a real browser.

What the plan lacks leads to its field; what the Department loads meanwhile is said, and acted on.
"""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from alliance.tests.browsing import send
from districts.models import Allocation
from districts.roles import Role
from districts.tests.factories import AllocationFactory, DistrictFactory, person, restated
from plans.models import LookBack, NeedsAssessment, Plan, StakeholderEngagement
from plans.tests.documents import change
from plans.tests.factories import PlanFactory, document_of, sign_version, write_rows
from reviews.models import Determination
from reviews.tests.test_since_closing import handed_in

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

LACKING = {  # the link on the page of closing, and what has the focus then
    "Needs assessment: Indicators this rests on": "#id_indicator_numbers",
    "Look back at last year: How last year’s plan was carried out": "#id_implementation",
    "Local board approval": "#id_planned_on",
}
FINAL = "The allocation was $1,000,000, preliminary; it is $900,000, final now."


@pytest.fixture
def district():
    district = DistrictFactory(designated=True)
    AllocationFactory(district=district, stage="preliminary")
    return district


def url(app: str, name: str, plan: Plan) -> str:
    return reverse(f"{app}:{name}", args=[plan.district.slug, plan.cycle_id])


def main(page: Page):
    return page.locator("main")


def press(page: Page, name: str) -> None:
    send(main(page).get_by_role("button", name=name, exact=True))


def follow_each(page: Page, closing: str) -> None:
    """From the page of closing to what is lacking, and back."""
    for words, place in LACKING.items():
        page.goto(closing)
        main(page).get_by_role("link", name=words, exact=True).click()
        expect(page.locator(place)).to_be_focused()
        expect(page.locator(place)).to_be_in_viewport()
    page.goto(closing)
    main(page).get_by_role("link", name="Engagement", exact=True).click()
    expect(main(page).get_by_role("link", name="Add an entry")).to_be_in_viewport()


def test_what_a_plan_lacks_leads_to_its_field_and_a_final_allocation_stops_what_was_signed(
    visit, district
):
    plan = PlanFactory(district=district, board__approved_on=None)
    whole = write_rows(plan)
    entries = list(StakeholderEngagement.objects.filter(plan=plan))
    StakeholderEngagement.objects.filter(plan=plan).delete()
    NeedsAssessment.objects.filter(plan=plan).update(indicator_numbers=[])
    LookBack.objects.filter(plan=plan).update(implementation="")
    page = visit(person(Role.PLAN_COORDINATOR, district).email)

    closing = url("plans", "close", plan)
    page.goto(closing)
    expect(
        page.get_by_role("heading", name="Cannot be closed yet: 3 things missing")
    ).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("^Close"))).to_have_count(0)
    follow_each(page, closing)

    StakeholderEngagement.objects.bulk_create(entries)
    cited = [one.number for one in whole.needs.indicators]
    NeedsAssessment.objects.filter(plan=plan).update(indicator_numbers=cited)
    LookBack.objects.filter(plan=plan).update(implementation="Most of it ran.")
    page.goto(closing)
    press(page, "Close the plan for signature")
    sign_version(plan.versions.get())
    page.goto(url("plans", "submit", plan))
    AllocationFactory(district=district, stage="final", amount=900_000)
    press(page, "Submit the plan")

    expect(page.get_by_role("heading", name=re.compile("^Cannot be submitted yet"))).to_be_visible()
    expect(main(page)).to_contain_text(f"{FINAL} Close the plan for signature again;")
    expect(main(page)).to_contain_text("the final allocation is $900,000. Budget $100,000 less.")
    assert not plan.events.exists()


@pytest.fixture
def preliminary(district):
    """A plan whose second version was signed and recommended at a preliminary $1,000,000."""
    plan = PlanFactory(district=district, under_review=True)
    return handed_in(plan, change(document_of(district), "money", stage="preliminary"))


def write_findings(page: Page) -> None:
    page.get_by_label("Largely").check()
    page.get_by_label("Progress").check()
    for reasons in page.get_by_label(re.compile("^Reasons")).all():
        reasons.fill("Most of it ran.")


def test_a_final_allocation_that_comes_after_submission_is_acted_on_at_approval(
    visit, preliminary, commissioner
):
    plan, approval = preliminary, url("reviews", "approve", preliminary)
    decider = visit(commissioner.email)
    decider.goto(approval)
    expect(decider.get_by_role("heading", name="Nothing stands in the way")).to_be_visible()
    write_findings(decider)

    # Loaded under the page: the click decides nothing, and the way on is a return.
    AllocationFactory(district=plan.district, stage="final", amount=900_000)
    press(decider, "Approve the plan")
    gate = decider.locator("#gate")
    expect(gate).to_contain_text("The Department’s list now says $900,000, final;")
    expect(gate).to_contain_text("Budget $100,000 less. Return the plan for this.")
    assert not Determination.objects.exists()

    # Another list says the amount that was signed: there it is to be read, and no more.
    restated(Allocation.objects.get(stage="final"), amount=1_000_000)
    moved = "The allocation was $1,000,000, preliminary; it is $1,000,000, final now."
    reviewer = visit(plan.assignments.current().earliest("pk").reviewer.email)
    reviewer.goto(url("reviews", "plan", plan))
    expect(main(reviewer)).to_contain_text(moved)
    decider.goto(approval)
    expect(gate).to_contain_text(moved)
    write_findings(decider)
    press(decider, "Approve the plan")
    tick = decider.get_by_label(re.compile("^I have read what changed"))
    expect(tick).to_have_attribute("aria-invalid", "true")
    tick.check()
    press(decider, "Approve the plan")

    expect(main(decider)).to_contain_text("Approved")
    decided = Determination.objects.get()
    assert (decided.amount, decided.moved) == (1_000_000, moved)
    assert "spend $1,000,000 for" in decided.letter
