"""The pages that ask before a district's step is taken: submit, recall, withdraw."""

from datetime import date
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from districts.roles import DEPARTMENT_ROLES, Role
from districts.tests.factories import person
from notices.models import Notice
from plans.tests.factories import PlanFactory, assign_reviewers, closed_version, sign_version
from plans.workflow import Status, Step

pytestmark = pytest.mark.django_db

HANDS_IN = [Role.SUPERINTENDENT, Role.PLAN_COORDINATOR]
DOES_NOT = [Role.BOARD_CHAIR, Role.FISCAL_OFFICER, Role.DISTRICT_VIEWER, Role.DISTRICT_ADMIN]
LONG_AGO = date(2020, 1, 1)  # before any day a test runs
NAMES = ["submit", "recall", "withdraw"]


@pytest.fixture
def plan():
    plan = PlanFactory(board__approved_on=LONG_AGO)
    closed_version(plan, signed=True)
    return plan


@pytest.fixture
def superintendent(plan):
    return person(Role.SUPERINTENDENT, plan.district, name="Sam Super")


@pytest.fixture
def submitted():
    return PlanFactory(submitted=True)


def url(plan, name):
    return reverse(f"plans:{name}", args=[plan.district.slug, plan.cycle_id])


def act(client, plan, name, **more):
    return client.post(url(plan, name), {"key": uuid4(), **more})


def withdrawing(plan, **more):
    return {"reason": "The board said no.", "district_name": plan.district.name, **more}


def steps_of(plan):
    return list(plan.events.order_by("pk").values_list("step", flat=True))


# Submit -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", HANDS_IN)
def test_submit_asks_first_and_says_who_gets_a_receipt(client, plan, superintendent, role):
    client.force_login(person(role, plan.district))

    page = client.get(url(plan, "submit")).text

    assert f"Submit {plan.district}’s FY2027 plan?" in page
    assert "Submitting sends version 1 to the Department." in page
    assert "You can recall it until its review starts." in page
    assert "A receipt goes to" in page
    assert "Sam Super" in page
    assert steps_of(plan) == []


def test_submit_hands_the_plan_in_and_says_when(client, plan, superintendent):
    client.force_login(superintendent)

    response = act(client, plan, "submit")

    plan.refresh_from_db()
    assert response.url == url(plan, "overview")
    assert (plan.status, plan.submitted_by) == (Status.SUBMITTED, superintendent)
    page = client.get(response.url).text
    assert "Version 1 is frozen. The Department has it." in page
    assert timezone.localtime(plan.submitted_at).strftime("Submitted %B ") in page


def test_the_same_form_sent_twice_is_one_act_and_one_answer(client, plan, superintendent):
    client.force_login(superintendent)
    key = client.get(url(plan, "submit")).context["form"]["key"].value()

    first, second = (act(client, plan, "submit", key=key) for _ in range(2))

    assert (first.url, second.url) == (url(plan, "overview"),) * 2
    assert steps_of(plan) == [Step.SUBMIT]
    assert Notice.objects.filter(kind="plan_receipt").count() == 1
    assert "cannot be taken" not in client.get(second.url).text


def test_each_showing_of_the_page_has_a_key_of_its_own(client, plan, superintendent):
    client.force_login(superintendent)

    keys = {client.get(url(plan, "submit")).context["form"]["key"].value() for _ in range(2)}

    assert len(keys) == 2


def test_submitting_what_was_submitted_is_told_in_a_sentence(client, submitted):
    client.force_login(person(Role.SUPERINTENDENT, submitted.district))

    for response in (
        client.post(url(submitted, "submit"), {"key": uuid4()}, follow=True),
        client.get(url(submitted, "submit"), follow=True),
    ):
        assert response.redirect_chain == [(url(submitted, "overview"), 302)]
        assert "This plan is submitted now" in response.text
    assert steps_of(submitted) == [Step.SUBMIT]


def test_a_form_without_its_key_is_asked_again(client, plan, superintendent):
    client.force_login(superintendent)

    assert client.post(url(plan, "submit"), {"key": "once more"}).status_code == 422
    assert steps_of(plan) == []


def test_what_blocks_is_listed_before_and_after_pressing(client):
    plan = PlanFactory()
    sign_version(closed_version(plan), capacities=["superintendent"])
    client.force_login(person(Role.SUPERINTENDENT, plan.district))

    for response, status in (
        (client.get(url(plan, "submit")), 200),
        (act(client, plan, "submit"), 409),
    ):
        assert response.status_code == status
        assert "Cannot be submitted yet: 1 thing missing" in response.text
        assert "The board chair has not signed this version." in response.text
        assert "Submit the plan</button>" not in response.text
    assert steps_of(plan) == []


def test_warnings_go_with_it(client, plan, superintendent):
    plan.board_approval.approved_on = None
    plan.board_approval.save()
    client.force_login(superintendent)

    response = client.get(url(plan, "submit"))

    assert [finding.rule for finding in response.context["warnings"]] == ["R14"]
    assert "1 warning goes with it." in response.text


def test_a_plan_without_a_board_vote_is_handed_in_with_a_warning(client, plan, superintendent):
    plan.board_approval.approved_on = None
    plan.board_approval.save()
    client.force_login(superintendent)

    page = client.get(act(client, plan, "submit").url).text

    assert "Neither the board’s approval" in page.replace("&#x27;", "’").replace("'", "’")
    assert steps_of(plan) == [Step.SUBMIT]


def test_a_plan_with_a_board_vote_is_handed_in_without_a_warning(client, plan, superintendent):
    client.force_login(superintendent)

    messages = client.post(url(plan, "submit"), {"key": uuid4()}, follow=True).context["messages"]

    assert [message.level_tag for message in messages] == ["success"]


def test_a_plan_that_goes_back_says_it_cannot_be_taken_back(client):
    plan = PlanFactory(returned=True)
    plan.required_changes.update(
        answer="Done.", answered_at=plan.submitted_at, answered_by=plan.started_by
    )
    client.force_login(person(Role.PLAN_COORDINATOR, plan.district))

    page = client.get(url(plan, "submit")).text

    assert "It goes back to the same reviewers at once, so it cannot be taken back." in page
    act(client, plan, "submit")
    plan.refresh_from_db()
    assert plan.status == Status.UNDER_REVIEW


# Recall -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", HANDS_IN)
def test_recall_asks_first_and_then_takes_the_plan_back(client, submitted, role):
    client.force_login(person(role, submitted.district))

    assert (
        f"Recall {submitted.district}’s FY2027 plan?" in client.get(url(submitted, "recall")).text
    )
    response = act(client, submitted, "recall")

    submitted.refresh_from_db()
    assert (response.url, submitted.status) == (url(submitted, "overview"), Status.DRAFT)
    assert "Recalled. The plan is with you again" in client.get(response.url).text


@pytest.mark.parametrize("stage", ["under_review", "returned", "recommended", "approved"])
def test_recall_is_too_late_once_review_has_started(client, stage):
    plan = PlanFactory(**{stage: True})
    client.force_login(person(Role.SUPERINTENDENT, plan.district))

    for response in (client.get(url(plan, "recall")), act(client, plan, "recall")):
        assert response.url == url(plan, "overview")
    assert Step.RECALL not in steps_of(plan)


# Withdraw ---------------------------------------------------------------------------------------


def test_withdraw_asks_for_the_reason_and_the_districts_name(client, submitted):
    client.force_login(person(Role.SUPERINTENDENT, submitted.district))
    assert f"Withdraw {submitted.district}’s FY2027 plan?" in (
        client.get(url(submitted, "withdraw")).text
    )

    response = act(client, submitted, "withdraw", **withdrawing(submitted))

    submitted.refresh_from_db()
    assert (response.url, submitted.status) == (url(submitted, "overview"), Status.WITHDRAWN)
    assert submitted.events.last().reason == "The board said no."


@pytest.mark.parametrize(
    "slip", [{"reason": ""}, {"reason": "  "}, {"district_name": ""}, {"district_name": "Yes"}]
)
def test_withdraw_without_reason_or_name_changes_nothing(client, submitted, slip):
    client.force_login(person(Role.SUPERINTENDENT, submitted.district))

    response = act(client, submitted, "withdraw", **withdrawing(submitted, **slip))

    assert response.status_code == 422
    assert Step.WITHDRAW not in steps_of(submitted)


@pytest.mark.parametrize("name", ["reason", "district_name"])
def test_what_is_missing_is_said_as_on_every_page_that_asks(client, submitted, name):
    client.force_login(person(Role.SUPERINTENDENT, submitted.district))

    form = act(client, submitted, "withdraw", **withdrawing(submitted, **{name: ""})).context[
        "form"
    ]

    assert form.errors == {name: ["This is empty. Fill it in."]}


def test_withdraw_takes_the_name_in_any_case(client, submitted):
    client.force_login(person(Role.SUPERINTENDENT, submitted.district))
    name = f" {submitted.district.name.upper()}  "

    act(client, submitted, "withdraw", **withdrawing(submitted, district_name=name))

    assert Step.WITHDRAW in steps_of(submitted)


def test_a_plan_under_review_is_not_withdrawn(client):
    plan = PlanFactory(under_review=True)
    client.force_login(person(Role.SUPERINTENDENT, plan.district))

    response = act(client, plan, "withdraw", **withdrawing(plan))

    assert "This plan is under review now" in response.text
    assert withdrawing(plan)["reason"] in response.text  # the words are given back
    assert Step.WITHDRAW not in steps_of(plan)


# Whose ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("role", DOES_NOT)
def test_steps_are_not_for_others_of_the_district(client, submitted, role, name):
    client.force_login(person(role, submitted.district))

    assert client.get(url(submitted, name)).status_code == 403
    assert act(client, submitted, name, **withdrawing(submitted)).status_code == 403
    assert steps_of(submitted) == [Step.SUBMIT]


def test_a_plan_coordinator_does_not_withdraw(client, submitted):
    client.force_login(person(Role.PLAN_COORDINATOR, submitted.district))

    response = act(client, submitted, "withdraw", **withdrawing(submitted))

    assert response.status_code == 403
    assert "This step is for the superintendent." in response.text


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("role", [*sorted(DEPARTMENT_ROLES), Role.SUPERINTENDENT])
def test_people_elsewhere_find_nothing(client, submitted, role, name):
    client.force_login(person(role))

    assert client.get(url(submitted, name)).status_code == 404
    assert act(client, submitted, name, **withdrawing(submitted)).status_code == 404
    assert steps_of(submitted) == [Step.SUBMIT]


@pytest.mark.parametrize("reviewers", [False, True])
def test_submit_page_takes_the_same_queries(
    client, plan, superintendent, django_assert_num_queries, reviewers
):
    if reviewers:
        assign_reviewers(plan)
    client.force_login(superintendent)

    # session, user, roles, plan, district, designation, version, signatures, changes, board's vote,
    # receipts; the Department's rows of now, by which the version is judged again; what was found
    # in its files
    with django_assert_num_queries(13):
        client.get(url(plan, "submit"))
