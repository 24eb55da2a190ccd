"""Spending is reported and certified, and a revision begun, by keyboard alone; and every page of
the year is gone through by Tab.

What is looked at on the way is that of alliance/tests/keyboard.py.
"""

import pytest
import time_machine
from playwright.sync_api import expect

from alliance.tests.keyboard import Keyboard
from alliance.tests.test_keyboard import button, link
from districts.roles import DISTRICT_ROLES, Role
from districts.tests.factories import PASSWORD, person
from plans.models import PlanRevision
from plans.tests.test_revising import NOW
from plans.tests.test_revising import cora as cora
from plans.tests.test_revising import plan as plan
from progress.models import ExpenditureReport
from progress.tests.factories import (
    ExpenditureReportFactory,
    ProgressReportFactory,
    line_outcome,
    strategy_outcome,
    target_outcome,
)
from progress.tests.spending import AUGUST, Office, approved_plan
from progress.workflow import ReportStatus
from reviews.tests.years import amendment_2028, approved_2027

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


def start_the_report(keyboard) -> None:
    page = keyboard.page
    page.goto("/plans/town/2027/")
    keyboard.open(link(page, "Reports on the FY2027 plan"))
    keyboard.open(link(page, "Spending of the year"))
    keyboard.open(button(page, "Start the report as of June 30, 2027"))


def save(keyboard) -> None:
    keyboard.go_to(button(keyboard.page, "Save"))
    with keyboard.page.expect_event("load"):
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
        with keyboard.page.expect_event("load"):
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
        with page.expect_event("load"):
            keyboard.press("Enter")

    revision = PlanRevision.objects.get()
    assert (revision.sections, revision.reason) == ("budget", "A tutor left.")


@pytest.fixture
def year(db, settings):
    """A year that was reported on, and the amendment after it, which waits for its decision."""
    settings.ACCOUNT_RATE_LIMITS = False
    last = approved_2027()
    strategy_outcome(last, "strategy-31", "on_track", sentence="It runs.", milestones_due=2)
    target_outcome(last, "target-21", "52", source="Smarter Balanced")
    line_outcome(last, "line-41", 20_000)
    ExpenditureReportFactory(plan=last, accepted=True)
    ProgressReportFactory(plan=last)
    amendment_2028(last)
    return last.district


OF_DISTRICT = (
    *("/reports/{slug}/2027/", "/reports/{slug}/2027/spending/", "/plans/{slug}/2027/came-to/"),
    *("/plans/{slug}/2027/revision/", "/plans/{slug}/2028/carried/", "/ledger/{slug}/"),
    *("/ledger/{slug}/line-of-sight/", "/districts/{slug}/figures/"),
)
OF_DEPARTMENT = (
    *("/certified-reports/", "/spending/2027/", "/reviews/determinations/", "/ledger/"),
    *("/ledger/line-of-sight/", "/reviews/{slug}/2027/determine/", "/reviews/{slug}/2028/approve/"),
)


@pytest.mark.parametrize(
    ("role", "paths"),
    [(Role.SUPERINTENDENT, OF_DISTRICT), (Role.COMMISSIONER, OF_DEPARTMENT)],
)
def test_every_page_of_the_year_is_gone_through_by_tab(arrive, year, role, paths):
    with time_machine.travel(AUGUST):
        user = person(role, year if role in DISTRICT_ROLES else None)
        keyboard = arrive(user.email)
        stops = {}
        for path in paths:
            answer = keyboard.page.goto(path.format(slug=year.slug))
            assert answer.status == 200, path
            stops[path] = keyboard.walk()

    assert sum(stops.values()) > len(paths)  # a page may have nothing to press


LOSES_IT = """
<!doctype html><html lang="en"><title>Faults</title><style>:focus { outline: 3px solid }</style>
<a href="#main">Skip</a><main id="main"><button onfocus="this.blur()">A</button></main>
<footer><a href="/">B</a></footer></html>
"""


def test_a_page_that_loses_the_focus_is_found(chromium):
    page = chromium.new_page()
    page.set_content(LOSES_IT)

    with pytest.raises(AssertionError, match="loses the focus after 0 stops"):
        Keyboard(page).walk()
