"""The reviewer's page says who can do what now, and why its reader can or cannot."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from districts.roles import Role
from districts.tests.factories import person
from plans.models import Assignment
from plans.tests.factories import PlanFactory

pytestmark = pytest.mark.django_db


def steps(client, reader, plan) -> dict[str, str]:
    client.force_login(reader)
    url = reverse("reviews:plan", args=[plan.district.slug, plan.cycle_id])
    panel = BeautifulSoup(client.get(url).text, "html.parser").select_one(
        "section[aria-labelledby=h-steps]"
    )
    names = [each.text.strip() for each in panel.select("dt")]
    return dict(
        zip(names, (" ".join(each.text.split()) for each in panel.select("dd")), strict=True)
    )


def test_each_reader_is_told_what_is_theirs_and_why_the_rest_is_not(client, commissioner):
    plan = PlanFactory(under_review=True)
    reviewer = plan.assignments.get(reviews_as=Assignment.As.PROGRAM).reviewer

    told = steps(client, reviewer, plan)
    assert list(told) == ["Return for changes", "Recommend", "Approve", "Withhold"]
    assert told["Recommend"].endswith("You can, as an assigned reviewer.")
    assert told["Approve"] == "the Commissioner or a delegate. Your role is another."

    told = steps(client, person(Role.AUDITOR), plan)
    assert "You are not assigned to this plan." in told["Recommend"]

    told = steps(client, commissioner, plan)
    assert "Not yet. " in told["Approve"]
    assert "lacks: program review and fiscal review" in told["Approve"]
    assert told["Return for changes"].endswith("You can, as the Commissioner or a delegate.")


def test_a_decided_plan_has_the_steps_that_start_from_there(client):
    told = steps(client, person(Role.PROGRAM_MANAGER), PlanFactory(approved=True))

    assert list(told) == ["Call the approval back", "Withhold"]


def test_who_gave_their_review_is_told_so(client):
    plan = PlanFactory(recommended=True, reviews=True)
    plan.status = "under_review"
    plan.save()
    reviewer = plan.assignments.get(reviews_as=Assignment.As.FISCAL).reviewer

    assert "You gave your review of this version." in steps(client, reviewer, plan)["Recommend"]
    told = steps(client, person(Role.PROGRAM_MANAGER), PlanFactory(submitted=True))
    assert told["Recall"].endswith("It is the district’s.")
