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
from plans.models import Comment, RequiredChange
from plans.tests.factories import PlanFactory, recommend_by_both
from plans.workflow import Status
from reviews.models import Determination, Recommendation
from reviews.services import approve

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
    assert errors(response) == ["Who reads it: This is empty. Fill it in."]
    assert soup(response).select_one("textarea").text.strip() == "A long thought."
    assert not Comment.objects.exists()


# Return ----------------------------------------------------------------------------------------


def change_rows(*changes, rows=3, **more):
    data = {"rows": rows, "key": uuid4(), "version": 1, **more}
    for place in range(1, int(rows) + 1):
        section, text, due_on = changes[place - 1] if place <= len(changes) else ("", "", None)
        data[f"change-{place}-section"] = section
        data[f"change-{place}-text"] = text
        data[f"change-{place}-due_on"] = "2026-12-15" if due_on is None else due_on
    return data


def typed(response):
    """What each row of changes shows."""
    return [
        (
            row.select_one("option[selected]")["value"] if row.select("option[selected]") else "",
            row.textarea.text.strip(),
            row.select_one("input[type=date]").get("value", ""),
        )
        for row in soup(response).select("fieldset.change")
    ]


def test_return_opens_with_three_rows_and_the_usual_date(client, manager, under_review):
    client.force_login(manager)

    response = client.get(url_of(under_review, "return"))

    assert typed(response) == [("", "", "2026-12-15")] * 3


def test_return_asks_for_the_rows_that_were_filled(client, manager, under_review):
    client.force_login(manager)

    response = client.post(
        url_of(under_review, "return"),
        change_rows(
            ("budget", "Name the grades.", "2026-12-04"),
            ("", "", None),
            ("needs", "Cite the source.", None),
        ),
    )

    under_review.refresh_from_db()
    assert (response.url, under_review.status) == (url_of(under_review), Status.RETURNED)
    assert [
        (change.number, change.section, change.text, change.due_on.isoformat())
        for change in RequiredChange.objects.order_by("number")
    ] == [
        (1, "budget", "Name the grades.", "2026-12-04"),
        (2, "needs", "Cite the source.", "2026-12-15"),
    ]
    assert messages_of(client, response.url) == [
        f"{under_review.district} has its plan back, with 2 changes asked. Letters leave now."
    ]


def test_return_adds_rows_and_keeps_what_was_typed_unjudged(client, manager, under_review):
    client.force_login(manager)
    data = change_rows(("budget", "Name the gr", "someday"), ("", "Half", ""), more="1")

    response = client.post(url_of(under_review, "return"), data)

    assert response.status_code == 200
    assert typed(response) == [
        ("budget", "Name the gr", "someday"),
        ("", "Half", ""),
        ("", "", "2026-12-15"),
        ("", "", "2026-12-15"),
        ("", "", "2026-12-15"),
        ("", "", "2026-12-15"),
    ]
    assert (errors(response), key_on(soup(response))) == ([], str(data["key"]))
    assert soup(response).select_one("input[name=rows]")["value"] == "6"
    assert not RequiredChange.objects.exists()


def test_return_sends_rows_that_were_added(client, manager, under_review):
    client.force_login(manager)
    rows = [("budget", f"Change {number}", None) for number in range(1, 6)]

    client.post(url_of(under_review, "return"), change_rows(*rows, rows=6))

    assert RequiredChange.objects.count() == 5


@pytest.mark.parametrize("rows", ["", "-1", "x", "²", "999999999999", "99"])
def test_return_takes_no_number_of_rows_at_its_word(client, manager, under_review, rows):
    client.force_login(manager)

    response = client.post(
        url_of(under_review, "return"),
        {**change_rows(("budget", "Name the grades.", None)), "rows": rows, "more": "1"},
    )

    assert 6 <= len(typed(response)) <= 40
    assert typed(response)[0] == ("budget", "Name the grades.", "2026-12-15")


def test_return_marks_each_fault_and_keeps_every_row(client, manager, under_review):
    client.force_login(manager)

    response = client.post(
        url_of(under_review, "return"),
        change_rows(("", "Name the grades.", None), ("needs", "", ""), ("budget", "Good.", None)),
    )

    assert response.status_code == 422
    assert errors(response) == [
        "Change 1, Section: This is empty. Fill it in.",
        "Change 2, What has to change: This is empty. Fill it in.",
        "Change 2, Answer due: This is empty. Fill it in.",
    ]
    assert typed(response) == [
        ("", "Name the grades.", "2026-12-15"),
        ("needs", "", ""),
        ("budget", "Good.", "2026-12-15"),
    ]
    assert not RequiredChange.objects.exists()


def test_return_that_asks_for_nothing_is_refused_in_words(client, manager, under_review):
    client.force_login(manager)

    response = client.post(url_of(under_review, "return"), change_rows())

    assert response.status_code == 409
    assert errors(response) == ["Ask for at least one change."]


def test_return_of_a_plan_decided_meanwhile_says_by_whom_and_keeps_the_text(
    client, manager, commissioner, under_review, noon
):
    recommend_by_both(under_review)
    approve(plan_id=under_review.pk, version=1, key=uuid4(), by=commissioner, at=noon, **FINDINGS)
    client.force_login(manager)

    response = client.post(
        url_of(under_review, "return"), change_rows(("budget", "Name the grades.", None))
    )

    assert response.status_code == 409
    assert errors(response) == [
        f"{commissioner.name} approved this plan on November 23, 2026, 12:00 pm ET. "
        "Nothing else was recorded."
    ]
    assert typed(response)[0] == ("budget", "Name the grades.", "2026-12-15")


def test_the_same_return_posted_twice_is_one_act(client, manager, under_review):
    client.force_login(manager)
    data = change_rows(("budget", "Name the grades.", None))

    for _ in range(2):
        assert client.post(url_of(under_review, "return"), data).url == url_of(under_review)

    assert RequiredChange.objects.count() == 1


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
    assert messages_of(client, response.url) == [f"{plan.district}’s FY2027 plan is approved."]


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
    assert [fact.text for fact in page.select("#who-decides dd")] == [
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

    assert page.select_one("#gate h2").text == "Cannot approve yet: 1 thing missing"
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
    assert [area.text.strip() for area in soup(response).select("textarea")] == [
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
    assert errors(response) == ["Finding on performance: This is empty. Fill it in."]


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
    # session, user, standing, plan, what was said, parts, the letter's readers, who decides
    with django_assert_num_queries(8):
        client.get(url_of(under_review, "approve"))
