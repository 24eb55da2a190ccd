"""The pages of each act: who may open them, what they keep, what they say when refused."""

from datetime import datetime
from uuid import uuid4

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.urls import reverse

from districts.calendar import EASTERN
from districts.roles import Role
from districts.tests.factories import person
from plans.models import Comment
from plans.tests.factories import PlanFactory
from plans.workflow import Status
from reviews.models import Determination, Recommendation

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("on_the_day"),
]

FINDINGS = {
    "implementation": "largely",
    "implementation_reasons": "Nineteen of 24 milestones were met.",
    "performance": "progress",
    "performance_reasons": "Four of nine targets were met.",
}


@pytest.fixture
def on_the_day():
    with time_machine.travel(datetime(2026, 11, 23, 12, 0, tzinfo=EASTERN), tick=False):
        yield


def url_of(plan, name="plan"):
    return reverse(f"reviews:{name}", args=[plan.district.slug, plan.cycle_id])


def soup(response):
    return BeautifulSoup(response.text, "html.parser")


def errors(response):
    return [" ".join(line.text.split()) for line in soup(response).select(".note.bad p")]


def key_on(page):
    return page.select_one("input[name=key]")["value"]


def messages_of(client, url):
    return [note.text.strip() for note in soup(client.get(url)).select(".notes .note")]


@pytest.mark.parametrize("name", ["assign", "comment", "return", "recommend"])
@pytest.mark.parametrize("role", [Role.AUDITOR, Role.PROGRAM_REVIEWER, Role.SYSADMIN])
@pytest.mark.parametrize("method", ["get", "post"])
def test_act_of_somebody_else_is_forbidden(client, method, role, name, under_review):
    client.force_login(person(role))

    assert getattr(client, method)(url_of(under_review, name)).status_code == 403


@pytest.mark.parametrize("name", ["assign", "comment", "return", "recommend", "approve"])
@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_act_takes_get_and_post_only(client, method, name, under_review, manager):
    client.force_login(manager)

    assert getattr(client, method)(url_of(under_review, name)).status_code == 405


@pytest.mark.parametrize("name", ["assign", "comment", "return", "recommend", "approve"])
def test_page_of_an_act_whose_time_is_over_leads_to_the_plan(client, name, commissioner, manager):
    plan = PlanFactory(approved=True)
    client.force_login(commissioner if name == "approve" else manager)

    assert client.get(url_of(plan, name)).url == url_of(plan)


@pytest.mark.parametrize("name", ["assign", "comment", "return", "recommend", "approve"])
def test_page_of_an_act_carries_a_key_of_its_own(client, name, under_review, manager, commissioner):
    client.force_login(commissioner if name == "approve" else manager)
    url = url_of(under_review, name)

    assert key_on(soup(client.get(url))) != key_on(soup(client.get(url)))


# Assign ----------------------------------------------------------------------------------------


def test_assign(client, manager, reviewer, fiscal_reviewer):
    plan = PlanFactory(submitted=True)
    client.force_login(manager)

    response = client.post(
        url_of(plan, "assign"),
        {
            "program_reviewer": reviewer.pk,
            "fiscal_reviewer": fiscal_reviewer.pk,
            "key": uuid4(),
            "version": 1,
        },
    )

    plan.refresh_from_db()
    assert (response.url, plan.status) == (url_of(plan), Status.UNDER_REVIEW)
    assert messages_of(client, response.url) == [
        f"{plan.district} is with {reviewer} and {fiscal_reviewer}. "
        "A letter goes to whoever is new."
    ]


def test_assign_offers_only_those_who_hold_the_role_and_counts_their_plans(
    client, manager, reviewer, fiscal_reviewer
):
    plan = PlanFactory(submitted=True)
    PlanFactory(under_review=True).assignments.filter(
        reviews_as=Role.PROGRAM_REVIEWER.value
    ).update(reviewer=reviewer)
    client.force_login(manager)

    options = soup(client.get(url_of(plan, "assign"))).select("select[name=fiscal_reviewer] option")
    program = soup(client.get(url_of(plan, "assign"))).select(
        f"select[name=program_reviewer] option[value='{reviewer.pk}']"
    )

    assert f"{fiscal_reviewer.name} (0 plans in hand)" in [option.text for option in options]
    assert [option.text for option in program] == [f"{reviewer.name} (1 plan in hand)"]


def test_assign_shows_the_reviewers_of_now(client, manager, under_review, program_reviewer_of):
    client.force_login(manager)

    page = soup(client.get(url_of(under_review, "assign")))

    chosen = page.select("select[name=program_reviewer] option[selected]")
    assert [option["value"] for option in chosen] == [str(program_reviewer_of(under_review).pk)]


def test_assign_without_a_choice_keeps_the_other_one(client, manager, reviewer):
    plan = PlanFactory(submitted=True)
    client.force_login(manager)
    key = uuid4()

    response = client.post(url_of(plan, "assign"), {"program_reviewer": reviewer.pk, "key": key})

    assert response.status_code == 422
    assert errors(response) == ["Fiscal reviewer: Nobody is chosen. Choose a person."]
    chosen = soup(response).select("option[selected]")
    assert (str(reviewer.pk), key_on(soup(response))) == (chosen[0]["value"], str(key))


def test_assign_of_a_decided_plan_is_refused_in_words(client, manager, reviewer, fiscal_reviewer):
    plan = PlanFactory(approved=True)
    client.force_login(manager)

    response = client.post(
        url_of(plan, "assign"),
        {
            "program_reviewer": reviewer.pk,
            "fiscal_reviewer": fiscal_reviewer.pk,
            "key": uuid4(),
            "version": 1,
        },
    )

    assert response.status_code == 409
    assert errors(response) == ["This plan is approved now, so it takes no reviewers."]


# Comment ---------------------------------------------------------------------------------------


def test_comment_goes_back_to_its_section(client, manager, under_review):
    client.force_login(manager)

    response = client.post(
        url_of(under_review, "comment"),
        {
            "section": "budget",
            "audience": "internal",
            "text": "Dear coaches.",
            "key": uuid4(),
            "version": 1,
        },
    )

    assert response.url == url_of(under_review) + "#budget"
    assert list(Comment.objects.values_list("section", "audience", "text", "written_by")) == [
        ("budget", "internal", "Dear coaches.", manager.pk)
    ]


def test_comment_opens_on_the_section_it_was_asked_for(client, manager, under_review):
    client.force_login(manager)

    page = soup(client.get(url_of(under_review, "comment"), {"section": "needs"}))

    assert page.select_one("select[name=section] option[selected]")["value"] == "needs"


def test_comment_nobody_is_named_for_is_kept_and_marked(client, manager, under_review):
    client.force_login(manager)

    response = client.post(
        url_of(under_review, "comment"),
        {"section": "budget", "text": "A long thought.", "key": uuid4(), "version": 1},
    )

    assert response.status_code == 422
    assert errors(response) == ["Who reads it: Nothing is chosen. Choose one."]
    assert soup(response).select_one("textarea").text.strip() == "A long thought."
    assert not Comment.objects.exists()


# Recommend -------------------------------------------------------------------------------------


def test_recommend(client, under_review, program_reviewer_of):
    client.force_login(program_reviewer_of(under_review))

    response = client.post(
        url_of(under_review, "recommend"), {"text": "Approve it.", "key": uuid4(), "version": 1}
    )

    assert response.url == url_of(under_review)
    assert list(Recommendation.objects.values_list("plan", "text")) == [
        (under_review.pk, "Approve it.")
    ]


def test_recommend_without_a_reason_is_not_taken(client, manager, under_review):
    client.force_login(manager)

    response = client.post(
        url_of(under_review, "recommend"), {"text": " ", "key": uuid4(), "version": 1}
    )

    assert response.status_code == 422
    assert errors(response) == ["Why this plan should be approved: This is empty. Fill it in."]


def test_recommend_shows_what_approval_will_ask_for(client, manager):
    plan = PlanFactory(under_review=True, reviews=True, board__approved_on=None)
    client.force_login(manager)

    page = soup(client.get(url_of(plan, "recommend")))

    assert [line.text for line in page.select(".rules .bad > span:not(.cite)")] == [
        "Not met: The local board’s approval has no date. The district enters it."
    ]


# Approve ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["commissioner", "delegate"])
def test_approve(client, who, request):
    plan = PlanFactory(recommended=True)
    client.force_login(request.getfixturevalue(who))

    response = client.post(url_of(plan, "approve"), {**FINDINGS, "key": uuid4(), "version": 1})

    plan.refresh_from_db()
    assert (response.url, plan.status) == (url_of(plan), Status.APPROVED)
    assert messages_of(client, response.url) == [
        f"{plan.district}’s FY2027 plan is approved. Its letters leave November 23, 2026, 12:15 pm"
        " ET; until then you can call it back."
    ]


def test_approve_by_a_reviewer_without_a_delegation_is_forbidden(client, program_reviewer_of):
    plan = PlanFactory(recommended=True)
    client.force_login(program_reviewer_of(plan))

    response = client.post(url_of(plan, "approve"), {**FINDINGS, "key": uuid4(), "version": 1})

    plan.refresh_from_db()
    assert (response.status_code, plan.status) == (403, Status.RECOMMENDED)


def test_approve_page_tells_a_reviewer_who_approves_and_offers_to_recommend(
    client, under_review, program_reviewer_of, commissioner, delegate
):
    client.force_login(program_reviewer_of(under_review))

    page = soup(client.get(url_of(under_review, "approve")))

    assert page.select("form.panel, textarea, .letter") == []
    assert [a["href"] for a in page.select("main a.btn-primary")] == [
        url_of(under_review, "recommend")
    ]
    assert [fact.text.strip() for fact in page.select("#who-decides dd")] == [
        commissioner.name,
        f"{delegate.name}, in the Commissioner’s name, January 1, 2020 to December 31, 2099",
    ]


def test_approve_page_of_an_auditor_offers_nothing(client, auditor, under_review):
    client.force_login(auditor)

    page = soup(client.get(url_of(under_review, "approve")))

    assert page.select("main a.btn, main button") == []
    assert "you take no part in its review" in page.text


def test_approve_page_shows_the_gate_and_keeps_the_blocked_button(client, commissioner):
    plan = PlanFactory(recommended=True, board__approved_on=None)
    client.force_login(commissioner)

    page = soup(client.get(url_of(plan, "approve")))

    assert page.select_one("#gate h2").text.strip() == "Cannot approve yet: 1 thing missing"
    button = page.select_one("button.btn-primary")
    assert (" ".join(button.text.split()), button["aria-disabled"], button["aria-describedby"]) == (
        "Approve: 1 thing missing",
        "true",
        "h-gate",
    )


def test_blocked_approval_is_refused_and_the_findings_stay(client, commissioner):
    plan = PlanFactory(recommended=True, board__approved_on=None)
    client.force_login(commissioner)

    response = client.post(url_of(plan, "approve"), {**FINDINGS, "key": uuid4(), "version": 1})

    assert response.status_code == 409
    assert errors(response) == ["The local board’s approval has no date. The district enters it."]
    assert [area.text.strip() for area in soup(response).select("textarea[name$=reasons]")] == [
        FINDINGS["implementation_reasons"],
        FINDINGS["performance_reasons"],
    ]
    assert not Determination.objects.exists()


def test_approve_without_a_finding_is_not_taken(client, commissioner):
    plan = PlanFactory(recommended=True)
    client.force_login(commissioner)

    response = client.post(
        url_of(plan, "approve"), {**FINDINGS, "performance": "", "key": uuid4(), "version": 1}
    )

    assert response.status_code == 422
    assert errors(response) == ["Finding on performance: Nothing is chosen. Choose one."]


def test_letter_preview_marks_what_is_missing(client, commissioner):
    plan = PlanFactory(recommended=True)
    client.force_login(commissioner)

    page = soup(client.get(url_of(plan, "approve")))

    assert [slot.text for slot in page.select(".letter .blank-slot")] == ["to be filled in"] * 2
    assert page.select_one(".letter p.mb-0").get_text("\n", strip=True) == (
        f"{commissioner.name}\nCommissioner of Education"
    )


def test_letter_preview_of_what_was_typed_decides_nothing(client, delegate):
    plan = PlanFactory(recommended=True)
    client.force_login(delegate)
    key = uuid4()

    response = client.post(
        url_of(plan, "approve"),
        {**FINDINGS, "performance_reasons": "", "key": key, "version": 1, "preview": "1"},
    )

    page = soup(response)
    assert (response.status_code, errors(response), key_on(page)) == (200, [], str(key))
    letter = page.select_one(".letter").text
    assert "Implementation: Largely carried out. Nineteen of 24 milestones were met." in letter
    assert "under the Commissioner’s delegation of January 1, 2020" in letter
    assert len(page.select(".letter .blank-slot")) == 1
    assert (
        page.select_one("textarea[name=implementation_reasons]").text.strip()
        == (FINDINGS["implementation_reasons"])
    )
    assert not Determination.objects.exists()


def test_first_plan_in_this_system_opens_with_findings_that_say_so(client, commissioner):
    plan = PlanFactory(recommended=True)
    client.force_login(commissioner)

    page = soup(client.get(url_of(plan, "approve")))

    assert [box["value"] for box in page.select("input[type=radio][checked]")] == [
        "first_plan",
        "first_plan",
    ]


@pytest.mark.parametrize("said", [1, 3])
def test_approve_page_query_count_does_not_grow(
    client, commissioner, under_review, said, noon, django_assert_num_queries
):
    for number in range(said):
        Recommendation.objects.create(
            plan=under_review,
            version=under_review.versions.get(),
            text=f"Reason {number}",
            made_at=noon,
            made_by=commissioner,
        )
    client.force_login(commissioner)

    client.get(url_of(under_review, "approve"))  # the text is kept
    # session, user, standing, plan, what was said, parts, what was prepared, the letter's readers
    # and its words, who decides
    with django_assert_num_queries(8):
        client.get(url_of(under_review, "approve"))


def test_the_button_of_the_decision_page_says_how_much_the_gate_lacks(
    client, under_review, commissioner
):
    client.force_login(commissioner)
    args = [under_review.district.slug, under_review.cycle_id]
    page = client.get(reverse("reviews:approve", args=args))

    lacking = len(page.context["missing"])
    assert lacking > 0
    labels = [act.label for act in page.context["acts"]]
    assert f"Approve: {lacking} thing{'s' if lacking > 1 else ''} missing" in labels
