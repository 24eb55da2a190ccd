"""An approval is called back while its letters are held, and stands once they have left."""

from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, InternalError, transaction
from django.urls import reverse

from districts.roles import Role
from districts.tests.factories import ConflictFactory, DelegationFactory, person
from notices.models import Notice
from notices.services import deliver_due
from plans import services as plan_services
from plans.models import ApprovalCondition, Plan
from plans.reports.in_force import version_in_force
from plans.services import Blocked, SentBefore
from plans.tests.factories import PlanFactory
from plans.workflow import Status, Step, StepNotAllowed
from reviews import services
from reviews.models import Determination
from reviews.reports.packet import read_packet
from reviews.tests.test_since_closing import FINDINGS

pytestmark = pytest.mark.django_db

SOON = timedelta(minutes=5)


@pytest.fixture
def case(noon, people_of):
    return approved(noon, people_of)


def approved(at, people_of, stage="recommended", **given):
    plan = PlanFactory(**{stage: True}, reviews=stage == "under_review")
    people = people_of(plan)
    commissioner = person(Role.COMMISSIONER)
    decided = services.approve(
        plan_id=plan.pk,
        version=1,
        key=uuid4(),
        at=at,
        **{
            "by": commissioner,
            "conditions": [services.Stipulation("Name the tutors.", at.date() + timedelta(9))],
            **FINDINGS,
            **given,
        },
    )
    plan.refresh_from_db()
    return SimpleNamespace(plan=plan, people=people, commissioner=commissioner, decided=decided)


def call_back(case, at, **given):
    said = {"reason": " Another plan was meant. ", "by": case.commissioner, "key": uuid4()}
    services.call_back(
        plan_id=case.plan.pk, at=at, **{"decision": case.decided.pk, **said, **given}
    )
    case.plan = Plan.objects.get(pk=case.plan.pk)


def why_not(case, at, **given):
    with pytest.raises(StepNotAllowed) as refusal:
        call_back(case, at, **given)
    assert Plan.objects.get(pk=case.plan.pk).determination == case.decided
    return str(refusal.value)


@pytest.mark.parametrize("stage", ["under_review", "recommended"])
def test_the_plan_is_again_where_it_was_and_the_decision_stays_on_record(stage, noon, people_of):
    case = approved(noon, people_of, stage)

    call_back(case, noon + SOON)

    assert case.plan.status == stage
    assert not hasattr(case.plan, "determination")
    former = case.plan.former_determinations.get()
    assert (former, former.letter) == (case.decided, case.decided.letter)
    assert (former.called_back.step, former.called_back.reason, former.called_back.taken_by) == (
        Step.CALL_BACK,
        "Another plan was meant.",
        case.commissioner,
    )


def test_its_letters_never_leave_and_nothing_of_it_is_in_force(noon, case, mailoutbox):
    held = Notice.objects.filter(kind__in=["plan_approved", "plan_moved"])
    assert {one.leaves_at for one in held} == {noon + timedelta(minutes=15)}
    assert version_in_force(case.plan) is not None
    deliver_due(at=noon + SOON)
    assert mailoutbox == []

    call_back(case, noon + SOON)

    deliver_due(at=noon + timedelta(hours=1))
    assert {letter.subject.split(": ")[1] for letter in mailoutbox} == {
        f"the FY{case.plan.cycle_id} plan was taken back into review"
    }
    assert set(held.filter(kind="plan_approved").values_list("status", "outcome")) == {
        ("withdrawn", f"{case.commissioner.name} called the approval back.")
    }
    assert version_in_force(case.plan) is None
    assert ApprovalCondition.objects.filter(plan=case.plan).exists()
    assert not ApprovalCondition.objects.standing().filter(plan=case.plan).exists()
    assert read_packet(Plan.objects.filter(pk=case.plan.pk)).conditions == []


def test_letters_of_an_approval_that_stands_leave_after_fifteen_minutes(noon, case, mailoutbox):
    deliver_due(at=noon + timedelta(minutes=14, seconds=59))
    assert mailoutbox == []
    deliver_due(at=noon + timedelta(minutes=15))

    assert len([each for each in mailoutbox if "is approved" in each.subject]) == 4
    assert "The letters left" in why_not(case, noon + timedelta(minutes=15))


def test_one_letter_that_left_all_the_same_leaves_the_approval_standing(noon, case):
    left = Notice.objects.filter(kind="plan_approved").order_by("pk").last()
    Notice.objects.filter(pk=left.pk).update(status="sent", sent_at=noon)

    assert why_not(case, noon + SOON) == "A letter has left meanwhile, so the approval stands."
    assert Notice.objects.filter(kind="plan_approved", status="waiting").count() == 3


def test_approved_again_it_has_one_decision_and_one_set_of_letters(noon, case, mailoutbox):
    call_back(case, noon + SOON)
    again = services.approve(
        plan_id=case.plan.pk,
        version=1,
        key=uuid4(),
        by=case.commissioner,
        at=noon + 2 * SOON,
        **FINDINGS,
    )

    assert Determination.objects.get(plan=case.plan) == again
    deliver_due(at=noon + timedelta(hours=1))
    letters = [each for each in mailoutbox if "is approved" in each.subject]
    assert (len(letters), {"Name the tutors." in each.body for each in letters}) == (4, {False})
    assert why_not_again(case, noon + 2 * SOON) == (
        "The plan was decided again since you opened this page. Open it anew."
    )


def why_not_again(case, at):
    with pytest.raises(Blocked) as refusal:
        call_back(case, at)
    return str(refusal.value)


def test_once_the_plan_moves_on_or_its_district_acts_the_approval_stands(noon, case):
    plan_services.start_revision(
        plan_id=case.plan.pk,
        sections=["budget"],
        reason="A tutor left.",
        by=case.people.plan_coordinator,
        at=noon,
        key=uuid4(),
    )
    assert "has begun a revision" in why_not(case, noon + SOON)


def test_a_condition_recorded_as_met_leaves_it_standing(noon, case):
    services.record_met(
        plan_id=case.plan.pk,
        number=1,
        met_on=noon.date(),
        word="The list.",
        by=person(Role.PROGRAM_MANAGER),
        at=noon,
    )
    assert "recorded as met" in why_not(case, noon + SOON)


def test_withheld_and_released_meanwhile_it_stands(noon, case):
    at = {"plan_id": case.plan.pk, "by": case.commissioner, "at": noon}
    services.withhold(reason="No report.", key=uuid4(), **at)
    services.release(reason="It came.", key=uuid4(), **at)
    assert "moved on since it was approved" in why_not(case, noon + SOON)


def test_it_says_why_and_the_same_again_is_one_act(noon, case):
    assert why_not(case, noon + SOON, reason=" ") == (
        "Say why the approval is called back: it stays on record."
    )
    key = uuid4()
    call_back(case, noon + SOON, key=key)
    call_back(case, noon + SOON, key=key)
    with pytest.raises(SentBefore):
        call_back(case, noon + SOON, key=key, reason="Something else.")
    assert case.plan.events.filter(step=Step.CALL_BACK).count() == 1


def test_a_delegate_calls_back_their_own_and_the_commissioner_anybodys(noon, people_of):
    delegate, another = person(Role.PROGRAM_REVIEWER), person(Role.PROGRAM_REVIEWER)
    for each in (delegate, another):
        DelegationFactory(delegate=each)
    case = approved(noon, people_of, by=delegate)
    copy = Notice.objects.get(kind="decided_in_your_name")
    assert (copy.to, copy.leaves_at) == (case.commissioner, noon)  # in time to call it back

    for who in (another, person(Role.PROGRAM_MANAGER), case.people.superintendent):
        with pytest.raises(PermissionDenied):
            call_back(case, noon + SOON, by=who)
    call_back(case, noon + SOON, by=delegate)

    assert Notice.objects.filter(kind="decided_in_your_name").count() == 2
    case = approved(noon, people_of, by=delegate)
    call_back(case, noon + SOON)
    assert case.plan.status == Status.RECOMMENDED


def test_whose_delegation_ended_or_who_has_a_conflict_calls_nothing_back(noon, people_of):
    delegate = person(Role.PROGRAM_REVIEWER)
    delegation = DelegationFactory(delegate=delegate)
    case = approved(noon, people_of, by=delegate)
    type(delegation).objects.filter(pk=delegation.pk).update(
        ended_at=noon, ended_by=case.commissioner
    )
    with pytest.raises(PermissionDenied):
        call_back(case, noon + SOON, by=delegate)
    ConflictFactory(person=case.commissioner, district=case.plan.district)
    with pytest.raises(PermissionDenied):
        call_back(case, noon + SOON)


def test_the_database_keeps_what_was_decided(noon, case):
    for change in ({"letter": "Another."}, {"plan": None}, {"leaves_at": None}):
        with pytest.raises((InternalError, IntegrityError)), transaction.atomic():
            Determination.objects.filter(pk=case.decided.pk).update(**change)
    call_back(case, noon + SOON)
    with pytest.raises(InternalError), transaction.atomic():
        Determination.objects.filter(pk=case.decided.pk).update(
            plan=case.plan, former_of=None, called_back=None
        )


def test_both_sides_read_it_on_the_timeline_with_its_reason(client, noon, case, manager):
    call_back(case, noon + SOON)

    client.force_login(case.people.plan_coordinator)
    page = client.get(case.plan.get_absolute_url()).text
    assert "The Department called its approval back before the letter left" in page
    assert "Another plan was meant." in page
    here = [case.plan.district.slug, case.plan.cycle_id]
    assert client.get(reverse("reviews:decision", args=here)).status_code == 404
    client.force_login(manager)
    page = client.get(reverse("reviews:plan", args=here)).text
    assert "Approval called back" in page
    assert "Another plan was meant." in page
