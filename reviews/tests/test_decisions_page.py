"""What stands before the decider on one page, and signing off what is clean in one act."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from districts.roles import Role
from districts.tests.factories import ConflictFactory, DelegationFactory, person
from notices.models import Notice
from plans.models import BoardApproval, Plan
from plans.services import Blocked, answer_change, submit
from plans.tests.factories import PlanFactory
from plans.workflow import Status, Step
from reviews import services
from reviews.models import Determination, PreparedDecision
from reviews.reports.packet import read_packet
from reviews.services import MovedOn, ToSign, sign_off
from reviews.tests.test_since_closing import FINDINGS

pytestmark = pytest.mark.django_db

FY = 2027


@pytest.fixture
def prepared(noon, manager):
    """Recommended plans whose findings are written."""

    def make(count=1, **values):
        plans = [PlanFactory(recommended=True, **values) for _ in range(count)]
        for plan in plans:
            write(plan, manager, noon)
        return plans

    return make


def write(plan, by, at, **given):
    return services.prepare_decision(
        plan_id=plan.pk, version=1, by=by, at=at, **{**FINDINGS, **given}
    )


def to_sign(plan):
    latest = PreparedDecision.objects.filter(plan=plan).order_by("pk").last()
    return ToSign(plan.pk, 1, latest.pk)


def waive_a_review(plan, by, at):
    """A review counts no more, and the Commissioner does without it."""
    services.waive(plan_id=plan.pk, version=1, of="people", grounds="One office.", by=by, at=at)
    reviewer = plan.assignments.current().first().reviewer
    ConflictFactory(person=reviewer, district=plan.district)


def groups_on(page):
    """Which districts stand under which heading."""
    found = {}
    for block in re.split(r"<h2>", page.split("</main>")[0])[1:]:
        title = block.split("</h2>")[0].strip()
        found[title] = re.findall(r"/approve/\"\s*>([^<]+)</a>", block)
    return found


def test_exceptions_stand_first_and_each_says_why(client, commissioner, prepared, noon):
    (clean,) = prepared()
    unwritten = PlanFactory(recommended=True)
    lacking = PlanFactory(under_review=True)
    no_vote = prepared()[0]
    BoardApproval.objects.filter(plan=no_vote).update(approved_on=None)
    waived = prepared()[0]
    waive_a_review(waived, commissioner, noon)
    client.force_login(commissioner)

    page = client.get(reverse("reviews:decisions")).text

    assert groups_on(page) == {
        "Blocked": sorted([lacking.district.name, no_vote.district.name]),
        "Ready, with something to mind": [waived.district.name],
        "Ready, findings to be written": [unwritten.district.name],
        "Ready to sign off": [clean.district.name],
    }
    assert "The local board’s approval has no date" in page
    assert f'value="{clean.pk}"' in page


def test_the_act_names_each_plan_and_makes_a_decision_of_each(
    client, commissioner, prepared, people_of, noon
):
    plans = prepared(3)
    people = people_of(plans[0])
    client.force_login(commissioner)
    url = reverse("reviews:sign_off", args=[FY])

    page = client.get(url, {"plan": [plan.pk for plan in plans[:2]]})
    assert [plan.district.name in page.text for plan in plans] == [True, True, False]
    assert "4 letters to the districts are held for 15 minutes" in " ".join(page.text.split())
    assert people.superintendent.name in page.text
    form = {name: field.initial for name, field in page.context["form"].fields.items()}
    form["key"] = uuid4()
    for _ in range(2):  # the same form again is the same act
        answer = client.post(url, form, follow=True)

    assert answer.redirect_chain == [(f"{reverse('reviews:decisions')}?fy={FY}", 302)]
    decided = Determination.objects.order_by("plan__district__name")
    assert [one.plan for one in decided] == sorted(plans[:2], key=lambda one: one.district.name)
    assert {one.decided_by for one in decided} == {commissioner}
    assert Notice.objects.filter(kind="plan_approved").count() == 4
    assert "2 plans are approved" in answer.text
    assert "Approved, letters held" in answer.text
    assert answer.text.count("/call-back/") == 2


def test_what_cannot_be_approved_meanwhile_is_said_and_the_others_are(
    commissioner, manager, prepared, noon
):
    plans = prepared(6)
    wanted = [to_sign(plan) for plan in plans]
    good, returned, rewritten, waived, conflict, decided = plans
    services.return_for_changes(
        plan_id=returned.pk,
        version=1,
        changes=[services.ChangeAsked("budget", "Name the grades.")],
        key=uuid4(),
        by=manager,
        at=noon,
    )
    write(rewritten, manager, noon, performance_reasons="None was met.")
    services.waive(
        plan_id=waived.pk, version=1, of="people", grounds="No need.", by=commissioner, at=noon
    )
    BoardApproval.objects.filter(plan=waived).update(approved_on=None)
    ConflictFactory(person=commissioner, district=conflict.district)
    other = person(Role.COMMISSIONER)
    services.approve(plan_id=decided.pk, version=1, key=uuid4(), by=other, at=noon, **FINDINGS)

    outcome = sign_off(wanted=wanted, key=uuid4(), by=commissioner, at=noon)

    assert [plan for plan, _ in outcome.decisions] == [good]
    why = {plan.pk: sentence for plan, sentence in outcome.not_done}
    assert f"{manager.name} returned this plan for changes" in why[returned.pk]
    assert why[rewritten.pk] == (
        f"What is to be decided was changed by {manager.name} since you opened the page."
    )
    assert "approval has no date" in why[waived.pk]
    assert "conflict of interest" in why[conflict.pk]
    assert f"{other.name} approved this plan" in why[decided.pk]
    assert Determination.objects.filter(plan__in=plans).count() == 2


def test_what_the_gate_warns_of_is_decided_on_its_own_page(commissioner, noon, manager):
    plan = PlanFactory(recommended=True)
    waive_a_review(plan, commissioner, noon)
    write(plan, manager, noon)

    outcome = sign_off(wanted=[to_sign(plan)], key=uuid4(), by=commissioner, at=noon)

    ((_, why),) = outcome.not_done
    assert why.startswith("Decide it on its own page: Version 1 lacks:")


def test_a_delegate_signs_in_the_commissioners_name_until_the_delegation_ends(prepared, noon):
    delegate = person(Role.PROGRAM_REVIEWER)
    delegation = DelegationFactory(delegate=delegate)
    first, second = prepared(2)

    outcome = sign_off(wanted=[to_sign(first)], key=uuid4(), by=delegate, at=noon)
    assert [one.delegation for _, one in outcome.decisions] == [delegation]
    type(delegation).objects.update(ended_at=noon, ended_by=delegation.delegate)
    with pytest.raises(PermissionDenied):
        sign_off(wanted=[to_sign(second)], key=uuid4(), by=delegate, at=noon)


def test_a_delegation_that_ends_half_way_leaves_the_rest(prepared, noon, monkeypatch):
    delegate = person(Role.PROGRAM_REVIEWER)
    delegation = DelegationFactory(delegate=delegate)
    plans = prepared(2)
    approve = services.signing_off.approve

    def then_it_ends(**said):
        decided = approve(**said)
        type(delegation).objects.update(ended_at=noon, ended_by=delegation.delegate)
        return decided

    monkeypatch.setattr("reviews.services.signing_off.approve", then_it_ends)
    outcome = sign_off(wanted=[to_sign(plan) for plan in plans], key=uuid4(), by=delegate, at=noon)

    assert len(outcome.decisions) == 1
    ((_, why),) = outcome.not_done
    assert why == "Your delegation has ended, so the decision is the Commissioner’s."


def test_findings_are_prepared_by_the_manager_and_read_by_who_decides(
    client, manager, commissioner, noon
):
    plan = PlanFactory(recommended=True)
    url = reverse("reviews:approve", args=[plan.district.slug, plan.cycle_id])
    client.force_login(manager)
    said = {"key": uuid4(), "version": 1, **FINDINGS, "keep": "1"}
    said |= {"condition_1": "Name the tutors.", "condition_1_due": "2099-01-04"}

    assert client.post(url, said | {"performance_reasons": " "}).status_code == 422
    for _ in range(2):
        assert client.post(url, said).status_code == 302
    del said["keep"]
    assert client.post(url, said).status_code == 403

    kept = PreparedDecision.objects.get()
    assert (kept.prepared_by, kept.conditions) == (
        manager,
        [["Name the tutors.", "2099-01-04"]],
    )
    client.force_login(commissioner)
    page = client.get(url).text
    assert f"Kept for sign-off by {manager.name}" in page
    assert page.count("Name the tutors.") == 2  # in the form, and in the letter's preview
    assert Plan.objects.get(pk=plan.pk).status == Status.RECOMMENDED


def test_what_was_prepared_for_a_plan_before_it_was_returned_is_not_offered_again(
    under_review, manager, people_of, noon
):
    write(under_review, manager, noon)
    act, people = {"plan_id": under_review.pk, "at": noon}, people_of(under_review)
    assert read_packet(Plan.objects.all()).prepared is not None
    asked = [services.ChangeAsked("budget", "Which grades?")]
    services.return_for_changes(version=1, changes=asked, key=uuid4(), by=manager, **act)
    coordinator = people.plan_coordinator
    answer_change(number=1, version=1, answer="K to 3.", by=coordinator, **act)
    submit(key=uuid4(), by=coordinator, **act | {"at": noon + timedelta(hours=1)})

    assert read_packet(Plan.objects.all()).prepared is None


def test_nothing_is_prepared_for_a_plan_that_cannot_be_approved(manager, noon, reviewer):
    plan = PlanFactory(recommended=True)
    with pytest.raises(PermissionDenied):
        write(plan, reviewer, noon)
    with pytest.raises(Blocked, match="gives no reasons"):
        write(plan, manager, noon, performance_reasons="")
    with pytest.raises(MovedOn):
        services.prepare_decision(plan_id=plan.pk, version=2, by=manager, at=noon, **FINDINGS)


def test_the_list_asks_as_much_for_three_plans_as_for_one(client, commissioner, prepared):
    client.force_login(commissioner)
    asked = []
    for _ in range(2):
        prepared(1 if not asked else 2)
        for _ in range(2):  # the first fills the cache with the texts
            with CaptureQueriesContext(connection) as found:
                client.get(reverse("reviews:decisions"))
        asked.append(len(found))

    assert asked == [asked[0]] * 2


def test_the_page_of_a_held_approval_leads_to_calling_it_back(client, commissioner, manager):
    plan = PlanFactory(recommended=True)
    here = [plan.district.slug, plan.cycle_id]
    client.force_login(commissioner)
    approve = {"key": uuid4(), "version": 1, **FINDINGS}
    answer = client.post(reverse("reviews:approve", args=here), approve, follow=True)
    assert "Its letters leave" in answer.text
    call_back = reverse("reviews:call_back", args=here)
    assert call_back in answer.text
    page = client.get(call_back)
    form = {name: page.context["form"][name].value() for name in ("key", "decision")}
    assert client.post(call_back, form | {"reason": " "}).status_code == 422
    answer = client.post(call_back, form | {"reason": "The wrong plan."}, follow=True)
    assert "is called back. No letter of it left." in answer.text
    assert plan.events.filter(step=Step.CALL_BACK).count() == 1
    client.force_login(manager)
    assert client.get(call_back).status_code == 403
    client.force_login(person(Role.SUPERINTENDENT, plan.district))
    assert client.get(call_back).status_code == 404
    assert client.get(reverse("reviews:decisions")).status_code == 404


def test_district_reads_when_the_letter_leaves_and_not_yet_what_it_says(client, commissioner):
    plan = PlanFactory(recommended=True)
    services.approve(
        plan_id=plan.pk, version=1, key=uuid4(), by=commissioner, at=_now(), **FINDINGS
    )
    client.force_login(person(Role.PLAN_COORDINATOR, plan.district))
    url = reverse("reviews:decision", args=[plan.district.slug, plan.cycle_id])

    page = client.get(url).text

    assert "The letter leaves" in page
    assert FINDINGS["performance_reasons"] not in page


def _now():
    from django.utils import timezone  # noqa: PLC0415

    return timezone.now() - timedelta(minutes=1)
