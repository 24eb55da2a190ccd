"""One plan's page: what was handed in, what was said about it, and what the reader may do."""

from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from districts.roles import DEPARTMENT_ROLES, DISTRICT_ROLES, Role
from districts.tests.factories import MembershipFactory, person
from plans.models import Cover, Plan
from plans.services import take_step
from plans.tests.factories import PlanFactory, closed_version, recommend_by_both, resubmit
from plans.workflow import Step
from reviews.services import approve, comment, recommend

pytestmark = pytest.mark.django_db

ACTS = ["assign", "comment", "return", "recommend", "approve"]


def url_of(plan, name="plan"):
    return reverse(f"reviews:{name}", args=[plan.district.slug, plan.cycle_id])


def page_of(client, plan, query=""):
    response = client.get(url_of(plan) + query)
    assert response.status_code == 200
    return BeautifulSoup(response.text, "html.parser")


def buttons(page):
    """Label, whether it waits, and where it goes."""
    return [
        (" ".join(a.text.split()), a.get("aria-disabled") == "true", a["href"])
        for a in page.select(".where .acts a")
    ]


def remark(plan, by, at, **given):
    return comment(
        plan_id=plan.pk,
        key=uuid4(),
        by=by,
        at=at,
        **{"section": "budget", "audience": "internal", "text": "Dear coaches.", **given},
    )


# Who sees it -----------------------------------------------------------------------------------


@pytest.mark.parametrize("role", sorted(DEPARTMENT_ROLES))
@pytest.mark.parametrize("stage", ["submitted", "under_review", "returned", "approved"])
def test_page_is_open_to_the_department(client, role, stage):
    plan = PlanFactory(**{stage: True})
    client.force_login(person(role))

    page_of(client, plan)


@pytest.mark.parametrize("name", ["plan", *ACTS])
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("role", sorted(DISTRICT_ROLES))
def test_no_page_of_a_review_exists_for_its_district(
    client, role, method, name, under_review, manager, noon
):
    remark(under_review, manager, noon)
    client.force_login(person(role, under_review.district))

    response = getattr(client, method)(url_of(under_review, name))

    assert response.status_code == (405 if (method, name) == ("post", "plan") else 404)
    assert "Dear coaches." not in response.text


@pytest.mark.parametrize("name", ["plan", *ACTS])
def test_strangers_are_asked_to_sign_in(client, under_review, name):
    url = url_of(under_review, name)

    assert client.get(url).url == f"{reverse('account_login')}?next={url}"


@pytest.mark.parametrize("name", ["plan", *ACTS])
@pytest.mark.parametrize("role", [Role.COMMISSIONER, Role.PROGRAM_MANAGER, Role.AUDITOR])
def test_a_draft_is_not_found_even_if_it_is_closed_for_signature(client, role, name):
    plan = PlanFactory()
    closed_version(plan, signed=True)
    client.force_login(person(role))

    assert client.get(url_of(plan, name)).status_code == 404


@pytest.mark.parametrize("name", ["plan", *ACTS])
def test_a_plan_that_does_not_exist_is_not_found(client, manager, name):
    client.force_login(manager)

    assert client.get(reverse(f"reviews:{name}", args=["nowhere", 2027])).status_code == 404


def test_page_is_not_posted_to(client, manager, under_review):
    client.force_login(manager)

    assert client.post(url_of(under_review)).status_code == 405


# What it shows ---------------------------------------------------------------------------------


def test_page_reads_the_version_handed_in_never_the_rows_of_the_draft(client, manager):
    plan = PlanFactory(returned=True)
    Cover.objects.filter(plan=plan).update(summary="Not yet handed in.")
    client.force_login(manager)

    text = page_of(client, plan).text

    assert "Reading, attendance and mentors." in text
    assert "Not yet handed in." not in text


def test_page_keeps_an_answer_from_reviewers_until_it_is_handed_in(client, manager, noon):
    plan = PlanFactory(returned=True)
    plan.required_changes.update(
        answer="Half an answer", answered_at=noon, answered_by=plan.started_by
    )
    client.force_login(manager)

    assert "Half an answer" not in page_of(client, plan).text


def test_page_shows_answers_that_were_handed_in(client, manager):
    plan = PlanFactory(returned=True)
    resubmit(plan)
    client.force_login(manager)

    page = page_of(client, plan)

    assert page.select_one(".where .state").text == "Back: answered"
    assert "version 2 (received July 17, 2026, after return)" in page.select_one(".crumbs").text
    assert [quote.text.strip() for quote in page.select("aside blockquote")] == ["Done."]


def test_page_shows_an_earlier_version_and_leads_back(client, auditor):
    plan = PlanFactory(returned=True)
    resubmit(plan)
    client.force_login(auditor)

    page = page_of(client, plan, "?version=1")

    assert "This is version 1, an earlier one." in page.text
    assert page.select_one(".note a")["href"] == url_of(plan)


@pytest.mark.parametrize("number", ["2", "one", "", "-1", "²", "9" * 5_000, "\0"])
def test_page_has_no_version_that_was_not_handed_in(client, manager, number):
    plan = PlanFactory(returned=True)
    plan.edition += 1
    closed_version(plan, signed=True)
    client.force_login(manager)

    assert client.get(url_of(plan), {"version": number}).status_code == 404


def test_comments_stand_in_their_section_and_say_who_reads_them(
    client, manager, auditor, under_review, noon
):
    remark(under_review, manager, noon)
    remark(under_review, manager, noon, audience="district", text="Thank you.", section="needs")
    client.force_login(auditor)

    page = page_of(client, under_review)

    assert [
        (section["id"], change.select_one(".state").text, change.p.text)
        for section in page.select("main section[id]")
        for change in section.select(".change:has(.state)")
    ] == [
        ("needs", "To the district", "Thank you."),
        ("budget", "Internal: the district never sees this", "Dear coaches."),
    ]


def test_recommendation_shows_with_who_made_it(client, manager, commissioner, under_review, noon):
    recommend(
        plan_id=under_review.pk, version=1, text="Approve it.", key=uuid4(), by=manager, at=noon
    )
    client.force_login(commissioner)

    assert "Approve it." in page_of(client, under_review).select_one("aside").text


def test_decision_shows_with_its_letter_and_the_delegation(client, delegate, auditor, noon):
    plan = PlanFactory(recommended=True)
    approve(
        plan_id=plan.pk,
        version=1,
        implementation="largely",
        implementation_reasons="Most of it ran.",
        performance="not_met",
        performance_reasons="Two of nine.",
        key=uuid4(),
        by=delegate,
        at=noon,
    )
    client.force_login(auditor)

    decision = page_of(client, plan).select_one("#decision")

    facts = [" ".join(fact.text.split()) for fact in decision.select("dd")]
    assert facts == [
        "$1,000,000",
        "Largely carried out. Most of it ran.",
        "Not met. Two of nine.",
        f"{delegate.name}, in the Commissioner’s name, under the delegation of "
        "January 1, 2020 to December 31, 2099",
    ]
    assert "I have approved the annual amendment" in decision.select_one(".letter").text


def test_page_says_why_a_plan_is_withheld_and_who_says_so(client, manager, commissioner, noon):
    plan = PlanFactory(approved=True)
    client.force_login(manager)
    assert "Why it is withheld" not in page_of(client, plan).text
    step = {"step": Step.WITHHOLD, "reason": "No report.", "key": uuid4()}

    take_step(plan_id=plan.pk, by=commissioner, at=noon, **step)

    panel = page_of(client, plan).select_one(".panel.is-bad")
    assert (panel.h2.text, panel.select_one(".words").text.strip(), panel.header.span.text) == (
        "Why it is withheld",
        "No report.",
        f"{commissioner.name}, November 23, 2026, 12:00 pm ET",
    )


@pytest.mark.parametrize("said", [1, 3])
def test_page_query_count_does_not_grow(
    client, manager, said, under_review, noon, django_assert_num_queries
):
    for number in range(said):
        remark(under_review, manager, noon, text=f"Remark {number}")
    client.force_login(manager)

    client.get(url_of(under_review))  # the text is kept
    # session, user, standing, plan, what was said, parts, who decides; what changed since the text
    # was closed is kept by the stamp of the rows
    with django_assert_num_queries(7):
        client.get(url_of(under_review))


# What the reader may do ------------------------------------------------------------------------


def test_manager_assigns_a_plan_that_is_new(client, manager):
    plan = PlanFactory(submitted=True)
    client.force_login(manager)

    assert buttons(page_of(client, plan)) == [
        ("Assign reviewers", False, url_of(plan, "assign")),
        ("Approve: the Commissioner’s", True, "#who-decides"),
    ]


def test_assigned_reviewer_returns_or_recommends_and_sees_who_approves(
    client, under_review, program_reviewer_of, commissioner, delegate
):
    client.force_login(program_reviewer_of(under_review))

    page = page_of(client, under_review)

    assert buttons(page) == [
        ("Return for changes", False, url_of(under_review, "return")),
        ("Recommend", False, url_of(under_review, "recommend")),
        ("Approve: the Commissioner’s", True, "#who-decides"),
    ]
    assert [fact.text.strip() for fact in page.select("#who-decides dd")] == [
        commissioner.name,
        f"{delegate.name}, in the Commissioner’s name, January 1, 2020 to December 31, 2099",
    ]


@pytest.mark.parametrize("who", ["commissioner", "delegate"])
def test_decider_returns_or_approves(client, who, request, under_review):
    client.force_login(request.getfixturevalue(who))

    recommend_by_both(under_review)
    assert buttons(page_of(client, under_review)) == [
        ("Return for changes", False, url_of(under_review, "return")),
        ("Approve", False, url_of(under_review, "approve")),
    ]


def test_blocked_approval_stays_visible_and_leads_to_the_gate(client, commissioner):
    plan = PlanFactory(recommended=True, board__approved_on=None)
    client.force_login(commissioner)

    assert buttons(page_of(client, plan))[-1] == (
        "Approve: 1 thing missing",
        True,
        url_of(plan, "approve") + "#gate",
    )


def test_decider_waits_for_reviewers(client, commissioner):
    client.force_login(commissioner)

    assert buttons(page_of(client, PlanFactory(submitted=True))) == [
        ("Approve: reviewers come first", True, "#who-decides")
    ]


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.PROGRAM_REVIEWER, Role.SYSADMIN])
def test_whoever_takes_no_part_reads_and_is_told_so(client, role, under_review):
    client.force_login(person(role))

    page = page_of(client, under_review)

    assert buttons(page) == []
    assert page.select('a[href*="/comment/"]') == []
    assert "You take no part in the review of this plan." in page.text


def test_decided_plan_offers_nothing(client, commissioner):
    client.force_login(commissioner)

    page = page_of(client, PlanFactory(approved=True))

    assert (buttons(page), page.select('a[href*="/comment/"]')) == ([], [])


def test_nobody_decides_where_nobody_holds_the_role(client, manager, under_review):
    client.force_login(manager)

    assert "Nobody holds the role now." in page_of(client, under_review).text


def test_plan_of_another_year_is_another_page(client, manager, under_review):
    client.force_login(manager)

    assert Plan.objects.count() == 1
    assert (
        client.get(reverse("reviews:plan", args=[under_review.district.slug, 2028])).status_code
        == 404
    )


def test_review_of_ones_own_district_is_not_found_whatever_else_one_is(client):
    plan = PlanFactory(under_review=True)
    both = person(Role.PROGRAM_REVIEWER)
    MembershipFactory(user=both, role=Role.PLAN_COORDINATOR, district=plan.district)
    client.force_login(both)

    response = client.get(reverse("reviews:plan", args=[plan.district.slug, plan.cycle_id]))

    assert response.status_code == 404
