"""Pages on which the Department asks and a district answers: axe and looks.py find nothing.

No link of the demo leads to most of them: no question is asked there.
"""

import pytest

from alliance.tests.test_accessibility import all_faults_of
from alliance.tests.world import World

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]
STILL = {"reduced_motion": "reduce"}  # as in test_accessibility.py
REVIEW = "/reviews/ansonia/2027"
PLAN = "/plans/ansonia/2027"


@pytest.fixture
def world(db, noon, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return World(at=noon)


def test_nothing_is_found_where_something_is_asked_and_answered(visit, world):
    world.bring_to("back, answered")
    section = "?for=question&section=strategies"
    opened = {
        "coordinator": [
            f"{PLAN}/",
            f"{PLAN}/asked/?show=all",
            f"{PLAN}/questions/1/",
            f"{PLAN}/changes/",
        ],
        "assigned reviewer": [
            *(f"{REVIEW}/", f"{REVIEW}/ask/?section=budget"),
            *(f"{REVIEW}/questions/1/", f"{REVIEW}/changes/1/"),
            *(f"{REVIEW}/places/{section}", f"{REVIEW}/return/", f"{PLAN}/asked/"),
        ],
        "manager": ["/reviews/wordings/", f"/reviews/wordings/{world.wording.pk}/"],
    }

    assert faults_on(visit, world, opened) == []


def test_nothing_is_found_where_more_time_is_asked_for(visit, world):
    world.bring_to("draft")
    opened = {
        "coordinator": [f"{PLAN}/", f"{PLAN}/extension/"],
        "manager": ["/reviews/", "/reviews/extensions/", f"{REVIEW}/extension/"],
    }

    assert faults_on(visit, world, opened) == []


def test_nothing_is_found_where_more_time_is_asked_for_for_a_report(visit, world):
    world.bring_to("approved")
    reports = "/reports/ansonia/2027"
    opened = {
        "coordinator": [
            f"{reports}/",
            f"{reports}/progress/mid_year/more-time/",
            f"{reports}/spending/annual/more-time/",
        ],
        "manager": ["/reviews/extensions/", f"{REVIEW}/extension/progress/mid_year/"],
    }

    assert faults_on(visit, world, opened) == []


def faults_on(visit, world, opened):
    faults = []
    for who, pages in opened.items():
        page = visit(world.people[who].email, **STILL)
        for address in pages:
            assert page.goto(address).status == 200, address
            faults += all_faults_of(page)
        page.context.close()
    return faults
