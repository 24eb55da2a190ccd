"""The journey by keyboard alone: Tab, Shift+Tab, Enter, Space, arrows and typing.

At every stop the focused element is on the screen and in a visible ring, the order follows the
page, and nothing holds the focus: alliance/tests/keyboard.py looks.
"""

import re
from uuid import uuid4

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from alliance.tests.keyboard import Keyboard
from districts.roles import Role
from districts.tests.factories import AllocationFactory, DistrictFactory, person
from plans import services
from plans.models import PerformanceTarget, Plan
from plans.tests.factories import PlanFactory, write_rows
from plans.workflow import Status
from reviews.services import assign

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def people(db):
    district = DistrictFactory(name="Ansonia", slug="ansonia", designated=True)
    AllocationFactory(district=district)
    write_rows(PlanFactory(district=district))
    people = {
        role: person(role, district, email=f"{role.value}@ansonia.example.org")
        for role in (Role.PLAN_COORDINATOR, Role.SUPERINTENDENT, Role.BOARD_CHAIR)
    }
    return people | {
        role: person(role, email=f"{role.value}@csde.example.org")
        for role in (Role.PROGRAM_REVIEWER, Role.FISCAL_REVIEWER, Role.PROGRAM_MANAGER)
    }


def link(page: Page, name: str):
    return page.locator("main").get_by_role("link", name=re.compile(f"^{name}")).first


def button(page: Page, name: str):
    return page.locator("main").get_by_role("button", name=name, exact=True)


def write_a_target(keyboard: Keyboard) -> None:
    page = keyboard.page
    keyboard.open(link(page, "Objectives and targets"))
    keyboard.skip_to_the_page()
    keyboard.go_to(link(page, "Add a target"))
    keyboard.press("Enter")
    expect(page.get_by_label("Indicator")).to_be_focused()
    keyboard.press("ArrowDown")
    keyboard.fill(page.get_by_label("What exactly is measured"), "Grade 3 mathematics")
    keyboard.fill(page.get_by_label("Student group"), "All students")
    keyboard.fill(page.get_by_label("Year of the baseline"), "2024-25")
    keyboard.fill(page.locator("#id_target_value"), "51")
    keyboard.fill(page.get_by_label("Unit"), "index points")
    keyboard.fill_day(page.get_by_label("To be reached by"), "06152027", day="2027-06-15")
    keyboard.fill(page.get_by_label("Data source"), "EdSight")
    keyboard.go_to(button(page, "Add"))
    keyboard.press("Enter")
    expect(page.locator("#announced")).to_contain_text("Added: ")


def mistype_its_baseline(keyboard: Keyboard) -> None:
    """What was added has the focus in the list: Enter opens it."""
    page = keyboard.page
    expect(link(page, "1.3 · Grade 3 mathematics")).to_be_focused()
    with page.expect_event("load"):
        keyboard.press("Enter")
    lead_past_the_sections(keyboard)
    page.reload()
    keyboard.skip_to_the_page()
    keyboard.fill(page.locator("#id_baseline"), "46.l")
    keyboard.go_to(button(page, "Save"))
    with page.expect_event("load"):
        keyboard.press("Enter")


def mend_what_is_marked(keyboard: Keyboard) -> None:
    """The save stayed, at its summary; from there to the field, and over it with Shift+Tab."""
    page = keyboard.page
    expect(page.locator("#to-fix")).to_be_focused()
    expect(page).to_have_title(re.compile("^1 field to fix: "))
    keyboard.go_to(page.locator("#to-fix").get_by_role("link"))
    keyboard.press("Enter")
    field = page.locator("#id_baseline")
    expect(field).to_be_focused()
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_value("46.l")
    keyboard.go_to(page.get_by_label("Year of the baseline"))
    keyboard.go_to(field, key="Shift+Tab")
    keyboard.press("Control+a")
    keyboard.type("46.1")
    keyboard.go_to(button(page, "Save"))
    with page.expect_event("load"):
        keyboard.press("Enter")
    expect(page.locator("#announced")).to_have_text("Performance target: saved.")


def lead_past_the_sections(keyboard: Keyboard) -> None:
    """Two more skips: to the form, whose first field is near, and to what is missing."""
    page = keyboard.page
    keyboard.skip_to_the_page()
    keyboard.go_to(page.get_by_role("link", name="Skip to the form"), key="Shift+Tab")
    keyboard.press("Enter", "Tab")
    expect(page.get_by_label("Indicator")).to_be_focused()
    page.reload()
    keyboard.stop("Tab")
    keyboard.go_to(page.get_by_role("link", name="Skip to what is missing"))
    keyboard.press("Enter")
    expect(page.locator("#findings-rail")).to_be_focused()


def sign(people) -> None:
    """What the two signers do meanwhile."""
    plan = Plan.objects.get()
    sha256 = services.current_version(plan).sha256
    for role in (Role.SUPERINTENDENT, Role.BOARD_CHAIR):
        services.sign(plan_id=plan.pk, sha256=sha256, by=people[role], at=timezone.now())


def test_a_plan_is_written_handed_in_and_returned_by_keyboard_alone(arrive, people):
    keyboard = arrive("plan_coordinator@ansonia.example.org")
    page = keyboard.page
    write_a_target(keyboard)
    mistype_its_baseline(keyboard)
    mend_what_is_marked(keyboard)
    target = PerformanceTarget.objects.latest("pk")
    assert (str(target.baseline), str(target.due_on)) == ("46.10", "2027-06-15")

    keyboard.open(page.locator(".crumbs").get_by_role("link", name="FY2027 plan"))
    keyboard.open(link(page, "Close for signature"))
    keyboard.open(button(page, "Close the plan for signature"))
    sign(people)
    keyboard.open(page.locator(".crumbs").get_by_role("link").first)
    keyboard.open(link(page, "Submit the plan"))
    keyboard.open(button(page, "Submit the plan"))
    plan = Plan.objects.get()
    assert plan.status == Status.SUBMITTED

    assign(
        plan_id=plan.pk,
        program_reviewer_id=people[Role.PROGRAM_REVIEWER].pk,
        fiscal_reviewer_id=people[Role.FISCAL_REVIEWER].pk,
        by=people[Role.PROGRAM_MANAGER],
        at=timezone.now(),
        key=uuid4(),
    )
    keyboard = arrive("program_reviewer@csde.example.org")
    page = keyboard.page
    keyboard.open(link(page, "Ansonia"))
    keyboard.open(link(page, "Comment"))

    # Sent empty: the summary has the focus, and its links lead to the fields.
    keyboard.open(button(page, "Add the comment"))
    expect(page.get_by_role("alert")).to_be_focused()
    keyboard.go_to(page.get_by_role("alert").get_by_role("link", name="Who reads it"))
    keyboard.press("Enter")
    expect(page.get_by_label("Internal")).to_be_focused()
    keyboard.press("ArrowDown")
    keyboard.go_to(page.get_by_label("Section"), key="Shift+Tab")
    keyboard.type("Budget")
    keyboard.fill(page.locator("#id_text"), "Which grades does line 2 pay for?")
    keyboard.go_to(button(page, "Add the comment"))
    with page.expect_event("load"):
        keyboard.press("Enter")
    comment = plan.comments.get()
    assert (comment.section, comment.audience) == ("budget", "district")

    # The page came back at the section, where the comment is; the acts are before it.
    keyboard.go_to(link(page, "Return for changes"), key="Shift+Tab")
    with page.expect_event("load"):
        keyboard.press("Enter")
    keyboard.skip_to_the_page()
    keyboard.go_to(page.get_by_label("Section").first)
    keyboard.type("Strategies")
    keyboard.fill(page.get_by_label("What has to change").first, "Say which schools come first.")
    keyboard.go_to(button(page, "Return the plan"))
    with page.expect_event("load"):
        keyboard.press("Enter")
    change = plan.required_changes.get()
    assert (change.section, change.text) == ("strategies", "Say which schools come first.")
