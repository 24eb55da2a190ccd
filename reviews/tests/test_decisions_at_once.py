"""Decisions at once: one outcome, one set of letters, and a sentence for whoever was second."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction

from districts.roles import Role
from districts.tests.factories import person
from notices.models import Notice
from notices.services import deliver_due
from plans.models import Plan
from plans.services import Blocked
from plans.tests.factories import PlanFactory
from plans.workflow import Status, Step
from reviews import services
from reviews.models import Determination
from reviews.services import MovedOn, ToSign
from reviews.tests.at_once import behind as behind
from reviews.tests.at_once import with_own_connection
from reviews.tests.test_since_closing import FINDINGS

pytestmark = pytest.mark.django_db(transaction=True)

SOON = timedelta(minutes=14, seconds=59)


@pytest.fixture
def case(noon):
    """A recommended plan that is prepared for sign-off, and the acts on it."""
    plan = PlanFactory(recommended=True)
    for role in (Role.SUPERINTENDENT, Role.BOARD_CHAIR):
        person(role, plan.district)
    commissioner = person(Role.COMMISSIONER)
    kept = services.prepare_decision(
        plan_id=plan.pk, version=1, by=person(Role.PROGRAM_MANAGER), at=noon, **FINDINGS
    )

    class Case:
        def approve(self):
            return services.approve(
                plan_id=plan.pk, version=1, key=uuid4(), by=commissioner, at=noon, **FINDINGS
            )

        def sign_off(self):
            return services.sign_off(
                wanted=[ToSign(plan.pk, 1, kept.pk)], key=uuid4(), by=commissioner, at=noon
            )

        def call_back(self):
            return services.call_back(
                plan_id=plan.pk,
                decision=Determination.objects.get(plan=plan).pk,
                reason="The wrong plan.",
                key=uuid4(),
                by=commissioner,
                at=noon + SOON,
            )

    Case.plan, Case.commissioner = plan, commissioner
    return Case()


def one_decision(plan):
    assert Determination.objects.count() == 1
    assert plan.events.filter(step=Step.APPROVE).count() == 1
    assert Notice.objects.filter(kind="plan_approved").count() == 2


def test_of_a_sign_off_and_a_decision_at_once_one_is_made(behind, case):
    outcome = behind(case.approve, case.sign_off)

    assert outcome.decisions == []
    ((plan, why),) = outcome.not_done
    assert (plan, "You approved this plan" in why) == (case.plan, True)
    one_decision(case.plan)


def test_of_a_decision_and_a_sign_off_at_once_one_is_made(behind, case):
    refusal = behind(case.sign_off, case.approve)

    assert isinstance(refusal, MovedOn)
    one_decision(case.plan)


def test_of_two_who_call_back_at_once_one_does(behind, case):
    case.approve()

    refusal = behind(case.call_back, case.call_back)

    assert "called the approval of this plan back" in str(refusal)
    assert case.plan.events.filter(step=Step.CALL_BACK).count() == 1
    assert case.plan.former_determinations.count() == 1


def test_a_letter_in_the_mail_servers_hands_is_waited_for_and_then_the_approval_stands(
    behind, case, noon, mailoutbox
):
    case.approve()

    refusal = behind(lambda: deliver_due(at=noon + services.HELD_FOR), case.call_back)

    assert isinstance(refusal, Blocked)
    assert refusal.reasons == ["A letter has left meanwhile, so the approval stands."]
    assert Plan.objects.get(pk=case.plan.pk).status == Status.APPROVED
    assert len([each for each in mailoutbox if "is approved" in each.subject]) == 2


def test_what_is_being_called_back_does_not_leave_meanwhile(case, noon, mailoutbox):

    case.approve()
    later = noon + services.HELD_FOR

    with ThreadPoolExecutor(max_workers=1) as pool, transaction.atomic():
        case.call_back()
        meanwhile = pool.submit(with_own_connection, lambda: deliver_due(at=later))
        assert meanwhile.result(timeout=10) == []

    deliver_due(at=later)
    assert [each for each in mailoutbox if "is approved" in each.subject] == []
    assert Plan.objects.get(pk=case.plan.pk).status == Status.RECOMMENDED
