"""A file on its way: how much of it is there, in words; stopped, refused and added."""

import pytest
from playwright.sync_api import expect

from alliance.tests.test_accessibility import all_faults_of
from alliance.tests.test_pages_of_the_year import STILL
from alliance.tests.world import World
from plans.models import Attachment
from plans.services import contents

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LINE = b"46.1,47.3\n"
SLOW = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 40_000}
ADD = "/plans/ansonia/2027/edit/attachments/add/"


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def file(name, size):
    return {"name": name, "mimeType": "text/csv", "buffer": LINE * (size // len(LINE))}


def test_an_upload_is_followed_stopped_refused_and_done(visit, noon, monkeypatch):
    world = World(at=noon)
    world.bring_to("draft")
    page = visit(world.people["coordinator"].email, **STILL)
    page.goto(ADD)
    page.get_by_label("What it is").fill("Scores of grade 3")
    add, chosen = page.get_by_role("button", name="Add the file"), page.locator("[type=file]")
    before = Attachment.objects.count()
    monkeypatch.setattr(contents, "LARGEST", 1024 * 1024)  # as another release might have it

    network = page.context.new_cdp_session(page)
    network.send("Network.emulateNetworkConditions", SLOW)
    chosen.set_input_files(file("scores.csv", 2_000_000))
    add.click()
    expect(page.locator("[data-upload=words]")).to_contain_text("of 1.9 MB")
    assert 0 < page.locator("progress").evaluate("bar => bar.value") < 1
    expect(page.locator("[aria-live][data-upload=said]")).to_contain_text("percent of 1.9 MB")
    assert page.evaluate("document.activeElement.innerText") == "Stop the upload"
    faults = all_faults_of(page)
    page.get_by_role("button", name="Stop the upload").press("Enter")
    expect(page.get_by_text("Stopped. Where all of it had come in by then")).to_be_focused()
    network.send("Network.emulateNetworkConditions", SLOW | {"uploadThroughput": -1})

    page.evaluate("document.querySelector('[data-largest]').dataset.largest = 1024 * 1024")
    add.click()
    expect(page.get_by_text("is 1.9 MB, and up to 1 MB are taken.")).to_be_focused()
    page.evaluate("document.querySelector('[data-largest]').dataset.largest = 25 * 1024 * 1024")

    add.click()
    page.get_by_role("alert").get_by_text("and up to 1 MB are taken").wait_for()
    assert page.get_by_label("What it is").input_value() == "Scores of grade 3"
    assert chosen.evaluate("one => one.files[0].name") == "scores.csv"
    assert chosen.get_attribute("aria-invalid") == "true"
    faults += all_faults_of(page)
    assert Attachment.objects.count() == before
    page.evaluate("document.querySelector('[data-largest]').dataset.largest = 1")
    add.click()
    expect(page.get_by_role("alert")).to_have_count(1)  # of what is wrong now, and not of before
    page.evaluate("document.querySelector('[data-largest]').dataset.largest = 25 * 1024 * 1024")

    monkeypatch.setattr(contents, "LARGEST", 25 * 1024 * 1024)
    add.click()
    page.get_by_text("The file is added: Scores of grade 3.").first.wait_for()
    assert page.url.endswith("/plans/ansonia/2027/edit/attachments/")
    assert Attachment.objects.count() == before + 1
    assert faults == []
