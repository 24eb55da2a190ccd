"""The page of a PDF, and the page where anyone checks one: as they change under somebody's eyes."""

import re

import pytest
from django.core.cache import cache

from alliance.tests.browsing import send
from alliance.tests.test_accessibility import all_faults_of
from alliance.tests.test_pages_of_the_year import STILL
from alliance.tests.world import World
from plans.services import make_pdf, pdfs

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    cache.clear()


@pytest.fixture
def asked(monkeypatch):
    """What the worker was woken for; it does not run by itself here."""
    names = []
    monkeypatch.setattr(pdfs, "wake", lambda task, name, expires: names.append(name) or True)
    return names


@pytest.fixture
def world(noon):
    world = World(at=noon)
    world.bring_to("draft")
    return world


def test_a_pdf_comes_to_the_page_that_waits_for_it(visit, world, asked):
    page = visit(world.people["coordinator"].email, **STILL)
    page.goto("/plans/ansonia/2027/read/")
    send(page.get_by_role("link", name="PDF", exact=True))
    faults = all_faults_of(page)
    page.get_by_role("button", name="Make the PDF").click()
    page.get_by_text("The PDF waits for its turn.").wait_for()
    assert page.evaluate("document.activeElement.id") == "pdf"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.innerText") == "See whether it is ready"
    waiting = page.url
    page.wait_for_timeout(2_500)  # it asks meanwhile, and nothing on the page moves
    assert page.evaluate("document.activeElement.innerText") == "See whether it is ready"
    faults += all_faults_of(page)
    page.get_by_role("link", name="See whether it is ready").focus()

    make_pdf(asked[0])
    page.get_by_role("link", name="Download the PDF").wait_for()

    assert page.url == waiting
    assert page.evaluate("document.activeElement.innerText") == "Download the PDF"
    assert page.locator("[hx-trigger]").count() == 0  # and asks no more
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert download.value.suggested_filename == "ansonia-FY2027-plan-draft.pdf"
    assert faults + all_faults_of(page) == []


def test_without_scripts_a_link_tells_how_far_it_is(visit, world, asked):
    page = visit(world.people["coordinator"].email, java_script_enabled=False)
    page.goto("/plans/ansonia/2027/pdf/")
    page.get_by_role("button", name="Make the PDF").click()
    send(page.get_by_role("link", name="See whether it is ready"))
    make_pdf(asked[0])
    send(page.get_by_role("link", name="See whether it is ready"))

    assert page.get_by_role("link", name="Download the PDF").is_visible()


def test_a_pdf_that_fails_is_told_on_the_page_that_waits(visit, world, asked, monkeypatch):
    page = visit(world.people["coordinator"].email, **STILL)
    page.goto("/plans/ansonia/2027/pdf/")
    page.get_by_role("button", name="Make the PDF").click()
    monkeypatch.setattr(pdfs, "typeset", lambda paper: 1 / 0)

    make_pdf(asked[0])
    page.get_by_text("The PDF could not be made.").wait_for()

    assert page.get_by_role("button", name="Make the PDF").is_visible()
    assert all_faults_of(page) == []


def test_the_answers_to_who_checks_a_plan_have_no_fault(chromium, live_server, noon):
    world = World(at=noon)
    world.bring_to("submitted")
    page = chromium.new_context(base_url=live_server.url, **STILL).new_page()
    faults, titles = [], []
    for code in (world.sha256, "1" * 64, "12ab", ""):
        page.goto(f"/verify/?code={code}")
        send(page.get_by_role("button", name="Check it"))
        faults += all_faults_of(page)
        titles.append(re.sub(" · Alliance$", "", page.title()))

    assert faults == []
    assert titles == [
        "It matches what was submitted",
        "No submitted plan matches",
        "To fix: Check a plan that was submitted",
        "To fix: Check a plan that was submitted",
    ]
