"""Spending is reported and certified, and a revision begun, by keyboard alone.

What is looked at on the way is that of alliance/tests/keyboard.py.
"""

import pytest
import time_machine
from playwright.sync_api import expect

from alliance.tests.test_keyboard import button, link
from districts.tests.factories import PASSWORD
from plans.models import PlanRevision
from plans.tests.test_revising import NOW
from plans.tests.test_revising import cora as cora
from plans.tests.test_revising import plan as plan
from progress.models import ExpenditureReport
from progress.tests.spending import AUGUST, Office, approved_plan
from progress.workflow import ReportStatus

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


def start_the_report(keyboard) -> None:
    page = keyboard.page
    page.goto("/plans/town/2027/")
    keyboard.open(link(page, "Reports on the FY2027 plan"))
    keyboard.open(link(page, "Spending of the year"))
    keyboard.open(button(page, "Start the report as of June 30, 2027"))


def save(keyboard) -> None:
    keyboard.go_to(button(keyboard.page, "Save"))
    with keyboard.page.expect_navigation():
        keyboard.press("Enter")


def fill_in_the_figures(keyboard) -> None:
    """One is mistyped: the words of what is missing lead to it, and it is mended there."""
    page = keyboard.page
    keyboard.skip_to_the_page()
    for name, figure in [
        ("111B Teachers: obligated", "0"),
        ("111B Teachers: spent to date", "85O,000"),
        ("611 Instructional supplies: obligated", "0"),
        ("611 Instructional supplies: spent to date", "90,000"),
    ]:
        keyboard.fill(page.get_by_label(name, exact=True), figure)
    save(keyboard)
    field = page.get_by_label("111B Teachers: spent to date", exact=True)
    expect(field).to_have_value("85O,000")
    keyboard.skip_to_the_page()
    keyboard.go_to(link(page, "Go to 111B Teachers, spent to date"))
    keyboard.press("Enter")
    expect(field).to_be_focused()
    keyboard.press("Control+a")
    keyboard.type("850,000")
    save(keyboard)


def test_spending_is_reported_and_certified(arrive):
    with time_machine.travel(AUGUST):
        office = Office.of(approved_plan(district__slug="town"))
        keyboard = arrive(office.officer.email)
        start_the_report(keyboard)
        fill_in_the_figures(keyboard)
        keyboard.open(button(keyboard.page, "Close the report"))

        keyboard = arrive(office.superintendent.email)
        keyboard.page.goto("/reports/town/2027/spending/annual/")
        keyboard.open(link(keyboard.page, "Read and certify"))
        keyboard.skip_to_the_page()
        keyboard.fill(keyboard.page.get_by_label("Your password"), PASSWORD)
        keyboard.go_to(button(keyboard.page, "Certify the report"))
        with keyboard.page.expect_navigation():
            keyboard.press("Enter")

    report = ExpenditureReport.objects.get()
    assert (report.status, report.certified_by) == (ReportStatus.CERTIFIED, office.superintendent)


def test_a_revision_is_begun(arrive, plan, cora):
    with time_machine.travel(NOW):
        keyboard = arrive(cora.email)
        page = keyboard.page
        page.goto(f"/plans/{plan.district.slug}/2027/revision/")
        keyboard.open(link(page, "Revise the plan"))
        keyboard.skip_to_the_page()
        keyboard.go_to(page.get_by_label("Budget"))
        keyboard.press("Space")
        keyboard.fill(page.get_by_label("Why the plan changes"), "A tutor left.")
        keyboard.go_to(button(page, "Start the revision"))
        with page.expect_navigation():
            keyboard.press("Enter")

    revision = PlanRevision.objects.get()
    assert (revision.sections, revision.reason) == ("budget", "A tutor left.")
