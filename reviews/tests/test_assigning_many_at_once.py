"""Many plans are assigned while somebody else assigns: one outcome, and the others are told."""

import threading
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.utils import timezone

from districts.roles import Role
from districts.tests.factories import person
from notices.models import Notice
from plans.models import Assignment
from plans.tests.factories import PlanFactory
from plans.workflow import Step
from reviews import services
from reviews.services import Wanted
from reviews.tests.at_once import behind, with_own_connection

__all__ = ["behind"]

# Rows that data migrations made are put back after each of these tests.
pytestmark = pytest.mark.django_db(transaction=True)


def assigning(plans, program, fiscal, by, key=None):
    return lambda: services.assign_many(
        wanted=[Wanted(plan.pk, program.pk, fiscal.pk) for plan in plans],
        key=key or uuid4(),
        by=by,
        at=timezone.now(),
    )


def test_of_two_who_assign_the_same_plans_at_once_the_second_is_told_of_each(
    behind, manager, reviewer, fiscal_reviewer
):
    plans = [PlanFactory(submitted=True) for _ in range(2)]
    alone = PlanFactory(submitted=True)
    other, another = person(Role.PROGRAM_MANAGER), person(Role.PROGRAM_REVIEWER)

    outcome = behind(
        assigning(plans, reviewer, fiscal_reviewer, manager),
        assigning([*plans[::-1], alone], another, fiscal_reviewer, other),
    )

    assert outcome.plans == [alone]
    assert {plan for plan, _ in outcome.not_done} == set(plans)
    assert all(f"{manager} assigned" in why for _, why in outcome.not_done)
    assert Notice.objects.filter(kind="plan_assigned").count() == 6
    assert Notice.objects.filter(kind="plan_unassigned").count() == 0


def test_who_declares_a_conflict_meanwhile_is_not_assigned_and_the_rest_is_done(
    behind, manager, reviewer, fiscal_reviewer
):
    plan, fine = PlanFactory(submitted=True), PlanFactory(submitted=True)

    outcome = behind(
        lambda: services.declare_conflict(
            district_id=plan.district_id,
            person_id=reviewer.pk,
            what="My sister teaches there.",
            key=uuid4(),
            by=reviewer,
            at=timezone.now(),
        ),
        assigning([plan, fine], reviewer, fiscal_reviewer, manager),
    )

    assert outcome.plans == [fine]
    ((refused, why),) = outcome.not_done
    assert refused == plan
    assert "has a conflict of interest" in why
    assert not plan.assignments.exists()


def test_sent_ten_times_at_once_it_is_one_act(manager, reviewer, fiscal_reviewer):
    plans, key = [PlanFactory(submitted=True) for _ in range(3)], uuid4()
    start = threading.Barrier(10)

    def act(number):
        start.wait(timeout=10)
        some = plans if number % 2 else plans[::-1]
        return with_own_connection(assigning(some, reviewer, fiscal_reviewer, manager, key))

    with ThreadPoolExecutor(max_workers=10) as pool:
        answers = list(pool.map(act, range(10)))

    assert all((len(one.plans), one.not_done) == (3, []) for one in answers)
    assert (Assignment.objects.count(), Notice.objects.count()) == (6, 6)
    for plan in plans:
        assert plan.events.filter(step=Step.START_REVIEW).count() == 1
