"""Words that are not saved: the page says so, leaving asks, Enter stores nothing half made.

In a real browser, with and without script.
"""

import pytest
from django.urls import reverse

from alliance.tests.browsing import send
from alliance.tests.conftest import Visitor
from districts.models import Session
from districts.roles import Role
from districts.tests.factories import PASSWORD, person
from plans.models import Cover, Plan, Strategy
from plans.tests.factories import PlanFactory, closed_version

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


def url(plan: Plan, name: str, *args: object) -> str:
    return reverse(f"plans:{name}", args=[plan.district.slug, plan.cycle_id, *args])


def asked_on(page, act) -> list[str]:
    """The questions a browser asks on leaving; each is answered with staying."""
    asked: list[str] = []

    def stay(dialog):
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    act()
    page.wait_for_timeout(300)
    page.remove_listener("dialog", stay)
    return asked


def test_unsaved_words_are_said_and_not_left_without_a_question(visit):
    plan = PlanFactory()
    closed_version(plan, signed=True)  # a signed text is saved by hand alone
    writer = person(Role.PLAN_COORDINATOR, plan.district)
    page = visit(writer.email)
    faults: list[str] = []
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    page.goto(url(plan, "section", "cover"))
    place = page.locator(".savebar [role=status]")
    summary = page.locator("[name=summary]")
    before = place.inner_text()
    home = page.locator("a.top-name")

    summary.fill("Every child reads.")
    while_typing = place.inner_text()
    asked = asked_on(page, lambda: home.click(no_wait_after=True))
    summary.fill("")
    undone = place.inner_text()
    summary.fill("Every child reads.")
    on_saving = asked_on(page, lambda: page.get_by_role("button", name="Save", exact=True).click())
    saved = page.locator(".savebar [role=status]").inner_text()
    after = asked_on(page, lambda: home.click())

    assert (while_typing, undone) == ("Not saved yet", before)
    assert (asked, on_saving, after) == (["beforeunload"], [], [])
    assert ("Saved" in saved, page.url.endswith("/")) == (True, True)
    assert Cover.objects.get(plan=plan).summary == "Every child reads."

    # The session ends in the middle of a section: the words are there after sign-in.
    plan.refresh_from_db()
    closed_version(plan, signed=True)
    page.goto(url(plan, "section", "cover"))
    page.locator("[name=summary]").fill("Every child counts.")
    Session.objects.all().delete()
    send(page.get_by_role("button", name="Save", exact=True))
    page.get_by_label("Work email").fill(writer.email)
    page.get_by_label("Password").fill(PASSWORD)
    send(page.locator("main").get_by_role("button", name="Sign in"))
    page.wait_for_url("**/edit/cover/**")

    assert page.locator("[name=summary]").input_value() == "Every child counts."
    assert page.locator(".savebar [role=status]").inner_text() == "Not saved yet"
    assert Cover.objects.get(plan=plan).summary == "Every child reads."

    send(page.get_by_role("button", name="Save", exact=True))
    page.wait_for_url(lambda here: "typed-again" not in here)

    assert Cover.objects.get(plan=plan).summary == "Every child counts."
    assert [one for one in faults if "401" not in one] == []  # of the content security policy


@pytest.mark.parametrize("has_script", [True, False])
def test_enter_stores_no_half_made_row_and_voids_no_signature(chromium, live_server, has_script):
    """A script stores a new row once something is typed, and says so; it is gone on with there."""
    draft, signed = PlanFactory(), PlanFactory()
    strategy = Strategy.objects.create(plan=signed, title="Tutors", position=1)
    version = closed_version(signed, signed=True)
    for plan in (draft, signed):
        writer = person(Role.PLAN_COORDINATOR, plan.district)
        visitor = Visitor(chromium, live_server.url, java_script_enabled=has_script)
        page = visitor.sign_in_at_the_form(writer.email)
        page.goto(
            url(plan, "row_add", "strategy")
            if plan is draft
            else url(plan, "row", "strategy", strategy.pk)
        )
        page.locator("[name=title]").fill("Half a strategy")
        page.locator("[name=title]").press("Enter")
        page.wait_for_timeout(300)
        assert page.locator("[name=title]").input_value() == "Half a strategy"

    as_one_types = ["Half a strategy"] if has_script else []
    assert set(Strategy.objects.values_list("title", flat=True)) == {"Tutors", *as_one_types}
    signed.refresh_from_db()
    assert (signed.edition, version.signatures.count()) == (version.edition, 2)
