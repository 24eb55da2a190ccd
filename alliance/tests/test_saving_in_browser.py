"""A plan is saved as one types: what the page says was saved is there, all else is offered again.

In a real browser, against a server that dies, a network that is cut and a session that ends.
"""

import os
import signal

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from alliance.tests.axe import faults_of
from alliance.tests.browsing import send
from alliance.tests.conftest import Visitor
from alliance.tests.test_web import running
from districts.models import Session
from districts.roles import Role
from districts.tests.factories import PASSWORD, person
from plans.models import Cover, Milestone, NeedsAssessment, Plan, Strategy
from plans.services import save_section
from plans.tests.factories import PlanFactory, closed_version
from plans.workflow import Status

STILL = {"reduced_motion": "reduce"}  # a color half-way between two is nobody's

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def url(plan: Plan, name: str, *args: object) -> str:
    return reverse(f"plans:{name}", args=[plan.district.slug, plan.cycle_id, *args])


def present(page):
    """Who else is in the plan."""
    return page.locator("#present")


def place(page):
    return page.locator(".savebar [role=status]")


def expect_saved(page, name, value, *, seconds=5):
    """The page knows that this is stored: the field counts as it was when the page was opened."""
    field = page.locator(f"[name={name}]")
    expect(field).to_have_js_property("defaultValue", value, timeout=seconds * 1000)


@pytest.fixture
def plan(transactional_db):
    return PlanFactory()


@pytest.fixture
def writer(plan):
    return person(Role.PLAN_COORDINATOR, plan.district)


@pytest.fixture
def page(visit, plan, writer):
    page = visit(writer.email, **STILL)
    page.goto(url(plan, "section", "cover"))
    return page


def test_what_is_typed_is_saved_on_a_pause_and_on_leaving_a_field(page, plan):
    faults: list[str] = []
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    loads: list[str] = []
    page.on("framenavigated", lambda frame: loads.append(frame.url))

    page.locator("[name=summary]").press_sequentially("Every child reads.")
    while_typing = place(page).inner_text()
    expect(place(page)).to_contain_text("Saved")
    assert Cover.objects.get(plan=plan).summary == "Every child reads."
    page.locator("[name=contact_name]").fill("Ann Lee")
    page.locator("[name=contact_name]").press("Tab")
    expect(place(page)).to_contain_text("Saved")

    cover = Cover.objects.get(plan=plan)
    assert (while_typing, cover.contact_name) == ("Not saved yet", "Ann Lee")
    assert page.evaluate("document.activeElement.name") == "contact_title"
    expect(page.locator("#announced")).to_contain_text("Saved")
    assert (faults, loads) == ([], [])


def test_what_cannot_be_read_is_kept_and_marked_and_no_longer_once_it_is_mended(page, plan):
    email = page.locator("[name=contact_email]")
    email.fill("ann at bristol")
    email.press("Tab")

    expect(place(page)).to_contain_text("1 field to fix")
    expect(page.locator("#id_contact_email_error")).to_be_visible()
    assert faults_of(page) == []
    assert email.get_attribute("aria-invalid") == "true"
    assert "id_contact_email_error" in (email.get_attribute("aria-describedby") or "")
    assert Cover.objects.get(plan=plan).as_typed == {"contact_email": "ann at bristol"}
    email.fill("ann@bristol.example.org")
    email.press("Tab")
    expect(place(page)).not_to_contain_text("to fix")
    expect(page.locator("#id_contact_email_error")).to_have_count(0)
    assert email.get_attribute("aria-invalid") is None


def test_a_new_row_is_one_row_however_often_it_is_saved_and_has_its_address(page, plan):
    page.goto(url(plan, "row_add", "strategy"))
    title = page.locator("[name=title]")
    title.press_sequentially("Tutors")
    expect(place(page)).to_contain_text("Saved")
    title.press_sequentially(" in every school")
    page.locator("[name=owner]").fill("Ann Lee")
    page.locator("[name=owner]").press("Tab")
    expect_saved(page, "owner", "Ann Lee")

    strategy = Strategy.objects.get(plan=plan)
    assert (strategy.title, strategy.owner) == ("Tutors in every school", "Ann Lee")
    assert page.url.endswith(url(plan, "row", "strategy", strategy.pk))
    page.reload()
    expect(page.locator("[name=title]")).to_have_value("Tutors in every school")


def test_save_pressed_while_a_new_row_is_on_its_way_stores_one_row(page, plan):
    page.goto(url(plan, "row_add", "strategy"))

    def slowly(route):
        if "hx-request" in route.request.headers:
            route.fetch()  # it is stored, and its answer is lost
            route.abort()
        else:
            route.continue_()

    page.route("**/add/", slowly)
    page.locator("[name=title]").fill("Tutors")
    page.locator("[name=title]").press("Tab")
    page.wait_for_timeout(300)
    page.locator("[name=owner]").fill("Ann Lee")
    send(page.get_by_role("button", name="Save", exact=True))

    assert [(each.title, each.owner) for each in Strategy.objects.filter(plan=plan)] == [
        ("Tutors", "Ann Lee")
    ]


def test_save_pressed_while_another_save_is_on_its_way_waits_for_its_answer(page, plan):
    """Or the words of the first would seem to be somebody else's."""
    held = []

    def hold(route):
        if "hx-request" in route.request.headers and not held:
            held.append((route, route.fetch()))
        else:
            route.continue_()

    page.route("**/edit/cover/", hold)
    summary = page.locator("[name=summary]")
    summary.fill("First.")
    summary.press("Tab")
    page.wait_for_timeout(300)
    summary.fill("First. Second.")
    page.get_by_role("button", name="Save", exact=True).click(no_wait_after=True)
    page.wait_for_timeout(300)
    assert Cover.objects.get(plan=plan).summary == "First."
    with page.expect_event("load"):
        route, answer = held[0]
        route.fulfill(response=answer)

    assert Cover.objects.get(plan=plan).summary == "First. Second."
    expect(place(page)).to_contain_text("Saved")


@pytest.mark.parametrize("ends", ["the plan is handed in", "the role ends"])
def test_what_can_no_longer_be_saved_is_said_and_given_back_by_save(page, plan, writer, ends):
    if ends == "the role ends":
        writer.memberships.update(ended_at=timezone.now(), ended_by=writer)
    else:
        Plan.objects.filter(pk=plan.pk).update(
            status=Status.SUBMITTED, submitted_at=timezone.now(), submitted_by=writer
        )
    summary = page.locator("[name=summary]")
    summary.fill("Typed too late.")
    summary.press("Tab")
    expect(place(page)).to_have_text("Not saved. Press Save to see why.")
    assert summary.input_value() == "Typed too late."

    send(page.get_by_role("button", name="Save", exact=True))

    expect(page.locator("main")).to_contain_text("Typed too late.")
    assert Cover.objects.get(plan=plan).summary == ""


def test_of_a_signed_text_nothing_is_saved_until_save_is_pressed(page, plan):
    version = closed_version(plan, signed=True)
    page.locator("[name=summary]").fill("Opened before it was signed.")
    page.locator("[name=summary]").press("Tab")
    expect(place(page)).to_contain_text("signed meanwhile")
    expect(page.locator("#voids")).to_contain_text("The first edit voids")
    page.reload()
    page.locator("[name=summary]").fill("Opened after.")
    page.locator("[name=summary]").press("Tab")
    page.wait_for_timeout(1500)
    assert place(page).inner_text() == "Not saved yet"
    assert (version.signatures.count(), Cover.objects.get(plan=plan).summary) == (2, "")
    plan.refresh_from_db()
    assert plan.edition == version.edition

    send(page.get_by_role("button", name="Save", exact=True))
    assert Cover.objects.get(plan=plan).summary == "Opened after."


def test_while_the_network_is_cut_it_is_tried_again_and_then_saved(page, plan):
    page.locator("[name=summary]").fill("First.")
    page.locator("[name=summary]").press("Tab")
    expect(place(page)).to_contain_text("Saved")
    page.context.set_offline(True)
    page.locator("[name=summary]").fill("First. Second.")
    page.locator("[name=summary]").press("Tab")
    expect(place(page)).to_contain_text("Not saved yet. Trying again in 2 seconds")
    assert faults_of(page) == []
    assert Cover.objects.get(plan=plan).summary == "First."
    expect(place(page)).to_contain_text("Trying again in 8 seconds", timeout=20_000)
    page.context.set_offline(False)
    page.get_by_role("button", name="Save now").click()

    expect_saved(page, "summary", "First. Second.")

    # What is undone meanwhile leaves nothing to try, and what is typed then is saved.
    page.context.set_offline(True)
    page.locator("[name=summary]").fill("Third.")
    page.locator("[name=summary]").press("Tab")
    expect(place(page)).to_contain_text("Trying again in 2 seconds")
    page.locator("[name=summary]").fill("First. Second.")
    expect(place(page)).not_to_contain_text("Trying again")
    page.context.set_offline(False)
    page.locator("[name=summary]").fill("Fourth.")
    page.locator("[name=summary]").press("Tab")
    expect_saved(page, "summary", "Fourth.")
    page.locator("[name=summary]").fill("First. Second.")
    page.locator("[name=summary]").press("Tab")
    expect_saved(page, "summary", "First. Second.")
    expect(place(page)).to_contain_text("Saved")
    assert Cover.objects.get(plan=plan).summary == "First. Second."


@pytest.mark.services
def test_after_kill_9_what_was_said_to_be_saved_is_there_and_the_rest_is_saved_then(
    chromium, free_port, tmp_path, plan, writer
):
    strategy = Strategy.objects.create(plan=plan, title="Tutors", position=1)
    steps = [
        Milestone.objects.create(plan=plan, strategy=strategy, position=number)
        for number in range(1, 5)
    ]
    at_first = ["title", "description", "owner", "schools", "evidence"]
    later = ["starts_on", *(f"milestone-{step.pk}-description" for step in steps)]
    typed = {name: f"Words of {name}" for name in [*at_first, *later]} | {"starts_on": "2026-08-31"}
    with running(free_port, tmp_path) as server:
        page = Visitor(chromium, f"http://127.0.0.1:{free_port}").sign_in(writer.email)
        page.goto(url(plan, "row", "strategy", strategy.pk))
        for name in at_first:
            page.locator(f"[name={name}]").fill(typed[name])
            page.keyboard.press("Tab")
            expect_saved(page, name, typed[name])
        for pid in [server.process.pid, *server.children()]:
            os.kill(pid, signal.SIGKILL)
        for name in later:
            page.locator(f"[name={name}]").fill(typed[name])
        expect(place(page)).to_contain_text("Not saved yet. Trying again in")
        strategy.refresh_from_db()
        assert [getattr(strategy, name) for name in at_first] == [typed[name] for name in at_first]
        assert (strategy.starts_on, [step.description for step in _again(steps)]) == (
            None,
            [""] * 4,
        )
    with running(free_port, tmp_path):
        for name in later:
            expect_saved(page, name, typed[name], seconds=40)  # the next try may be far off
        expect(place(page)).to_contain_text("Saved")

    strategy.refresh_from_db()
    assert f"{strategy.starts_on}" == typed["starts_on"]
    assert [step.description for step in _again(steps)] == [typed[name] for name in later[1:]]


def _again(steps):
    return Milestone.objects.filter(pk__in=[step.pk for step in steps]).order_by("position")


def test_signed_out_one_signs_in_over_the_page_and_the_words_are_saved(page, plan, writer):
    Session.objects.all().delete()
    summary = page.locator("[name=summary]")
    summary.press_sequentially("Every child reads.")
    dialog = page.locator("#sign-in-here")
    expect(dialog).to_be_visible()
    assert faults_of(page) == []
    dialog.get_by_label("Work email").fill(writer.email)
    dialog.get_by_label("Password").fill("wrong")
    dialog.get_by_role("button", name="Sign in").click()
    expect(dialog.locator(".alert, .invalid-feedback, .note").first).to_be_visible()
    dialog.get_by_label("Work email").fill(writer.email)
    dialog.get_by_label("Password").fill(PASSWORD)
    dialog.get_by_role("button", name="Sign in").click()

    expect(dialog).to_be_hidden()
    expect(place(page)).to_contain_text("Saved")
    assert Cover.objects.get(plan=plan).summary == "Every child reads."
    assert page.evaluate("document.activeElement.name") == "summary"
    summary.press_sequentially(" And writes.")
    expect_saved(page, "summary", "Every child reads. And writes.")
    assert Cover.objects.get(plan=plan).summary == "Every child reads. And writes."


def test_another_who_signs_in_over_the_page_saves_nothing_of_it(page, plan):
    Session.objects.all().delete()
    page.locator("[name=summary]").press_sequentially("Mine.")
    dialog = page.locator("#sign-in-here")
    another = person(Role.FISCAL_OFFICER, plan.district)
    dialog.get_by_label("Work email").fill(another.email)
    dialog.get_by_label("Password").fill(PASSWORD)
    dialog.get_by_role("button", name="Sign in").click()

    expect(page.locator("#session-ends")).to_contain_text("Somebody else has signed in")
    page.wait_for_timeout(1500)
    assert Cover.objects.get(plan=plan).summary == ""
    assert page.locator("[name=summary]").input_value() == "Mine."


def test_two_who_write_one_row_keep_both_fields_and_are_asked_about_the_same(
    page, plan, chromium, live_server
):
    colleague = person(Role.FISCAL_OFFICER, plan.district)
    other = Visitor(chromium, live_server.url, **STILL).sign_in(colleague.email)
    other.goto(url(plan, "section", "cover"))
    expect(present(other)).to_have_text("The coordinator is here too, in Cover and contacts.")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # asks at once
    expect(present(page)).to_have_text("The business office is here too, in Cover and contacts.")
    other.locator("[name=contact_name]").fill("Ann Lee")
    other.locator("[name=contact_name]").press("Tab")
    expect(place(other)).to_contain_text("Saved")
    page.locator("[name=summary]").fill("Every child reads.")
    page.locator("[name=summary]").press("Tab")
    expect(place(page)).to_contain_text("Saved")
    cover = Cover.objects.get(plan=plan)
    assert (cover.contact_name, cover.summary) == ("Ann Lee", "Every child reads.")

    other.locator("[name=summary]").fill("Every child counts.")
    other.locator("[name=contact_title]").fill("Clerk")
    other.locator("[name=contact_title]").press("Tab")
    panel = other.locator("#section-conflict")
    expect(panel.locator("mark")).to_contain_text(["counts.", "reads."])
    expect_saved(other, "contact_title", "Clerk")
    expect(place(other)).to_contain_text("Not all is saved")
    assert faults_of(other) == []
    cover.refresh_from_db()
    assert (cover.contact_title, cover.summary) == ("Clerk", "Every child reads.")
    other.locator("[name=contact_title]").fill("Town clerk")
    other.locator("[name=contact_title]").press("Tab")
    expect_saved(other, "contact_title", "Town clerk")
    expect(panel.locator("mark")).to_have_count(2)
    cover.refresh_from_db()
    assert (cover.contact_title, cover.summary) == ("Town clerk", "Every child reads.")

    send(panel.get_by_role("button", name="Edit both together"))
    summary = other.locator("[name=summary]")
    assert summary.input_value() == "Every child counts.\n\nEvery child reads."
    summary.fill("Every child reads and counts.")
    summary.press("Tab")
    expect(place(other)).to_contain_text("Saved")
    cover.refresh_from_db()
    assert cover.summary == "Every child reads and counts."


@pytest.mark.parametrize(("button", "kept"), [("Keep mine", "Mine."), ("Keep theirs", "Theirs.")])
def test_of_two_texts_the_one_that_is_chosen_stays(page, plan, button, kept):
    colleague = person(Role.FISCAL_OFFICER, plan.district)
    save_section(
        plan_id=plan.pk,
        model=Cover,
        version=1,
        values={"summary": "Theirs."},
        as_typed={},
        by=colleague,
        at=plan.started_at,
    )
    page.locator("[name=summary]").fill("Mine.")
    page.locator("[name=summary]").press("Tab")
    expect(page.locator("#section-conflict")).to_contain_text("Theirs.")

    send(page.get_by_role("button", name=button))

    assert Cover.objects.get(plan=plan).summary == kept
    assert page.locator("[name=summary]").input_value() == kept
    expect(place(page)).to_contain_text("Saved")
    assert NeedsAssessment.objects.filter(plan=plan, as_typed={}).count() == 1
