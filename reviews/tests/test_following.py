"""Each act that can follow a decision starts from its page, for whoever may; else it says why."""

from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone

from districts.roles import Role
from districts.tests.factories import DelegationFactory, person
from plans.tests.factories import PlanFactory
from reviews import services
from reviews.tests.test_since_closing import FINDINGS

pytestmark = pytest.mark.django_db


def approved(by, *, ago):
    plan = PlanFactory(recommended=True)
    said = {"plan_id": plan.pk, "version": 1, "key": uuid4(), "by": by}
    services.approve(**said, at=timezone.now() - ago, **FINDINGS)
    plan.refresh_from_db()
    return plan


@pytest.fixture
def case(commissioner, people_of):
    plan = approved(commissioner, ago=timedelta(hours=1))
    return SimpleNamespace(plan=plan, people=people_of(plan), by=commissioner)


def follows(client, reader, plan, name="reviews:plan"):
    """What the page says under each name: where it leads to, and the words."""
    client.force_login(reader)
    page = client.get(reverse(name, args=[plan.district.slug, plan.cycle_id]))
    panel = BeautifulSoup(page.text, "html.parser").select_one("#follows")
    return panel and {
        term.text.strip(): (
            said.a["href"].rstrip("/").split("/")[-1] if said.a else "",
            " ".join(said.text.split()),
        )
        for term, said in zip(panel.select("dt"), panel.select("dd"), strict=True)
    }


def withhold(case):
    services.withhold(
        plan_id=case.plan.pk, reason="No report.", key=uuid4(), by=case.by, at=timezone.now()
    )


def test_the_way_to_each_act_shows_to_who_may_and_others_are_told_why(client, case):
    plan = case.plan
    decider = follows(client, case.by, plan)
    assert {name: where for name, (where, _) in decider.items()} == {
        "Revision": "",
        "Correction": "correct",
        "Withholding": "withhold",
        "Release": "",
    }
    assert "plan coordinator or fiscal officer starts one" in decider["Revision"][1]
    assert decider["Release"][1] == "Nothing is withheld."
    manager = follows(client, person(Role.PROGRAM_MANAGER), plan)
    assert not any(where for where, _ in manager.values())
    assert "your role is another" in manager["Correction"][1]
    reviewer = plan.assignments.first().reviewer
    DelegationFactory(delegate=reviewer)
    hand = follows(client, reviewer, plan)["Withholding"]
    assert (hand[0], "so somebody else decides" in hand[1]) == ("", True)

    withhold(case)
    decider = follows(client, case.by, plan)
    assert (decider["Release"][0], decider["Withholding"][0]) == ("release", "")
    assert "none starts while the funds are withheld" in decider["Revision"][1]


def test_while_the_letter_is_held_the_approval_is_called_back(client, case):
    plan = approved(case.by, ago=timedelta(minutes=1))

    decider = follows(client, case.by, plan)

    assert decider["Calling back"][0] == "call-back"
    assert "Call the approval back instead" in decider["Correction"][1]
    assert decider["Correction"][0] == ""
    assert "Calling back" not in follows(client, case.by, case.plan)


def test_the_district_revises_and_is_told_what_is_the_commissioners(client, case):
    where = "reviews:decision"
    coordinator = follows(client, case.people.plan_coordinator, case.plan, where)
    assert coordinator["Revision"][0] == "start"
    assert "write to" in coordinator["Correction"][1]
    chair = follows(client, case.people.board_chair, case.plan, where)
    assert chair["Revision"] == ("", "The plan coordinator and the fiscal officer revise the plan.")

    withhold(case)
    now = follows(client, case.people.plan_coordinator, case.plan, where)
    assert (now["Revision"][0], now["Release"][0]) == ("", str(case.plan.cycle_id))
    assert "A revision changes an approved plan" in now["Revision"][1]
