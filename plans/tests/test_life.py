"""What a district reads of the life of its plan comes from the tables that are enforced."""

from datetime import date, datetime
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from districts.calendar import EASTERN
from districts.roles import Role
from districts.tests.factories import person
from plans import services
from plans.models import Cycle, Plan
from plans.reading.life import stages, who_can
from plans.services import answer_change, take_step, withdraw
from plans.tests.factories import (
    PlanFactory,
    RequiredChangeFactory,
    closed_version,
    sign_version,
    write_rows,
)
from plans.workflow import TRANSITIONS, Status, Step


def withhold(plan, by, at):
    reason = "Ground: no report.\n\nAnswer by December 4, 2026."
    step = {"step": Step.WITHHOLD, "reason": reason, "key": uuid4()}
    return take_step(plan_id=plan.pk, by=by, at=at, **step)


def panels_of(client, plan):
    """Each panel of the plan's page by its heading, as its paragraphs."""
    response = client.get(reverse("plans:overview", args=[plan.district.slug, 2027]))
    page = BeautifulSoup(response.text, "html.parser")
    return {
        panel.h2.text: [paragraph.text for paragraph in panel.select("p")]
        for panel in page.select("section.panel")
    }


def test_who_can_do_what_with_a_draft():
    assert who_can(Status.DRAFT) == [
        ("Edit", "the plan coordinator, the fiscal officer"),
        ("Sign", "the superintendent, the board chair, once it is closed for signature"),
        ("Submit", "the superintendent, the plan coordinator"),
        ("Withdraw", "the superintendent"),
    ]


def test_a_recommendation_does_not_show_in_who_can_do_what():
    assert who_can(Status.RECOMMENDED) == who_can(Status.UNDER_REVIEW)


@pytest.mark.parametrize("status", [Status.DRAFT, Status.SUBMITTED, Status.UNDER_REVIEW])
def test_who_can_names_every_step_that_a_district_may_know_of(status):
    known = set(Step) - {Step.RECOMMEND, Step.WITHHOLD, Step.RELEASE}
    steps = {step.label for step in known if status in TRANSITIONS[step].sources}

    assert steps <= {what for what, _ in who_can(status)}


@pytest.mark.django_db
def test_a_district_reads_why_its_plan_is_withheld_until_it_is_released(client, commissioner, noon):
    plan = PlanFactory(approved=True)
    client.force_login(person(Role.DISTRICT_VIEWER, plan.district))
    withhold(plan, commissioner, noon)

    withheld = panels_of(client, plan)
    take_step(plan_id=plan.pk, step=Step.RELEASE, by=commissioner, at=noon, key=uuid4())
    released = panels_of(client, plan)

    assert withheld["Why it is withheld"] == ["Ground: no report.", "Answer by December 4, 2026."]
    assert "Why it is withheld" not in released


@pytest.mark.django_db
def test_a_withheld_plan_comes_before_next_years_at_home(client, commissioner, noon):
    plan = PlanFactory(approved=True, district__designation__last_fiscal_year=2032)
    Cycle.objects.filter(pk=2028).update(opens_on=date(2026, 4, 2))
    client.force_login(person(Role.SUPERINTENDENT, plan.district))
    heading = f"<h1>{plan.district.name}: FY{{}} plan</h1>"
    home = reverse("home")

    assert heading.format(2028) in client.get(home).text
    withhold(plan, commissioner, noon)
    assert heading.format(2027) in client.get(home).text


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("stage", "reached"),
    [
        ({}, ["done", "", "", "", "", ""]),
        ({"submitted": True}, ["done", "done", "done", "done", "", ""]),
    ],
)
def test_a_withdrawn_plan_says_why_waits_for_nobody_and_takes_no_vote(client, stage, reached, noon):
    plan = PlanFactory(**stage)
    superintendent = person(Role.SUPERINTENDENT, plan.district)
    client.force_login(superintendent)
    said = {"reason": "Nobody to teach it.", "key": uuid4()}

    plan = withdraw(plan_id=plan.pk, by=superintendent, at=noon, **said)

    panels = panels_of(client, plan)
    assert panels["Why it was withdrawn"] == ["Nobody to teach it."]
    assert [one.state for one in stages(plan.cycle, plan)] == reached
    page = client.get(plan.get_absolute_url()).text
    assert "Record the vote" not in page
    assert "The board approved the plan on June 9, 2026." in page


def page_of(client, user, plan):
    client.force_login(user)
    return BeautifulSoup(client.get(plan.get_absolute_url()).text, "html.parser")


def words_of(found):
    return [" ".join(one.get_text(" ", strip=True).split()) for one in found]


@pytest.mark.django_db
def test_a_returned_plan_says_when_its_answers_are_due_and_how_many_are_owed(
    client, noon, time_machine
):
    time_machine.move_to(datetime(2026, 7, 21, 12, 0, tzinfo=EASTERN))
    plan = PlanFactory(returned=True)  # its first change is due on July 29
    for number, due_on in [(2, date(2026, 8, 14)), (3, date(2026, 8, 5))]:
        version = plan.versions.get()
        RequiredChangeFactory(plan=plan, version=version, number=number, due_on=due_on)
    coordinator = person(Role.PLAN_COORDINATOR, plan.district)

    said = []
    for number in (1, 3, 2, None):
        page = page_of(client, coordinator, plan)
        where, aside = page.select_one(".where .small"), page.select_one("aside .panel")
        owed = page.select(f'.rows a[href="{plan.get_absolute_url()}changes/"]')
        said.append(words_of([where, aside, *owed]))
        if number:
            answer = {"number": number, "version": 1, "answer": "Done."}
            answer_change(plan_id=plan.pk, by=coordinator, at=noon, **answer)

    july_29, august_5 = "Wed, July 29, 2026 · 8 days left", "Wed, August 5, 2026 · 15 days left"
    august_14 = "Fri, August 14, 2026 · 24 days left"
    assert said == [
        [
            f"Answers due {july_29}",
            "Answers due Wednesday, July 29, 2026 8 days left",
            "3 required changes wait for an answer",
        ],
        [
            f"Answers due {august_5}",
            "Answers due Wednesday, August 5, 2026 15 days left",
            "2 required changes wait for an answer",
        ],
        [
            f"Answers due {august_14}",
            "Answers due Friday, August 14, 2026 24 days left",
            "1 required change waits for an answer",
        ],
        [f"Due back {august_14}", "Due back Friday, August 14, 2026 24 days left"],
    ]


@pytest.mark.django_db
def test_a_change_without_an_answer_is_counted_among_what_stops_the_plan(client, noon):
    plan = PlanFactory(returned=True)
    write_rows(plan)
    coordinator = person(Role.PLAN_COORDINATOR, plan.district)

    def owed():
        page = page_of(client, coordinator, plan)
        return words_of(page.select('header:-soup-contains("What you owe") span'))

    asked = owed()
    answer = {"number": 1, "version": 1, "answer": "Done."}
    answer_change(plan_id=plan.pk, by=coordinator, at=noon, **answer)

    assert (asked, owed()) == (
        ["1 thing to mend before it can be submitted · 0 warnings"],
        ["Nothing stops it · 0 warnings"],
    )


@pytest.mark.django_db
def test_a_plan_is_with_those_who_write_then_sign_then_submit_it(client):
    plan = PlanFactory()
    write_rows(plan)
    viewer, name = person(Role.DISTRICT_VIEWER, plan.district), plan.district.name

    def now_with():
        return page_of(client, viewer, plan).select_one("header span strong").text

    written = now_with()
    version = closed_version(plan)
    closed = now_with()
    sign_version(version, capacities=["superintendent"])
    signed_by_one = now_with()
    sign_version(version, capacities=["board_chair"])
    signed_by_both = now_with()
    Plan.objects.filter(pk=plan.pk).update(edition=plan.edition + 1)
    edited = now_with()

    assert [written, closed, signed_by_one, signed_by_both, edited] == [
        f"{name}, plan coordinator and fiscal officer",
        f"{name}, superintendent and board chair",
        f"{name}, board chair",
        f"{name}, superintendent or plan coordinator",
        f"{name}, plan coordinator and fiscal officer",
    ]


@pytest.mark.django_db
def test_a_returned_plan_is_with_those_who_write_until_every_change_is_answered(client, noon):
    plan = PlanFactory(returned=True)  # both signed it before it was handed in
    coordinator = person(Role.PLAN_COORDINATOR, plan.district)

    def now_with():
        return page_of(client, coordinator, plan).select_one("header span strong").text

    asked = now_with()
    answer = {"number": 1, "version": 1, "answer": "Done."}
    answer_change(plan_id=plan.pk, by=coordinator, at=noon, **answer)

    assert (asked, now_with()) == (
        f"{plan.district.name}, plan coordinator and fiscal officer",
        f"{plan.district.name}, superintendent or plan coordinator",
    )


@pytest.mark.django_db
def test_one_button_leads_and_never_to_an_edit_of_a_closed_plan(client):
    plan = PlanFactory()
    coordinator = person(Role.PLAN_COORDINATOR, plan.district)
    chair = person(Role.BOARD_CHAIR, plan.district)
    returned = PlanFactory(returned=True)
    answers = person(Role.PLAN_COORDINATOR, returned.district)

    def leading(user=coordinator, plan=plan):
        return words_of(
            page_of(client, user, plan).select(".where .btn-primary, main .btn-primary")
        )

    empty = leading()
    write_rows(plan)
    complete = leading()
    version = closed_version(plan)
    closed = leading()
    closed_to_a_signer = leading(chair)
    sign_version(version)
    signed = leading()
    asked = leading(answers, returned)

    assert (empty, complete, closed, closed_to_a_signer, signed, asked) == (
        ["Continue the plan"],
        ["Close for signature"],
        [],
        ["Sign the plan"],
        ["Submit the plan"],
        ["Answer the changes"],
    )


@pytest.mark.django_db
@pytest.mark.parametrize("back", [services.recall, services.reopen])
def test_a_plan_that_came_back_signed_says_so_and_not_that_it_waits_for_signatures(
    client, back, noon
):
    """The kind: words about a closed version that do not ask who has signed it."""
    plan = PlanFactory(submitted=True)
    superintendent = person(Role.SUPERINTENDENT, plan.district)
    act = {"plan_id": plan.pk, "by": superintendent, "at": noon}
    if back is services.reopen:
        withdraw(key=uuid4(), reason="No vote.", **act)
        client.force_login(superintendent)
        url = reverse("plans:reopen", args=[plan.district.slug, plan.cycle_id])
        stands = "Version 1 stays closed, with 2 of 2 signatures, until the text is edited."
        assert stands in client.get(url).text
        back(key=uuid4(), reason="It passed.", **act)
    else:
        back(key=uuid4(), **act)

    page = page_of(client, superintendent, plan).select_one("main").get_text(" ", strip=True)

    assert "Signed by both" in page
    assert "Closed for signature" not in page
    read = client.get(reverse("plans:read", args=[plan.district.slug, plan.cycle_id])).text
    assert "Signed by both as version 1, not handed in." in read
    assert "is to be signed" not in read


@pytest.mark.django_db
def test_what_stops_the_plan_is_owed_before_what_warns(client):
    plan = PlanFactory()
    write_rows(plan)
    plan.strategy_set.update(reading_program="")  # R29 warns, of a section before the assurances
    plan.assurancestatement.accepted_numbers = []
    plan.assurancestatement.save()
    client.force_login(person(Role.PLAN_COORDINATOR, plan.district))

    response = client.get(reverse("plans:overview", args=[plan.district.slug, 2027]))

    owed = [line.finding.stops for line in response.context["owed"]]
    assert (True in owed, False in owed) == (True, True)
    assert owed == sorted(owed, reverse=True)
