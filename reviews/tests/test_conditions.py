"""Approval with conditions: each a sentence with a date, in the letter, and shown afterwards."""

from datetime import date
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.db import InternalError, transaction
from django.urls import reverse

from districts.roles import Role
from districts.tests.factories import person
from notices.models import Notice
from plans.models import ApprovalCondition
from plans.services import Blocked, SentBefore
from plans.tests.factories import PlanFactory
from reviews.models import Determination
from reviews.services import approve
from reviews.services.conditions import Stipulation

pytestmark = pytest.mark.django_db

FINDINGS = {
    "implementation": "largely",
    "implementation_reasons": "Nineteen of 24 milestones were met.",
    "performance": "progress",
    "performance_reasons": "Four of nine targets were met.",
}
PARTNER = Stipulation("Name the partner of the residency program.", date(2026, 12, 1))
REPORT = Stipulation("Certify the FY2026 expenditure report.", date(2027, 2, 1))


@pytest.fixture
def plan():
    return PlanFactory(recommended=True)


def approve_on(plan, by, at, *conditions, **given):
    act = {"key": uuid4(), "version": 1, **FINDINGS, **given}
    return approve(plan_id=plan.pk, by=by, at=at, conditions=conditions, **act)


def page_of(plan):
    return reverse("reviews:approve", args=[plan.district.slug, plan.cycle_id])


def typed(**conditions):
    return {"key": str(uuid4()), "version": "1", **FINDINGS, **conditions}


def test_each_condition_is_kept_with_its_date_and_stands_in_the_letter(plan, commissioner, noon):
    person(Role.SUPERINTENDENT, plan.district)
    determination = approve_on(plan, commissioner, noon, PARTNER, REPORT)

    assert list(plan.approval_conditions.values_list("number", "text", "due_on", "event")) == [
        (1, PARTNER.text, PARTNER.due_on, determination.event_id),
        (2, REPORT.text, REPORT.due_on, determination.event_id),
    ]
    said = (
        "The approval is given on these conditions:\n"
        "1. Name the partner of the residency program. Due: December 1, 2026.\n"
        "2. Certify the FY2026 expenditure report. Due: February 1, 2027.\n"
    )
    assert said in determination.letter
    letter = Notice.objects.get(kind="plan_approved")
    assert said in letter.body


def test_without_conditions_the_letter_names_none(plan, commissioner, noon):
    determination = approve_on(plan, commissioner, noon)

    assert "condition" not in determination.letter
    assert not ApprovalCondition.objects.exists()


@pytest.mark.parametrize(
    ("condition", "fault"),
    [
        (Stipulation(" ", date(2026, 12, 1)), "Condition 2 has no words."),
        (Stipulation("Report.", None), "Condition 2 has no date."),
        (
            Stipulation("Report.", date(2026, 1, 1)),
            "The date of condition 2 has come. Write a day still to come.",
        ),
    ],
)
def test_a_condition_without_words_or_a_date_to_come_stops_the_approval(
    plan, commissioner, noon, condition, fault
):
    with pytest.raises(Blocked) as refusal:
        approve_on(plan, commissioner, noon, PARTNER, condition)

    assert refusal.value.reasons == [fault]
    assert not Determination.objects.exists()


def test_the_same_key_with_another_condition_is_another_act(plan, commissioner, noon):
    key = uuid4()
    first = approve_on(plan, commissioner, noon, PARTNER, key=key)

    assert approve_on(plan, commissioner, noon, PARTNER, key=key) == first
    with pytest.raises(SentBefore):
        approve_on(plan, commissioner, noon, REPORT, key=key)
    assert plan.approval_conditions.count() == 1


def test_a_condition_is_never_changed_nor_taken_away(plan, commissioner, noon):
    approve_on(plan, commissioner, noon, PARTNER)

    for change in (
        lambda: plan.approval_conditions.update(text="Nothing."),
        lambda: plan.approval_conditions.all().delete(),
    ):
        with pytest.raises(InternalError), transaction.atomic():
            change()


@pytest.mark.parametrize(
    ("conditions", "said"),
    [
        ({"condition_1": "Report."}, "Condition 1 has no date."),
        ({"condition_1_due": "2099-01-01"}, "Condition 1 has a date alone."),
        ({"condition_1": "Report.", "condition_1_due": "sometime"}, "This is not a date."),
        ({"condition_1": "Report.", "condition_1_due": "2020-01-01"}, "This day has come."),
    ],
)
def test_what_is_refused_stays_in_the_form_as_it_was_typed(
    client, plan, commissioner, conditions, said
):
    client.force_login(commissioner)

    response = client.post(page_of(plan), typed(**conditions))

    assert response.status_code == 422
    assert said in response.text
    page = BeautifulSoup(response.text, "html.parser")
    for name, words in {**FINDINGS, **conditions}.items():
        if name in ("implementation", "performance"):
            continue
        field = page.find(attrs={"name": name})
        assert (field.get("value") or field.get_text()).strip() == words
        if words == "sometime":  # a date picker would show nothing
            assert field["type"] == "text"
    assert not Determination.objects.exists()


def test_the_preview_shows_conditions_as_far_as_they_are_written(client, plan, commissioner):
    client.force_login(commissioner)

    page = client.post(
        page_of(plan),
        typed(condition_2="Report.", condition_1_due="2099-01-01", preview="1"),
    ).text
    letter = BeautifulSoup(page, "html.parser").select_one(".letter").get_text(" ", strip=True)

    assert "1. to be filled in Due: January 1, 2099." in letter
    assert "2. Report. Due: to be filled in" in letter


@pytest.mark.parametrize("blank", [" ", "\r\n", "\u00a0", "\u200b"], ids=ascii)
@pytest.mark.parametrize("name", ["condition_1", "condition_1_due"])
def test_a_blank_that_nobody_sees_is_no_condition(client, plan, commissioner, name, blank):
    client.force_login(commissioner)

    preview = client.post(page_of(plan), typed(**{name: blank, "preview": "1"}))
    client.post(page_of(plan), typed(**{name: blank}))

    assert "on these conditions" not in preview.text
    assert not ApprovalCondition.objects.exists()
    assert Determination.objects.count() == 1


def test_both_sides_read_what_is_due_and_when(client, plan, commissioner):
    client.force_login(commissioner)
    client.post(
        page_of(plan),
        typed(condition_1="Certify the report.", condition_1_due="2099-01-02"),
        follow=True,
    )
    assert plan.approval_conditions.count() == 1

    for reader in (person(Role.DISTRICT_VIEWER, plan.district), person(Role.PROGRAM_REVIEWER)):
        client.force_login(reader)
        page = client.get(plan.get_absolute_url(), follow=True).text
        panel = BeautifulSoup(page, "html.parser").find(id="conditions").get_text(" ", strip=True)
        assert "1. Certify the report. Due Fri, January 2, 2099" in panel.replace(
            "Jan 2", "January 2"
        )
        assert "days left" in panel
