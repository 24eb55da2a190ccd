"""A decided allocation is changed, and a district with a plan under review retired, by two people.

In a real browser: what is said before, which letters leave, and what the record shows afterwards.
"""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from alliance.tests.browsing import send
from alliance.tests.demo import load_roster
from districts.models import Allocation, District
from districts.roles import Role
from districts.tests.factories import DistrictFactory, person
from notices.models import Notice
from plans.tests.factories import PlanFactory

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]
VIEWS = [(1440, "light"), (390, "dark")]


@pytest.fixture
def two(visit):
    """Who asks and who confirms, each at a browser."""
    return (
        visit(person(Role.SYSADMIN, name="Ada Admin").email),
        visit(person(Role.PROGRAM_MANAGER, name="Max Manager").email),
    )


def plan_that_is(status: str):
    district = DistrictFactory(name="Derby", designated=True, funded=True)
    for role in (Role.SUPERINTENDENT, Role.PLAN_COORDINATOR):
        person(role, district)
    return PlanFactory(district=district, **{status: True})


def has_no_faults(page) -> None:
    """Nothing that axe finds, in a wide light window and a narrow dark one."""
    for width, scheme in VIEWS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found = Axe().run(page).response["violations"]
        assert [(fault["id"], fault["nodes"][0]["html"]) for fault in found] == []


def letters(kind: str) -> set[str]:
    return {notice.to.name for notice in Notice.objects.filter(kind=kind).select_related("to")}


def test_a_decided_allocation_is_changed_by_two_people(two):
    admin, manager = two
    plan_that_is("approved")

    admin.goto("/districts/derby/")
    send(admin.get_by_role("link", name="Change FY2027 final"))
    has_no_faults(admin)
    said_before = admin.locator("main").inner_text()
    admin.get_by_label("Amount").fill("$17,000,000")
    send(admin.get_by_role("button", name="Save the allocation"))
    refused = admin.locator("main [role=alert]").inner_text()
    admin.get_by_label("Reason").fill("The list had another district’s figure.")
    send(admin.get_by_role("button", name="Save the allocation"))
    waiting = admin.locator("main").inner_text()
    before = District.objects.get(slug="derby").allocations.get().amount
    manager.goto(admin.url)
    has_no_faults(manager)
    send(manager.get_by_role("button", name="Confirm the change"))
    confirmed = manager.locator("main").inner_text()
    admin.goto("/districts/derby/")
    has_no_faults(admin)
    record = admin.locator("#record").inner_text()

    assert "Derby’s plan for FY2027, approved" in said_before
    assert "Who can confirm it: Max Manager." in said_before
    assert "Write why" in refused
    assert "It waits for one of these to confirm it: Max Manager." in waiting
    assert (before, District.objects.get(slug="derby").allocations.get().amount) == (
        1_000_000,
        17_000_000,
    )
    assert "Confirmed: it is in effect" in confirmed
    assert letters("roster_proposed") == {"Max Manager"}
    assert "Ada Admin" in letters("roster_changed")
    assert len(letters("roster_changed")) == 5  # two of the district, two reviewers, who asked
    for said in (
        "$1,000,000 → $17,000,000",
        "Asked by Ada Admin",
        "confirmed by Max Manager",
        "Reason: The list had another district’s figure.",
    ):
        assert said in record


def test_a_district_with_a_plan_under_review_is_retired_by_two_people(two, visit):
    admin, manager = two
    plan = plan_that_is("under_review")

    admin.goto("/districts/derby/retire/")
    has_no_faults(admin)
    asked = admin.locator("main").inner_text()
    admin.get_by_label("Reason", exact=True).fill("It joins its neighbor.")
    send(admin.get_by_role("button", name="Retire Derby"))
    manager.goto(admin.url)
    send(manager.get_by_role("button", name="Confirm the change"))
    manager.goto("/reviews/")
    row = manager.get_by_role("row", name="Derby").inner_text()
    admin.goto("/districts/derby/")
    record = admin.locator("#record").inner_text()
    send(admin.get_by_role("link", name="Restore Derby"))
    has_no_faults(admin)
    admin.goto("/roster/changes/")
    has_no_faults(admin)
    admin.goto("/roster/file/")
    has_no_faults(admin)
    coordinator = plan.district.memberships.get(role=Role.PLAN_COORDINATOR).user
    theirs = visit(coordinator.email)
    has_no_faults(theirs)

    assert "Derby’s plan for FY2027, with the Department" in asked
    assert "It stays in its year’s queue and is still to be decided." in asked
    assert "retired" in row
    assert "Under review" in row
    assert "On the roster → retired" in record
    assert "Reason: It joins its neighbor." in record
    assert coordinator.name in letters("roster_changed")


class Counted:
    """A browser's page that counts the pages it loads and the clicks of whoever sits there."""

    def __init__(self, page):
        self.page, self.loads, self.clicks = page, 0, 0
        page.on("load", lambda _: self._loaded())

    def _loaded(self):
        self.loads += 1

    def click(self, role: str, name: str):
        self.clicks += 1
        self.page.get_by_role(role, name=name).first.click()
        self.page.wait_for_load_state("load")


def test_thirty_three_allocations_of_a_new_year_are_one_file_and_two_people(two, tmp_path):
    """Who uploads: 3 page loads, 4 clicks. Who confirms: 2 page loads, 1 click."""
    admin, manager = (Counted(page) for page in two)
    load_roster()
    admin.page.goto("/districts/")
    admin.loads = 0

    admin.click("link", "Load a file")
    has_no_faults(admin.page)
    with admin.page.expect_download() as given:
        admin.click("link", "(CSV)")
    lines = Path(given.value.path()).read_text("utf-8-sig").splitlines()
    file = tmp_path / "allocations.csv"
    file.write_text("\n".join([lines[0], *(line.replace(",,", ",1000000,") for line in lines[1:])]))
    admin.clicks += 1  # choosing the file
    admin.page.get_by_label("Roster file").set_input_files(file)
    admin.page.get_by_label("Date of the payment list").fill("2027-04-30")
    admin.click("button", "Compare the file")
    shown = admin.page.locator("main").inner_text()
    year = int(lines[1].split(",")[2].removeprefix("FY"))
    before = Allocation.objects.filter(fiscal_year=year).count()
    has_no_faults(admin.page)
    manager.loads = 0
    manager.page.goto(admin.page.url)  # as the letter leads there
    has_no_faults(manager.page)
    manager.click("button", "Confirm the change")
    done = manager.page.locator("main").inner_text()

    made = Allocation.objects.filter(fiscal_year=year)
    assert (before, made.count(), sum(each.amount for each in made)) == (0, 33, 33_000_000)
    assert "It waits for one of these to confirm it: Max Manager." in shown
    assert "$33,000,000" in shown
    assert "Confirmed: it is in effect" in done
    assert (admin.loads, admin.clicks) == (2, 4)
    assert (manager.loads, manager.clicks) == (2, 1)
