"""Whoever did something is named with it, and nobody else; each deed has its time."""

from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from districts.roles import Role
from districts.tests.factories import person
from plans import services
from plans.models import Cover, PlanEvent, Voiding
from plans.services import answer_change, submit
from plans.tests.factories import PlanFactory
from plans.workflow import Step
from reviews.services import ChangeAsked, assign, recommend, return_for_changes

pytestmark = pytest.mark.django_db


def log_of(client, user, plan, name):
    client.force_login(user)
    page = client.get(reverse(name, args=[plan.district.slug, plan.cycle_id])).text
    lines = BeautifulSoup(page, "html.parser").select(".log li")
    return [
        (" ".join(line.select_one("span").get_text().split()), line.time.text) for line in lines
    ]


@pytest.fixture
def came_back(under_review, manager, people_of, noon):
    """Returned with a change, answered, and handed in again by the coordinator."""
    people = people_of(under_review)
    act = {"plan_id": under_review.pk}
    asked = [ChangeAsked("budget", "Which grades?")]
    return_for_changes(version=1, changes=asked, key=uuid4(), by=manager, at=noon, **act)
    answer_change(number=1, version=1, answer="K to 3.", by=people.plan_coordinator, at=noon, **act)
    later = noon.replace(hour=13)
    return submit(key=uuid4(), by=people.plan_coordinator, at=later, **act), people


def test_a_review_that_goes_on_by_itself_is_ascribed_to_nobody(client, came_back, manager):
    plan, people = came_back

    log = [words for words, _ in log_of(client, manager, plan, "reviews:plan")]

    assert "Review went on with the same reviewers, version 1" in log
    assert f"Submitted, version 1, by {people.plan_coordinator.name}" in log


def test_whoever_is_named_with_a_deed_of_the_department_is_of_the_department(came_back, manager):
    """The kind: a step of one side ascribed to a person of the other."""
    plan, _ = came_back
    own = set(plan.district.memberships.values_list("user__name", flat=True))
    by_district = {Step.SUBMIT, Step.RECALL, Step.WITHDRAW}

    named = {(event.step, event.by) for event in PlanEvent.objects.filter(plan=plan).naming()}

    wrong = {(step, by) for step, by in named if by in own and step not in by_district}
    assert wrong == set()
    assert (Step.RETURN, manager.name) in named


def test_assigning_and_reassigning_are_in_the_departments_activity_and_name_nobody_to_the_district(
    client, under_review, program_reviewer_of, fiscal_reviewer_of, manager, noon
):
    former, fiscal = program_reviewer_of(under_review), fiscal_reviewer_of(under_review)
    successor = person(Role.PROGRAM_REVIEWER)
    assign(
        plan_id=under_review.pk,
        program_reviewer_id=successor.pk,
        fiscal_reviewer_id=fiscal.pk,
        by=manager,
        at=noon,
        key=uuid4(),
    )
    recommend(
        plan_id=under_review.pk, version=1, text="Approve.", key=uuid4(), by=successor, at=noon
    )

    log = log_of(client, manager, under_review, "reviews:plan")
    superintendent = person(Role.SUPERINTENDENT, under_review.district)
    district_log = str(log_of(client, superintendent, under_review, "plans:overview"))

    at = "November 23, 2026, 12:00 pm ET"
    assert (f"{successor.name} assigned as program reviewer, by {manager.name}", at) in log
    assert (f"{former.name} no longer program reviewer, by {manager.name}", at) in log
    for internal in (former.name, successor.name, fiscal.name, manager.name, "ecommend"):
        assert internal not in district_log


def test_closing_signing_and_voiding_are_in_the_plans_activity(client, people_of, manager, noon):
    returned = PlanFactory(returned=True)
    people = people_of(returned)
    cover = Cover.objects.get(plan=returned)
    for hour, summary in ((9, "New."), (10, "Newer.")):
        services.save_section(
            plan_id=returned.pk,
            model=Cover,
            version=cover.version,
            values={"summary": summary},
            as_typed={},
            by=people.plan_coordinator,
            at=noon.replace(hour=hour),
        )
        cover.refresh_from_db()

    log = log_of(client, people.superintendent, returned, "plans:overview")
    words = [said for said, _ in log]

    assert log[0] == (
        "Edited after version 1 was closed, so the plan has to be closed and signed again,"
        f" by {people.plan_coordinator.name}",
        "November 23, 2026, 9:00 am ET",
    )
    assert Voiding.objects.count() == 1
    signers = [signature.name for signature in returned.versions.get().signatures.all()]
    for capacity, name in zip(("superintendent", "board chair"), signers, strict=True):
        assert f"Version 1 signed as {capacity}, by {name}" in words
    assert any(said.startswith("Version 1 closed for signature, by ") for said in words)
    departments = [said for said, _ in log_of(client, manager, returned, "reviews:plan")]
    assert not any("Edited" in said for said in departments)
    assert f"Signed as superintendent, version 1, by {signers[0]}" in departments


@pytest.mark.parametrize("verb", ["withdraw", "reopen"])
def test_a_step_of_the_districts_that_has_a_reason_says_it_to_both_sides(
    client, verb, manager, people_of, noon
):
    """The kind: a reason that only a letter holds."""
    plan = PlanFactory(submitted=True)
    people = people_of(plan)
    act = {"plan_id": plan.pk, "by": people.superintendent}
    services.withdraw(key=uuid4(), at=noon, reason="The vote failed.", **act)
    services.reopen(key=uuid4(), at=noon, reason="It passed.", **act)
    services.withdraw(key=uuid4(), at=noon, reason="No vote after all.", **act)
    named = f"by {people.superintendent.name}"
    said = {
        "withdraw": [f"Withdrawn, {named}: No vote after all.", f"Withdrawn, {named}: The vote"],
        "reopen": [f"Opened again, {named}: It passed."],
    }[verb]

    own = [words for words, _ in log_of(client, people.board_chair, plan, "plans:overview")]
    departments = [words for words, _ in log_of(client, manager, plan, "reviews:plan")]

    for words in said:
        assert any(line.startswith(words) for line in own)
        assert any(line.startswith(words) for line in departments)


def test_reasons_of_the_departments_steps_stand_where_they_did(client, came_back, manager):
    plan, people = came_back

    own = log_of(client, people.board_chair, plan, "plans:overview")

    assert "The Department returned the plan for changes" in [words for words, _ in own]
