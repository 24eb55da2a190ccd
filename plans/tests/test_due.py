"""What is due now is said alike on the plan's own page and on every page of its editor."""

from datetime import datetime

import pytest
import time_machine
from bs4 import BeautifulSoup

from districts.calendar import EASTERN
from districts.roles import Role
from districts.tests.factories import person
from plans.tests.factories import PlanFactory
from plans.tests.test_revising import NOW, start
from plans.tests.test_revising import cora as cora
from plans.tests.test_revising import plan as plan

pytestmark = pytest.mark.django_db


def due_on(client, plan, page: str) -> str:
    address = f"/plans/{plan.district.slug}/{plan.cycle_id}/{page}"
    found = BeautifulSoup(client.get(address).text, "html.parser")
    return " ".join(found.select_one(".where .acts .small").get_text().split())


def said_of(client, plan) -> set[str]:
    return {due_on(client, plan, page) for page in ("", "edit/cover/", "edit/budget/")}


def test_of_a_draft_the_plan(client, noon):
    draft = PlanFactory()
    client.force_login(person(Role.PLAN_COORDINATOR, draft.district))

    with time_machine.travel(datetime(2026, 6, 1, 12, 0, tzinfo=EASTERN)):
        assert said_of(client, draft) == {"Due Tue, June 30, 2026, 11:59 pm ET · 29 days left"}


@pytest.mark.parametrize(
    ("is_answered", "words"),
    [
        (False, "Answers due Wed, July 29, 2026 · 19 days left"),
        (True, "Due back Wed, July 29, 2026 · 19 days left"),
    ],
)
def test_of_a_plan_returned_its_answers(client, is_answered, words):
    returned = PlanFactory(returned=True)
    change = returned.required_changes.get()
    if is_answered:
        change.answer, change.answered_by = "Grades 3 to 5.", returned.submitted_by
        change.answered_at = change.asked_at
        change.save()
    client.force_login(person(Role.PLAN_COORDINATOR, returned.district))

    with time_machine.travel(datetime(2026, 7, 10, 12, 0, tzinfo=EASTERN)):
        assert said_of(client, returned) == {words}


def test_of_an_approved_plan_its_revision(client, plan, cora):
    start(plan, cora)

    with time_machine.travel(NOW):
        client.force_login(cora)
        said = said_of(client, plan)
        page = client.get(f"/plans/{plan.district.slug}/2027/edit/budget/").text
    assert said == {"Last day for a revision Fri, April 30, 2027 · 150 days left"}
    assert "Revision: being written" in page
    assert "Before you hand it in" in page
    crumbs = BeautifulSoup(page, "html.parser").select(".crumbs a")
    assert crumbs[-1]["href"] == f"/plans/{plan.district.slug}/2027/revision/"
