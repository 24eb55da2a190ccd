"""Progress reports in a browser: nothing is found on their pages, and one lives its life."""

import pytest

from alliance.tests.test_accessibility import all_faults_of
from alliance.tests.world import World
from districts.tests.factories import PASSWORD
from plans.models import TargetOutcome
from progress.models import ProgressReport
from progress.services.progress import KIND

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]
STILL = {"reduced_motion": "reduce"}
REPORTS = "/reports/ansonia/2027/"
MID_YEAR = f"{REPORTS}progress/mid_year/"
END_OF_YEAR = f"{REPORTS}progress/end_of_year/"


@pytest.fixture
def world(db, noon, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.ACCOUNT_RATE_LIMITS = False
    made = World(at=noon)
    made.bring_to("approved")
    return made


@pytest.mark.parametrize(
    ("who", "paths"),
    [
        (
            "coordinator",
            [
                REPORTS,
                MID_YEAR,
                f"{MID_YEAR}edit/",
                f"{MID_YEAR}close/",
                END_OF_YEAR,
                f"{END_OF_YEAR}correct/",
            ],
        ),
        ("superintendent", [f"{MID_YEAR}certify/"]),
        (
            "assigned reviewer",
            [REPORTS, END_OF_YEAR, f"{END_OF_YEAR}accept/", f"{END_OF_YEAR}return/"],
        ),
    ],
)
def test_nothing_is_found_on_the_pages_of_reports(visit, world, who, paths):
    page = visit(world.people[who].email, **STILL)
    faults = []
    for path in paths:
        assert page.goto(path).status == 200
        faults += all_faults_of(page)
    if who == "coordinator":
        page.goto(f"{END_OF_YEAR}former/{world.former_id}/")
        faults += all_faults_of(page)

    assert faults == []


def test_a_report_is_written_closed_certified_and_accepted(visit, world):
    page = visit(world.people["coordinator"].email, **STILL)
    page.goto(f"{MID_YEAR}edit/")
    first = page.locator("section[id^=strategy-]").first
    first.get_by_label("At risk", exact=True).check()
    first.get_by_label("How it goes, in a sentence").fill("Two posts stood empty.")
    page.locator("main").get_by_role("button", name="Save", exact=True).last.click()
    page.wait_for_load_state()
    assert "Saved." in page.locator("main, .messages, body").first.inner_text()
    page.get_by_role("link", name="Close for certification").click()
    page.get_by_role("button", name="Close the report for certification").click()
    page.wait_for_load_state()

    superintendent = visit(world.people["superintendent"].email, **STILL)
    superintendent.goto(f"{MID_YEAR}certify/")
    superintendent.get_by_label("Your password, to sign").fill(PASSWORD)
    superintendent.get_by_role("button", name="Certify the report").click()
    superintendent.wait_for_load_state()

    manager = visit(world.people["manager"].email, **STILL)
    manager.goto(MID_YEAR)
    manager.get_by_role("link", name="Accept the report").click()
    manager.get_by_role("button", name="Accept the report").click()
    manager.wait_for_load_state()

    report = ProgressReport.objects.get(period="mid_year", status="accepted")
    assert report.certified_by == world.people["superintendent"]
    former = f"{KIND.key}/{report.pk}"
    assert not TargetOutcome.objects.filter(report=former).exists()  # the end of the year holds
