"""A conflict of interest is declared while somebody acts: one is first, and the other is told."""

import threading
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from districts.models import Conflict, Membership
from districts.roles import Role
from districts.tests.factories import person
from notices.models import Notice
from plans.models import Assignment, Comment
from plans.tests.factories import PlanFactory
from plans.workflow import Status, StepNotAllowed
from reviews import services
from reviews.models import Determination, Recommendation
from reviews.tests.at_once import behind, with_own_connection

__all__ = ["behind"]

# Rows that data migrations made are put back after each of these tests.
pytestmark = pytest.mark.django_db(transaction=True)


def declaration(who, plan, **other):
    said = {"person_id": who.pk, "what": "My sister teaches there.", "key": uuid4(), "by": who}
    return lambda: services.declare_conflict(
        district_id=plan.district_id, at=timezone.now(), **said | other
    )


def assigning(plan, program, fiscal, by):
    return lambda: services.assign(
        plan_id=plan.pk,
        program_reviewer_id=program.pk,
        fiscal_reviewer_id=fiscal.pk,
        key=uuid4(),
        by=by,
        at=timezone.now(),
    )


def approval(plan, by):
    said = dict.fromkeys(("implementation", "implementation_reasons"), "")
    said |= dict.fromkeys(("performance", "performance_reasons"), "")
    act = {"plan_id": plan.pk, "version": 1, "key": uuid4(), "by": by, "at": timezone.now()}
    return lambda: services.approve(**said, **act)


def test_a_decision_by_who_was_recused_while_it_waited_is_refused(behind, delegate):
    plan = PlanFactory(recommended=True, reviews=True)

    refusal = behind(declaration(delegate, plan), approval(plan, delegate))

    assert isinstance(refusal, PermissionDenied)
    plan.refresh_from_db()
    assert (plan.status, Determination.objects.count()) == (Status.RECOMMENDED, 0)


@pytest.mark.parametrize("verb", ["comment", "recommend"])
def test_a_review_sent_while_its_reviewer_is_recused_is_refused(behind, verb, program_reviewer_of):
    plan = PlanFactory(under_review=True)
    reviewer = program_reviewer_of(plan)
    act = {"plan_id": plan.pk, "text": "Sound.", "key": uuid4(), "by": reviewer}
    act |= {"at": timezone.now()}
    act |= {"version": 1} if verb == "recommend" else {"section": "budget", "audience": "internal"}

    refusal = behind(declaration(reviewer, plan), lambda: getattr(services, verb)(**act))

    assert isinstance(refusal, PermissionDenied)
    assert not Recommendation.objects.exists()
    assert not Comment.objects.exists()


def test_who_is_assigned_while_they_declare_is_not_the_reviewer(
    behind, reviewer, fiscal_reviewer, manager
):
    plan = PlanFactory(submitted=True)

    refusal = behind(
        declaration(reviewer, plan), assigning(plan, reviewer, fiscal_reviewer, manager)
    )

    assert "conflict of interest" in refusal.reasons[0]
    assert not Assignment.objects.exists()


def test_who_declares_while_they_are_assigned_is_recused(
    behind, reviewer, fiscal_reviewer, manager
):
    plan = PlanFactory(submitted=True)

    conflict = behind(
        assigning(plan, reviewer, fiscal_reviewer, manager), declaration(reviewer, plan)
    )

    ended = Assignment.objects.get(reviewer=reviewer)
    assert (ended.ended_by, ended.ended_at >= ended.assigned_at) == (reviewer, True)
    assert conflict.person_id == reviewer.pk
    assert Notice.objects.filter(kind="reviewer_recused").count() == 1


def test_a_reviewer_replaced_while_they_declare_is_ended_once(
    behind, reviewer, manager, program_reviewer_of, fiscal_reviewer_of
):
    plan = PlanFactory(under_review=True)
    replaced, stays = program_reviewer_of(plan), fiscal_reviewer_of(plan)

    behind(assigning(plan, reviewer, stays, manager), declaration(replaced, plan))

    assert Assignment.objects.get(reviewer=replaced).ended_by == manager
    assert set(plan.assignments.current().values_list("reviewer", flat=True)) == {
        reviewer.pk,
        stays.pk,
    }
    assert not Notice.objects.filter(kind="reviewer_recused").exists()


def test_a_manager_whose_role_ended_while_it_waited_records_none(behind, manager, reviewer):
    plan = PlanFactory(under_review=True)
    held = Membership.objects.filter(user=manager)

    def first():
        type(plan).objects.select_for_update().get(pk=plan.pk)
        held.update(ended_at=timezone.now(), ended_by=manager)

    refusal = behind(first, declaration(reviewer, plan, by=manager))

    assert isinstance(refusal, PermissionDenied)
    assert not Conflict.objects.exists()


@pytest.mark.parametrize("keys", ["one page", "ten pages"])
def test_declared_ten_times_at_once_it_is_one_with_one_letter(keys, manager, program_reviewer_of):
    plan, key = PlanFactory(under_review=True), uuid4()
    reviewer, start = program_reviewer_of(plan), threading.Barrier(10)

    def act(_):
        start.wait(timeout=10)
        said = {"key": key if keys == "one page" else uuid4()}
        return with_own_connection(declaration(reviewer, plan, **said))

    with ThreadPoolExecutor(max_workers=10) as pool:
        answers = list(pool.map(act, range(10)))

    done = [one for one in answers if isinstance(one, Conflict)]
    told = [str(one) for one in answers if isinstance(one, StepNotAllowed)]
    assert (len(done), len(told)) == ((10, 0) if keys == "one page" else (1, 9))
    assert all("Nothing was added to it." in one for one in told)
    assert Conflict.objects.get().person == reviewer
    assert Notice.objects.get().kind == "reviewer_recused"


def test_ended_by_two_at_once_it_is_ended_once(behind, manager, commissioner):
    plan = PlanFactory(under_review=True)
    conflict = declaration(person(Role.PROGRAM_REVIEWER), plan)()
    act = {"conflict_id": conflict.pk, "at": timezone.now()}

    refusal = behind(
        lambda: services.end_conflict(by=manager, because="She has moved.", **act),
        lambda: services.end_conflict(by=commissioner, because="She left.", **act),
    )

    assert str(refusal).startswith(f"{manager} ended it on")
    assert Notice.objects.filter(kind="conflict_changed").count() == 1
