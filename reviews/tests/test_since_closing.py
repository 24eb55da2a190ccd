"""What changed between signing and decision: shown to reviewer and decider, and acted on."""

import re
from uuid import uuid4

import pytest
from django.urls import reverse

from districts.models import Allocation
from districts.roles import Role
from districts.tests.factories import AllocationFactory, DistrictFactory, person, restated
from plans.models import ObjectCode, Plan
from plans.services import Blocked
from plans.tests.documents import a_line, change
from plans.tests.factories import (
    PlanFactory,
    closed_version,
    document_of,
    recommend_by_both,
)
from plans.workflow import Status, Step
from reviews.models import Determination
from reviews.reports.packet import read_packet
from reviews.rules import gate, moved_digest
from reviews.services import approve

MONEY = re.compile(r"""<section[^>]*id="money".*?</section>""", re.DOTALL)

pytestmark = pytest.mark.django_db

FINDINGS = {
    "implementation": "largely",
    "implementation_reasons": "Nineteen of 24 milestones were met.",
    "performance": "progress",
    "performance_reasons": "Four of nine targets were met.",
}
ONE_DOLLAR = (a_line(41, 1, amount=1, quantity=None, unit_cost=None),)


def handed_in(plan, document):
    """The plan with another version, closed of the document, signed and recommended by both."""
    plan.edition += 1
    plan.save()
    version = closed_version(plan, document, signed=True)
    plan.events.create(
        step=Step.SUBMIT,
        source=Status.DRAFT,
        target=Status.SUBMITTED,
        version=version,
        taken_at=plan.submitted_at,
        taken_by=plan.submitted_by,
    )
    recommend_by_both(plan, version)
    return plan


@pytest.fixture
def preliminary(db):
    """A plan whose second version was signed while the allocation was preliminary."""
    district = DistrictFactory(designated=True)
    AllocationFactory(district=district, stage="preliminary")
    plan = PlanFactory(district=district, under_review=True)
    return handed_in(plan, change(document_of(district), "money", stage="preliminary"))


def approve_plan(plan, by, at, **given):
    return approve(
        plan_id=plan.pk, by=by, at=at, **{"key": uuid4(), "version": 2, **FINDINGS, **given}
    )


def reasons_against(plan, by, at, **given):
    with pytest.raises(Blocked) as refusal:
        approve_plan(plan, by, at, **given)
    assert not Determination.objects.exists()
    return refusal.value.reasons


def conditions_of(plan, at):
    return gate(read_packet(Plan.objects.filter(pk=plan.pk)), on=at.date())


def page(client, plan, name, who):
    client.force_login(who)
    return client.get(reverse(f"reviews:{name}", args=[plan.district.slug, plan.cycle_id]))


def load_final(plan, amount):
    return AllocationFactory(district=plan.district, stage="final", amount=amount)


def test_one_dollar_against_a_final_million_is_not_approved(commissioner, noon):
    plan = PlanFactory(under_review=True)
    handed_in(plan, document_of(plan.district, lines=ONE_DOLLAR))

    assert reasons_against(plan, commissioner, noon) == [
        "Current-year lines total $1; the final allocation is $1,000,000. Budget $999,999 more."
        " Return the plan for this."
    ]


def test_one_dollar_signed_at_a_preliminary_million_is_not_approved_on_the_final(
    preliminary, commissioner, noon
):
    text = document_of(preliminary.district, lines=ONE_DOLLAR)
    plan = handed_in(preliminary, change(text, "money", stage="preliminary"))
    mind = [one for one in conditions_of(plan, noon) if one.rule == "R17"]
    assert [(one.is_met, one.is_warning) for one in mind] == [(True, True)]
    assert "$999,999 is not budgeted; the final allocation is not known yet." in mind[0].sentence

    load_final(plan, 1_000_000)

    assert reasons_against(plan, commissioner, noon, version=3)[0] == (
        "Current-year lines total $1; the final allocation is $1,000,000. Budget $999,999 more."
        " Return the plan for this."
    )


def test_a_figure_loaded_between_page_and_click_stops_the_click(
    client, preliminary, commissioner, noon
):
    shown = page(client, preliminary, "approve", commissioner).context["conditions"]
    assert all(one.is_met for one in shown)
    load_final(preliminary, 900_000)

    response = client.post(
        reverse("reviews:approve", args=[preliminary.district.slug, 2027]),
        {"key": uuid4(), "version": 2, **FINDINGS},
    )

    assert not Determination.objects.exists()
    text = " ".join(response.text.split())
    assert "The Department’s list now says $900,000, final;" in text
    assert "Budget $100,000 less. Return the plan for this." in text


def test_a_budget_that_happens_to_fit_the_new_figure_is_signed_at_it_first(
    preliminary, commissioner, noon
):
    """Signed at $1,000,000 with $900,000 in its lines: the letter would award the former."""
    whole = document_of(preliminary.district)
    first = whole.lines[0]
    text = change(whole, "lines", 0, amount=first.amount - 100_000, quantity=None, unit_cost=None)
    plan = handed_in(preliminary, change(text, "money", stage="preliminary"))
    load_final(plan, 900_000)

    assert reasons_against(plan, commissioner, noon, version=3) == [
        "The Department’s list now says $900,000, final; version 3 was signed at $1,000,000,"
        " preliminary. Return the plan, so that the district budgets and signs the figure in force."
    ]


def test_what_moved_and_stops_nothing_is_read_before_deciding(preliminary, commissioner, noon):
    load_final(preliminary, 1_000_000)
    listed = "The allocation was $1,000,000, preliminary; it is $1,000,000, final now."
    unread = ["The gate lists what changed since version 2 was closed. Read it, and say so below."]
    digest = moved_digest(conditions_of(preliminary, noon))

    assert reasons_against(preliminary, commissioner, noon) == unread
    assert reasons_against(preliminary, commissioner, noon, read="0" * 16) == unread
    decided = approve_plan(preliminary, commissioner, noon, read=digest)

    assert listed in decided.moved
    assert decided.amount == 1_000_000


def test_what_moves_after_the_page_is_not_covered_by_its_tick(preliminary, commissioner, noon):
    load_final(preliminary, 1_000_000)
    digest = moved_digest(conditions_of(preliminary, noon))
    restated(Allocation.objects.get(stage="final"), source="A list that came later")

    assert moved_digest(conditions_of(preliminary, noon)) == digest  # the figure is the same
    ObjectCode.objects.filter(code="111B").update(name="Teachers of all grades")
    assert len(reasons_against(preliminary, commissioner, noon, read=digest)) == 1


def test_an_object_code_that_ended_meanwhile_stops_approval(commissioner, noon):
    plan = PlanFactory(under_review=True, reviews=True)
    ObjectCode.objects.filter(code="111B").update(last_fiscal_year=2026)

    reasons = reasons_against(plan, commissioner, noon, version=1)

    assert any("object code 111B is not in use in FY2027." in reason for reason in reasons)


def test_reviewer_and_decider_read_what_changed(client, preliminary, commissioner):
    load_final(preliminary, 1_000_000)
    reviewer = preliminary.assignments.current().first().reviewer
    listed = "The allocation was $1,000,000, preliminary; it is $1,000,000, final now."

    decision = page(client, preliminary, "approve", commissioner).text
    assert listed in decision
    assert "I have read what changed since the plan was closed for signature" in decision
    assert listed in page(client, preliminary, "plan", reviewer).text
    manager = person(Role.PROGRAM_MANAGER)
    assert listed in page(client, preliminary, "recommend", manager).text


def test_what_a_page_found_is_found_anew_once_the_lists_have_changed(
    client, preliminary, commissioner
):
    before = [page(client, preliminary, "approve", commissioner).text for _ in range(2)]
    load_final(preliminary, 1_000_000)
    after = page(client, preliminary, "approve", commissioner).text

    said = "it is $1,000,000, final now."
    assert [said in text for text in [*before, after]] == [False, False, True]


def test_the_tick_on_the_page_is_what_the_decision_keeps(client, preliminary, commissioner):
    load_final(preliminary, 1_000_000)
    shown = page(client, preliminary, "approve", commissioner)
    name = shown.context["form"].read
    url = reverse("reviews:approve", args=[preliminary.district.slug, 2027])
    said = {"key": uuid4(), "version": 2, **FINDINGS}

    refused = client.post(url, said)
    assert "Read what changed since closing, and tick this." in refused.text
    client.post(url, said | {name: "on"})

    assert "it is $1,000,000, final now." in Determination.objects.get().moved
    decided = page(client, preliminary, "plan", commissioner).text
    assert "Changed since closing" in decided


def test_the_letter_awards_what_was_decided_whatever_is_loaded_later(
    client, commissioner, noon, people_of
):
    plan = PlanFactory(recommended=True)
    decided = approve_plan(plan, commissioner, noon, version=1)
    restated(plan.district.allocations.get(), amount=2_000_000)

    decided.refresh_from_db()
    assert (decided.amount, "spend $1,000,000 for" in decided.letter) == (1_000_000, True)
    for name, who in (
        ("reviews:plan", commissioner),
        ("reviews:decision", people_of(plan).superintendent),
    ):
        client.force_login(who)
        text = client.get(reverse(name, args=[plan.district.slug, plan.cycle_id])).text
        of_today = MONEY.search(text)  # what is authorized now stands in a panel of its own
        decision = MONEY.sub("", text)
        assert "$1,000,000" in decision
        assert "$2,000,000" not in decision
        assert of_today is None or "$2,000,000" in of_today[0]


def test_a_plan_whose_lists_stand_asks_for_no_tick(client, commissioner):
    plan = PlanFactory(recommended=True)

    shown = page(client, plan, "approve", commissioner)

    assert "I have read what changed" not in shown.text
    assert "Nothing stands in the way" in shown.text
