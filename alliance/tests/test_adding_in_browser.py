"""Rows are added one after the other, and moved, without leaving the page of their list."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from alliance.tests.axe import faults_of
from alliance.tests.keyboard import Keyboard
from districts.roles import Role
from districts.tests.factories import person
from districts.tests.published import ansonia, load_published
from plans.models import Objective, PerformanceTarget
from plans.tests.factories import PlanFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_three_targets_are_added_by_keyboard_without_a_page_load(visit):
    plan = PlanFactory()
    first = Objective.objects.create(plan=plan, position=1, statement="Attend")
    objective = Objective.objects.create(plan=plan, position=2, statement="Read")
    page = visit(person(Role.PLAN_COORDINATOR, plan.district).email, reduced_motion="reduce")
    page.goto(reverse("plans:section", args=[plan.district.slug, plan.cycle_id, "objectives"]))
    faults: list[str] = []
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    loads: list[str] = []
    page.on("framenavigated", lambda frame: loads.append(frame.url))
    focus, status = page.locator(":focus"), page.locator("#new-saved")

    page.locator(f"#add-target-{objective.pk}").press("Enter")
    expect(focus).to_have_id("id_indicator")
    assert faults_of(page) == []
    for number, words in enumerate(("One", "Two", "Three"), start=1):
        focus.press("Tab")
        page.keyboard.type(words)
        name = "Add" if number == 3 else "Add and go on"
        page.get_by_role("button", name=name, exact=True).press("Enter")
        expect(page.locator(f"#list th a:has-text('2.{number} · {words}')")).to_be_visible()
        if number < 3:
            expect(focus).to_have_id("id_indicator")
            expect(status).to_contain_text(f"Performance target 2.{number}, “{words}”")
            expect(page.locator("#announced")).to_contain_text(words)

    last = PerformanceTarget.objects.latest("pk")
    expect(focus).to_have_id(f"target-{last.pk}")
    expect(page.locator("#row-form")).to_have_count(0)
    made = PerformanceTarget.objects.order_by("pk").values_list("measure", "objective")
    assert list(made) == [(words, objective.pk) for words in ("One", "Two", "Three")]
    assert (faults, loads) == ([], [])

    page.locator(f"#add-target-{first.pk}").press("Enter")
    page.get_by_role("button", name="Add and go on").press("Enter")
    expect(status).to_contain_text("Nothing to add yet")
    page.locator("[name=due_on]").evaluate("field => field.type = 'text'")
    page.locator("[name=due_on]").fill("soonish")
    page.get_by_role("button", name="Add and go on").press("Enter")
    expect(focus).to_have_id("id_due_on")  # stored as typed, and marked
    assert PerformanceTarget.objects.get(objective=first).as_typed == {"due_on": "soonish"}

    page.get_by_role("link", name="Close").press("Enter")
    expect(focus).to_have_id(f"add-target-{first.pk}")
    page.locator(f"#up-target-{last.pk}").press("Enter")
    expect(page.locator(".notes")).to_contain_text("Moved: Performance target 2.2, “Three”.")
    expect(focus).to_have_id(f"up-target-{last.pk}")


def test_a_published_baseline_is_taken_by_keyboard_and_said(visit, noon):
    plan = PlanFactory(district=ansonia())
    load_published("Ansonia", at=noon)
    objective = Objective.objects.create(plan=plan, position=1, statement="Attend")
    target = PerformanceTarget.objects.create(
        plan=plan, position=1, objective=objective, indicator_id=4, unit="percent"
    )
    page = visit(person(Role.PLAN_COORDINATOR, plan.district).email, reduced_motion="reduce")
    page.goto(reverse("plans:row", args=[plan.district.slug, plan.cycle_id, "target", target.pk]))

    hands = Keyboard(page)
    hands.go_to(page.get_by_role("button", name="Use"))
    hands.press("Enter")

    expect(page.locator(".notes")).to_contain_text("The baseline is 23.13 of 2024-25 now")
    expect(page.locator(":focus")).to_contain_text("Saved")
    expect(page.locator("#id_baseline")).to_have_value("23.13")
    target.refresh_from_db()
    assert (str(target.baseline), target.baseline_year) == ("23.13", "2024-25")
