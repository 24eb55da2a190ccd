"""The pages on which funds are withheld and released: what they ask, say, and refuse."""

import re
from datetime import date
from uuid import uuid4

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.urls import reverse

from districts.roles import Role
from districts.tests.factories import (
    AllocationFactory,
    DelegationFactory,
    MembershipFactory,
    person,
)
from notices.models import Notice
from plans import services as plan_services
from plans.services import Blocked
from plans.tests.factories import PlanFactory
from plans.workflow import Status, Step
from reviews.models import Waiver
from reviews.rules import OWN_HAND
from reviews.services import Duty, Withholding, allocation_of, waive, withhold

pytestmark = pytest.mark.django_db
TERMS = {
    "duty": "report",
    "amount": "",
    "grounds": "No expenditure report came for FY2026.",
    "cure": "File the report.",
    "answer_by": "2026-12-18",
}


@pytest.fixture(autouse=True)
def _at_noon(noon):
    with time_machine.travel(noon, tick=False):
        yield


def url_of(step, plan):
    return reverse(f"reviews:{step}", args=[plan.district.slug, plan.cycle_id])


def send(client, step, plan, **typed):
    named = {"district_name": plan.district.name, "reason": "The report came."}
    return client.post(url_of(step, plan), {"key": uuid4()} | named | typed, follow=True)


def withheld(plan, by, at):
    withhold(plan_id=plan.pk, reason="No report.", key=uuid4(), by=by, at=at)
    plan.refresh_from_db()
    return plan


def test_a_withholding_gives_twenty_business_days_to_answer(client, commissioner):
    """Thanksgiving is none of them."""
    plan = PlanFactory(under_review=True)
    client.force_login(commissioner)

    asked = BeautifulSoup(client.get(url_of("withhold", plan)).text, "html.parser")

    assert asked.select_one("[name=answer_by]")["value"] == "2026-12-22"


@pytest.mark.parametrize("status", ["submitted", "under_review", "recommended", "approved"])
def test_funds_are_withheld_on_grounds_that_the_district_reads(
    client, commissioner, manager, people_of, status
):
    plan = PlanFactory(**{status: True})
    people = people_of(plan)
    client.force_login(commissioner)

    asked = client.get(url_of("withhold", plan)).text
    page = send(client, "withhold", plan, **TERMS | {"amount": ""})

    plan.refresh_from_db()
    assert plan.status == Status.WITHHELD
    assert plan.events.get(step=Step.WITHHOLD).reason == (
        "Duty not complied with: Submit the annual expenditure report, § 10-262u(g).\n"
        "Withheld: all funds of FY2027.\n"
        "Grounds: No expenditure report came for FY2026.\n"
        "For the funds to be released: File the report.\n"
        "Answer by Friday, December 18, 2026."
    )
    for person_told in (people.superintendent, people.board_chair, manager):
        assert person_told.name in asked
    letter = Notice.objects.get(kind="plan_withheld", to=people.superintendent).body
    assert "To answer, write to the Alliance District office at" in letter
    assert "For the funds to be released: File the report." in letter
    assert Notice.objects.filter(kind="plan_moved", to=manager).exists()
    assert "are withheld. Letters leave now." in page.text
    assert "Release the funds" in page.text


def test_a_page_of_funds_names_everybody_whom_the_letters_go_to(
    client, people_of, manager, commissioner
):
    plan = PlanFactory(under_review=True)
    people_of(plan)
    delegate = DelegationFactory(delegate=person(Role.PROGRAM_REVIEWER)).delegate
    client.force_login(delegate)

    asked = client.get(url_of("withhold", plan))
    send(client, "withhold", plan, **TERMS)

    named = {each for letter in asked.context["leaving"] for each in letter.to}
    assert named == {notice.to for notice in Notice.objects.select_related("to")}
    assert {manager, commissioner} <= named
    letter = Notice.objects.filter(kind="plan_withheld").first().body
    assert "in the Commissioner’s name, under the delegation of" in letter


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"duty": ""}, "duty", "Nothing is chosen. Choose the duty."),
        ({"grounds": " "}, "grounds", "This is empty. Fill it in."),
        ({"cure": ""}, "cure", "This is empty. Fill it in."),
        ({"answer_by": "2026-07-01"}, "answer_by", "This day has come."),
        ({"answer_by": "soon"}, "answer_by", "This is not a date."),
        ({"district_name": "Elsewhere"}, "district_name", "Type “"),
        ({"amount": "$0"}, "amount", "$0 withholds nothing."),
        ({"amount": "2,000,000"}, "amount", "This is more than the allocation, $1,000,000."),
        ({"amount": "1.5"}, "amount", "has cents"),
    ],
)
def test_what_is_missing_is_said_and_nothing_typed_is_lost(
    client, commissioner, typed, field, sentence
):
    plan = PlanFactory(under_review=True)
    plan.district.allocations.all().exists() or AllocationFactory(district=plan.district)
    client.force_login(commissioner)

    page = send(client, "withhold", plan, **TERMS | {"cure": "Keep this."} | typed)

    plan.refresh_from_db()
    assert (page.status_code, plan.status) == (422, Status.UNDER_REVIEW)
    assert sentence in page.context["form"].errors[field][0]
    assert ("Keep this." in page.text) == (field != "cure")
    assert not Notice.objects.exists()


def test_every_duty_names_the_subsection_that_puts_it_on_the_board():
    """The list is drawn from (c)(2), (d) and (g); subsection (f) gives no other ground (R42)."""
    named = {duty: set(re.findall(r"10-262u\((c\)\(2|d|g)\)", duty.label)) for duty in Duty}

    assert all(named.values()), named
    assert set().union(*named.values()) == {"c)(2", "d", "g"}


def test_a_release_says_what_the_board_has_done(client, commissioner, noon):
    plan = withheld(PlanFactory(approved=True), commissioner, noon)
    client.force_login(commissioner)

    page = send(client, "release", plan, reason=" ")

    plan.refresh_from_db()
    assert (page.status_code, plan.status) == (422, Status.WITHHELD)


def test_a_part_of_the_funds_is_withheld_in_words():
    said = Withholding(
        Duty.SPENDING, 250_000, " Spent on other things. ", "Repay.", date(2026, 12, 18)
    )

    assert "Withheld: $250,000." in said.words(2027)
    assert "Grounds: Spent on other things.\n" in said.words(2027)


@pytest.mark.parametrize("before", ["under_review", "approved"])
def test_funds_are_released_and_the_plan_is_where_it_was(
    client, commissioner, people_of, before, noon
):
    plan = PlanFactory(**{before: True})
    people = people_of(plan)
    withheld(plan, commissioner, noon)
    client.force_login(commissioner)

    asked = client.get(url_of("release", plan)).text
    page = send(client, "release", plan, reason="The report came.")

    plan.refresh_from_db()
    assert plan.status == before
    assert "No report." in asked
    assert "are released. Letters leave now." in page.text
    letter = Notice.objects.get(kind="plan_released", to=people.superintendent).body
    assert "They were withheld on November 23, 2026." in letter
    assert "What they are released on:\nThe report came.\n" in letter
    assert ("The funds may be spent as it says." in letter) == (before == "approved")
    assert "The report came." in letter


def test_a_plan_never_handed_in_is_found_in_the_queue_withheld_and_released(
    client, commissioner, reviewer, manager, people_of
):
    plan = PlanFactory(district__designated=True)
    people_of(plan)
    queue = f"{reverse('reviews:queue')}?fy={plan.cycle_id}"
    client.force_login(reviewer)
    assert url_of("withhold", plan) not in client.get(queue).text

    client.force_login(commissioner)
    assert url_of("withhold", plan) in client.get(queue).text
    page = send(client, "withhold", plan, **TERMS | {"duty": "plan"})
    assert page.redirect_chain[-1][0] == queue
    assert url_of("release", plan) in page.text
    assert queue in Notice.objects.get(kind="plan_moved", to=manager).body
    assert "never handed in" in client.get(url_of("release", plan)).text
    send(client, "release", plan)

    plan.refresh_from_db()
    assert plan.status == Status.DRAFT


def test_more_than_an_allocation_that_shrank_meanwhile_is_not_withheld(commissioner, noon):
    """A figure that changes later: what the form held the amount against was the page's."""
    plan = PlanFactory(under_review=True)
    known = allocation_of(plan)
    act = {"plan_id": plan.pk, "reason": "No report.", "by": commissioner, "at": noon}

    with pytest.raises(Blocked, match="This is more than the allocation, which is"):
        withhold(amount=known + 1, key=uuid4(), **act)
    withhold(amount=known, key=uuid4(), **act)

    plan.refresh_from_db()
    assert plan.status == Status.WITHHELD


def test_the_same_form_sent_twice_is_one_act(client, commissioner, people_of):
    plan = PlanFactory(under_review=True)
    people_of(plan)
    client.force_login(commissioner)
    typed = TERMS | {"key": uuid4()}

    for _ in range(2):
        send(client, "withhold", plan, **typed)

    assert plan.events.filter(step=Step.WITHHOLD).count() == 1
    assert Notice.objects.filter(kind="plan_withheld").count() == 4


@pytest.mark.parametrize(
    ("step", "first", "then"),
    [
        ("withhold", TERMS | {"amount": "1000"}, TERMS | {"amount": "2000"}),
        ("release", {"reason": "The report came."}, {"reason": "The report came, and the cure."}),
    ],
)
def test_the_same_form_sent_again_with_other_words_is_told_and_keeps_them(
    client, commissioner, noon, step, first, then
):
    plan = PlanFactory(approved=True)
    if step == "release":
        withheld(plan, commissioner, noon)
    client.force_login(commissioner)
    key = uuid4()

    send(client, step, plan, **first, key=key)
    page = send(client, step, plan, **then, key=key)

    assert "What you wrote now was not recorded" in page.text
    assert (then.get("amount") or then["reason"]) in page.text  # still in its field
    assert "Letters leave now" not in page.text
    assert plan.events.filter(step=step).count() == 1


def test_a_page_of_a_former_withholding_releases_no_later_one(client, commissioner, noon):
    plan = withheld(PlanFactory(approved=True), commissioner, noon)
    client.force_login(commissioner)
    opened = client.get(url_of("release", plan)).context["form"]
    typed = {"withheld": opened.initial["withheld"]}
    send(client, "release", plan)
    withhold(plan_id=plan.pk, reason="No plan.", key=uuid4(), by=commissioner, at=noon)

    page = send(client, "release", plan, **typed)
    plan.refresh_from_db()

    assert "withheld again since you opened this page" in page.text
    assert plan.status == Status.WITHHELD
    send(client, "release", plan, withheld=client.get(url_of("release", plan)).context["last"].pk)
    plan.refresh_from_db()
    assert plan.status == Status.APPROVED


# Who may ----------------------------------------------------------------------------------------


def of_delegate_who_reviews(**status):
    plan = PlanFactory(**status)
    user = plan.assignments.first().reviewer
    DelegationFactory(delegate=user)
    return plan, user


@pytest.mark.parametrize("status", ["under_review", "approved"])
def test_nobody_withholds_what_they_reviewed_until_the_commissioner_waives_it(
    client, commissioner, status, noon
):
    plan, user = of_delegate_who_reviews(**{status: True})
    client.force_login(user)

    asked = client.get(url_of("withhold", plan))
    refused = send(client, "withhold", plan, **TERMS)
    waive(plan_id=plan.pk, version=1, grounds="Nobody else is there.", by=commissioner, at=noon)
    send(client, "withhold", plan, **TERMS)

    plan.refresh_from_db()
    assert OWN_HAND in asked.text
    assert "Withhold the funds</button>" not in asked.text
    assert (refused.status_code, plan.status) == (409, Status.WITHHELD)


def test_a_waiver_of_a_withheld_plan_lets_it_be_released(client, commissioner, noon):
    plan, user = of_delegate_who_reviews(approved=True)
    withheld(plan, commissioner, noon)
    url = reverse("reviews:waive", args=[plan.district.slug, plan.cycle_id])
    client.force_login(user)
    refused = send(client, "release", plan)
    client.force_login(commissioner)

    asked = client.get(url)
    page = client.post(url, {"key": uuid4(), "version": 1, "grounds": "She knows it."}, follow=True)
    client.force_login(user)
    send(client, "release", plan)

    plan.refresh_from_db()
    assert (refused.status_code, asked.status_code) == (409, 200)
    assert page.redirect_chain[-1][0] == url_of("release", plan)
    assert (plan.status, Waiver.objects.get().grounds) == (Status.APPROVED, "She knows it.")


def test_the_commissioner_of_a_district_meets_no_page_of_its_funds(client, commissioner):
    plan = PlanFactory(under_review=True)
    MembershipFactory(user=commissioner, role=Role.DISTRICT_VIEWER, district=plan.district)
    client.force_login(commissioner)

    assert client.get(url_of("withhold", plan)).status_code == 404


def test_what_cannot_be_withheld_now_leads_back(client, commissioner, noon):
    plan = PlanFactory(submitted=True)
    plan_services.withdraw(
        plan_id=plan.pk,
        by=person(Role.SUPERINTENDENT, plan.district),
        at=noon,
        key=uuid4(),
        reason="The board said no.",
    )
    client.force_login(commissioner)

    assert client.get(url_of("withhold", plan)).status_code == 302
    refused = send(client, "withhold", plan, **TERMS)
    assert refused.status_code == 409
    assert "This plan is withdrawn now" in refused.text
    assert TERMS["grounds"] in refused.text
