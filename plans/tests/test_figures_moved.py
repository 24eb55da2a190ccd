"""The Department's figures change while a version waits: nothing is signed or handed in unsaid."""

from datetime import date
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from districts.models import Figure
from districts.roles import Role
from districts.tests.factories import AllocationFactory, DistrictFactory, person
from notices.models import Notice
from plans import services
from plans.documents import as_of_now, draft_document, fingerprint, stored_document
from plans.models import BudgetLine, ObjectCode, Plan
from plans.tests.documents import change
from plans.tests.factories import PlanFactory, closed_version, write_rows
from plans.workflow import Status, StepNotAllowed

pytestmark = pytest.mark.django_db

FINAL = "The allocation was $1,000,000, preliminary; it is $900,000, final now."
AGAIN = "Close the plan for signature again; both sign the new version."


@pytest.fixture
def plan():
    """Of a district with a preliminary allocation, its budget to the dollar."""
    district = DistrictFactory(designated=True)
    AllocationFactory(district=district, stage="preliminary")
    plan = PlanFactory(district=district)
    write_rows(plan)
    return plan


@pytest.fixture
def people(plan):
    return {
        role: person(role, plan.district)
        for role in (Role.PLAN_COORDINATOR, Role.SUPERINTENDENT, Role.BOARD_CHAIR)
    }


@pytest.fixture
def coordinator(people):
    return people[Role.PLAN_COORDINATOR]


def close(plan, by, at, **given):
    return services.close_for_signature(plan_id=plan.pk, by=by, at=at, **given)


def sign_by_both(plan, version, people, at):
    for role in (Role.SUPERINTENDENT, Role.BOARD_CHAIR):
        services.sign(plan_id=plan.pk, sha256=version.sha256, by=people[role], at=at)


def submit(plan, by, at):
    return services.submit(plan_id=plan.pk, by=by, at=at, key=uuid4())


def load_final(plan, amount=900_000):
    return AllocationFactory(district=plan.district, stage="final", amount=amount)


def publish_figure(plan):
    return Figure.objects.create(
        district=plan.district,
        measure=Figure.Measure.ENROLMENT,
        period="2025-26",
        value=2_390,
        source="EdSight",
        source_on=date(2026, 6, 25),
    )


def write_budget_of(plan, amount):
    """Past the services, as nothing of the text is asked about here but its total."""
    line = BudgetLine.objects.filter(plan=plan, funding_source="allocation").earliest("position")
    others = draft_document(plan.pk).budgeted - line.amount
    BudgetLine.objects.filter(pk=line.pk).update(
        amount=amount - others, quantity=None, unit_cost=None
    )


def page(client, plan, name, who):
    client.force_login(who)
    return client.get(reverse(f"plans:{name}", args=[plan.district.slug, plan.cycle_id]))


def test_the_text_of_now_is_what_would_be_closed_now(plan, coordinator, noon):
    version = close(plan, coordinator, noon)
    load_final(plan)
    publish_figure(plan)

    again = as_of_now(stored_document(version), plan.pk)

    assert fingerprint(again.frozen()) == fingerprint(draft_document(plan.pk).frozen())
    assert fingerprint(again.frozen()) != version.sha256


def test_closing_again_is_another_version_once_only_the_figures_moved(plan, people, noon):
    coordinator = people[Role.PLAN_COORDINATOR]
    first = close(plan, coordinator, noon)
    sign_by_both(plan, first, people, noon)
    load_final(plan, 1_000_000)

    second = close(plan, coordinator, noon)

    assert (second.number, stored_document(second).money.stage) == (2, "final")
    first.refresh_from_db()
    assert first.voiding.voided_by == coordinator
    plan.refresh_from_db()
    assert services.current_version(plan) == second
    assert not second.signatures.exists()
    letters = Notice.objects.filter(kind="signature_void")
    assert {letter.to for letter in letters} == {
        people[Role.SUPERINTENDENT],
        people[Role.BOARD_CHAIR],
    }
    assert "$1,000,000, preliminary; it is $1,000,000, final now." in letters[0].body


def test_a_final_allocation_stops_closing_until_the_budget_is_of_it(plan, coordinator, noon):
    close(plan, coordinator, noon)
    load_final(plan)

    with pytest.raises(services.NotReady) as refusal:
        close(plan, coordinator, noon)

    assert [finding.rule for finding in refusal.value.stops] == ["R17"]
    assert plan.versions.count() == 1


def test_nothing_is_signed_whose_figures_moved(plan, people, noon):
    version = close(plan, people[Role.PLAN_COORDINATOR], noon)
    load_final(plan)

    with pytest.raises(StepNotAllowed) as refusal:
        sign_by_both(plan, version, people, noon)

    assert str(refusal.value).startswith(f"Nothing was signed. {FINAL} {AGAIN}")
    assert not version.signatures.exists()


def test_a_final_allocation_after_both_signed_stops_submission_with_a_way_on(plan, people, noon):
    coordinator = people[Role.PLAN_COORDINATOR]
    version = close(plan, coordinator, noon)
    sign_by_both(plan, version, people, noon)
    load_final(plan)

    with pytest.raises(services.Blocked) as refusal:
        submit(plan, coordinator, noon)

    assert refusal.value.reasons == [
        f"{FINAL} {AGAIN}",
        "Current-year lines total $1,000,000; the final allocation is $900,000."
        " Budget $100,000 less.",
    ]
    write_budget_of(plan, 900_000)
    Plan.objects.filter(pk=plan.pk).update(edition=2)
    sign_by_both(plan, close(plan, coordinator, noon), people, noon)
    assert submit(plan, coordinator, noon).status == Status.SUBMITTED


def test_the_same_amount_made_final_is_signed_again_too(plan, people, noon):
    coordinator = people[Role.PLAN_COORDINATOR]
    sign_by_both(plan, close(plan, coordinator, noon), people, noon)
    load_final(plan, 1_000_000)

    with pytest.raises(services.Blocked, match=r"\$1,000,000, final now. Close the plan"):
        submit(plan, coordinator, noon)

    sign_by_both(plan, close(plan, coordinator, noon), people, noon)
    assert submit(plan, coordinator, noon).status == Status.SUBMITTED


def test_a_published_figure_is_told_and_stops_nothing(client, plan, people, noon):
    coordinator = people[Role.PLAN_COORDINATOR]
    version = close(plan, coordinator, noon)
    publish_figure(plan)
    moved = services.since_closing(plan, version, at=noon).told
    assert len(moved) == 1
    assert "is new:" in moved[0]

    assert moved[0] in page(client, plan, "sign", people[Role.SUPERINTENDENT]).text
    sign_by_both(plan, version, people, noon)
    for name in ("signatures", "submit", "close"):
        assert moved[0] in page(client, plan, name, coordinator).text
    assert submit(plan, coordinator, noon).status == Status.SUBMITTED


def test_pages_of_who_closes_signs_and_submits_say_what_moved(client, plan, people, noon):
    coordinator = people[Role.PLAN_COORDINATOR]
    sign_by_both(plan, close(plan, coordinator, noon), people, noon)
    load_final(plan)

    close_url = reverse("plans:close", args=[plan.district.slug, plan.cycle_id])
    signatures = page(client, plan, "signatures", coordinator).text
    assert FINAL in signatures
    assert close_url in signatures
    submission = page(client, plan, "submit", coordinator).text
    assert FINAL in submission
    assert "Cannot be submitted yet: 2 things missing" in " ".join(submission.split())
    closing = page(client, plan, "close", coordinator).text
    assert FINAL in closing
    assert "Budget $100,000 less." in closing
    signers = page(client, plan, "sign", people[Role.BOARD_CHAIR])
    assert signers.url == reverse("plans:signatures", args=[plan.district.slug, plan.cycle_id])


def test_a_page_that_spoke_of_a_version_closed_already_voids_nothing(plan, people, noon):
    coordinator = people[Role.PLAN_COORDINATOR]
    first = close(plan, coordinator, noon, number=1)
    sign_by_both(plan, first, people, noon)
    load_final(plan, 1_000_000)

    assert close(plan, coordinator, noon, number=1) == first
    assert plan.versions.count() == 1
    assert close(plan, coordinator, noon, number=2).number == 2
    assert close(plan, coordinator, noon, number=2).number == 2


def test_a_page_of_closing_opened_before_signatures_says_whose_it_voids_and_then_closes(
    client, plan, people, noon
):
    """What moved stops no signature, so both may have signed under an open page."""
    coordinator = people[Role.PLAN_COORDINATOR]
    first = close(plan, coordinator, noon)
    publish_figure(plan)
    opened = sent_from(page(client, plan, "close", coordinator))
    sign_by_both(plan, first, people, noon)
    client.force_login(coordinator)
    url = reverse("plans:close", args=[plan.district.slug, plan.cycle_id])

    asked = client.post(url, opened)

    assert (asked.status_code, plan.versions.count()) == (409, 1)
    for who in (Role.SUPERINTENDENT, Role.BOARD_CHAIR):
        assert f"{people[who].name} ({who.label.lower()})" in asked.text
    assert "Nothing was closed yet" in asked.text
    client.post(url, sent_from(asked))
    first.refresh_from_db()
    assert (plan.versions.count(), first.voiding.voided_by) == (2, coordinator)


def sent_from(shown):
    fields = BeautifulSoup(shown.text, "html.parser").select("form.ask input[name]")
    return {field["name"]: field["value"] for field in fields}


def test_a_designation_that_moved_is_told_to_who_signs(plan, noon):
    written = change(draft_document(plan.pk), "district", is_reform_district=True)
    version = closed_version(plan, written)

    assert services.since_closing(plan, version, at=noon).told == [
        "The district was an educational reform district; it is not now."
    ]


def words_of(response):
    return " ".join(response.text.split())


def test_the_overview_of_a_signed_plan_whose_allocation_became_final_offers_closing_alone(
    client, plan, people, noon
):
    """Only what binds moved: no rule stops the text, and nobody signs or submits it."""
    coordinator = people[Role.PLAN_COORDINATOR]
    version = close(plan, coordinator, noon)
    services.sign(plan_id=plan.pk, sha256=version.sha256, by=people[Role.SUPERINTENDENT], at=noon)
    assert "Sign the plan" in page(client, plan, "overview", people[Role.BOARD_CHAIR]).text
    load_final(plan, 1_000_000)

    for_chair = page(client, plan, "overview", people[Role.BOARD_CHAIR])
    assert "$1,000,000, preliminary; it is $1,000,000, final now." in for_chair.text
    assert "1 thing to mend before it can be submitted" in words_of(for_chair)
    assert "Cannot be submitted as it was closed" in for_chair.text
    assert "Sign the plan" not in for_chair.text
    for_writer = page(client, plan, "overview", coordinator)
    assert "Close for signature again" in for_writer.text
    assert f"{plan.district.name}, plan coordinator and fiscal officer" in words_of(for_writer)


def test_the_overview_of_a_plan_signed_by_both_offers_submission_only_while_it_stands(
    client, plan, people, noon
):
    coordinator = people[Role.PLAN_COORDINATOR]
    sign_by_both(plan, close(plan, coordinator, noon), people, noon)
    submits = people[Role.SUPERINTENDENT]
    assert "It can be submitted as it is." in page(client, plan, "overview", submits).text
    assert "Submit the plan" in page(client, plan, "overview", submits).text
    load_final(plan, 1_000_000)

    moved = page(client, plan, "overview", submits)

    assert "Cannot be submitted as it was closed" in moved.text
    assert "It can be submitted as it is." not in moved.text
    assert "Submit the plan" not in moved.text
    assert "Version 1 was signed before that." in words_of(moved)
    read = words_of(page(client, plan, "read", coordinator))
    assert "this text reads otherwise than that version" in read
    assert "This is the text that is signed." not in read


def test_a_rule_that_stops_by_now_leaves_nothing_to_sign_on_the_overview(
    client, plan, people, noon
):
    close(plan, people[Role.PLAN_COORDINATOR], noon)
    ObjectCode.objects.filter(code="111B").update(last_fiscal_year=2026)

    shown = page(client, plan, "overview", people[Role.BOARD_CHAIR])

    assert "Cannot be submitted as it was closed" in shown.text
    assert "Sign the plan" not in shown.text


def test_letters_about_signatures_say_what_another_allocation_would_do(plan, people, noon):
    sign_by_both(plan, close(plan, people[Role.PLAN_COORDINATOR], noon), people, noon)

    told = Notice.objects.filter(kind__in=["signature_waiting", "plan_signed"])

    assert {letter.kind for letter in told} == {"signature_waiting", "plan_signed"}
    for letter in told:
        assert "names another allocation first, the plan is closed and signed again" in letter.body
