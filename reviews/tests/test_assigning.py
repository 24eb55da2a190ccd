"""Giving a plan to its reviewers."""

from collections import Counter
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied

from districts.roles import Role
from districts.tests.factories import MembershipFactory, person
from notices.models import Notice
from plans.models import Assignment
from plans.services import Blocked
from plans.tests.factories import PlanFactory
from plans.workflow import Status, Step, StepNotAllowed
from reviews.services import assign

pytestmark = pytest.mark.django_db


def assignments_of(plan):
    return list(plan.assignments.order_by("pk").values_list("reviews_as", "reviewer", "ended_by"))


def test_assign_starts_the_review_and_tells_both_reviewers(
    manager, reviewer, fiscal_reviewer, noon
):
    plan = PlanFactory(submitted=True)

    assign(
        plan_id=plan.pk,
        program_reviewer_id=reviewer.pk,
        fiscal_reviewer_id=fiscal_reviewer.pk,
        by=manager,
        at=noon,
        key=uuid4(),
    )

    plan.refresh_from_db()
    assert plan.status == Status.UNDER_REVIEW
    assert assignments_of(plan) == [
        (Assignment.As.PROGRAM, reviewer.pk, None),
        (Assignment.As.FISCAL, fiscal_reviewer.pk, None),
    ]
    event = plan.events.order_by("pk").last()
    assert (event.step, event.taken_by, event.version.number) == (Step.START_REVIEW, manager, 1)
    assert list(Notice.objects.order_by("pk").values_list("kind", "to", "subject")) == [
        ("plan_assigned", reviewer.pk, f"{plan.district}: the FY2027 plan is yours to review"),
        (
            "plan_assigned",
            fiscal_reviewer.pk,
            f"{plan.district}: the FY2027 plan is yours to review",
        ),
    ]


@pytest.mark.parametrize("stage", ["submitted", "under_review"])
def test_a_manager_who_belongs_to_the_district_assigns_nobody(
    manager, reviewer, fiscal_reviewer, noon, stage
):
    plan = PlanFactory(**{stage: True})
    MembershipFactory(user=manager, role=Role.DISTRICT_VIEWER, district=plan.district)
    before = assignments_of(plan)

    with pytest.raises(PermissionDenied):
        assign(
            plan_id=plan.pk,
            program_reviewer_id=reviewer.pk,
            fiscal_reviewer_id=fiscal_reviewer.pk,
            by=manager,
            at=noon,
            key=uuid4(),
        )

    assert assignments_of(plan) == before


def test_nobody_is_given_the_plan_of_their_own_district(
    client, manager, reviewer, fiscal_reviewer, noon
):
    plan = PlanFactory(submitted=True)
    MembershipFactory(user=fiscal_reviewer, role=Role.BOARD_CHAIR, district=plan.district)
    client.force_login(manager)

    with pytest.raises(Blocked) as refusal:
        assign(
            plan_id=plan.pk,
            program_reviewer_id=reviewer.pk,
            fiscal_reviewer_id=fiscal_reviewer.pk,
            by=manager,
            at=noon,
            key=uuid4(),
        )
    page = client.get(f"/reviews/{plan.district.slug}/2027/assign/").text

    assert refusal.value.reasons == [
        "The person named as fiscal reviewer belongs to "
        f"{plan.district.name}, so somebody else reviews its plan."
    ]
    assert assignments_of(plan) == []
    assert (reviewer.name in page, fiscal_reviewer.name in page) == (True, False)


def test_assign_again_replaces_only_who_changed(
    under_review, manager, reviewer, fiscal_reviewer_of, program_reviewer_of, noon
):
    replaced, stays = program_reviewer_of(under_review), fiscal_reviewer_of(under_review)

    assign(
        plan_id=under_review.pk,
        program_reviewer_id=reviewer.pk,
        fiscal_reviewer_id=stays.pk,
        by=manager,
        at=noon,
        key=uuid4(),
    )

    assert assignments_of(under_review) == [
        (Assignment.As.PROGRAM, replaced.pk, manager.pk),
        (Assignment.As.FISCAL, stays.pk, None),
        (Assignment.As.PROGRAM, reviewer.pk, None),
    ]
    assert set(Notice.objects.values_list("kind", "to")) == {
        ("plan_unassigned", replaced.pk),
        ("plan_assigned", reviewer.pk),
    }


def test_assign_with_the_same_key_is_one_act(manager, reviewer, fiscal_reviewer, noon):
    plan = PlanFactory(submitted=True)
    key = uuid4()
    for _ in range(2):
        assign(
            plan_id=plan.pk,
            program_reviewer_id=reviewer.pk,
            fiscal_reviewer_id=fiscal_reviewer.pk,
            by=manager,
            at=noon,
            key=key,
        )

    assert assignments_of(plan) == [
        (Assignment.As.PROGRAM, reviewer.pk, None),
        (Assignment.As.FISCAL, fiscal_reviewer.pk, None),
    ]
    assert plan.events.filter(step=Step.START_REVIEW).count() == 1
    assert Notice.objects.count() == 2


@pytest.mark.parametrize("role", [Role.PROGRAM_REVIEWER, Role.COMMISSIONER, Role.SYSADMIN])
def test_assign_is_the_program_managers(role, reviewer, fiscal_reviewer, noon):
    plan = PlanFactory(submitted=True)

    with pytest.raises(PermissionDenied):
        assign(
            plan_id=plan.pk,
            program_reviewer_id=reviewer.pk,
            fiscal_reviewer_id=fiscal_reviewer.pk,
            by=person(role),
            at=noon,
            key=uuid4(),
        )

    assert assignments_of(plan) == []


@pytest.mark.parametrize("stage", [{}, {"approved": True}])
def test_assign_is_refused_while_nothing_waits_for_review(
    stage, manager, reviewer, fiscal_reviewer, noon
):
    plan = PlanFactory(**stage)

    with pytest.raises(StepNotAllowed, match="so it takes no reviewers"):
        assign(
            plan_id=plan.pk,
            program_reviewer_id=reviewer.pk,
            fiscal_reviewer_id=fiscal_reviewer.pk,
            by=manager,
            at=noon,
            key=uuid4(),
        )


def test_assign_refuses_people_without_the_role_and_says_both(manager, reviewer, noon):
    plan = PlanFactory(submitted=True)

    with pytest.raises(Blocked) as refusal:
        assign(
            plan_id=plan.pk,
            program_reviewer_id=manager.pk,
            fiscal_reviewer_id=reviewer.pk,
            by=manager,
            at=noon,
            key=uuid4(),
        )

    assert refusal.value.reasons == [
        "The person named as program reviewer does not hold that role now.",
        "The person named as fiscal reviewer does not hold that role now.",
    ]


def test_assign_refuses_one_person_as_both(manager, reviewer, noon):
    plan = PlanFactory(submitted=True)
    MembershipFactory(user=reviewer, role=Role.FISCAL_REVIEWER)

    with pytest.raises(Blocked) as refusal:
        assign(
            plan_id=plan.pk,
            program_reviewer_id=reviewer.pk,
            fiscal_reviewer_id=reviewer.pk,
            by=manager,
            at=noon,
            key=uuid4(),
        )

    assert refusal.value.reasons == ["The program and the fiscal reviewer are two people."]


@pytest.mark.parametrize("stage", ["returned", "recommended"])
def test_assign_anew_leaves_the_plan_where_it_is(stage, manager, reviewer, fiscal_reviewer, noon):
    plan = PlanFactory(**{stage: True})

    assign(
        plan_id=plan.pk,
        program_reviewer_id=reviewer.pk,
        fiscal_reviewer_id=fiscal_reviewer.pk,
        by=manager,
        at=noon,
        key=uuid4(),
    )

    plan.refresh_from_db()
    assert plan.status == stage
    assert set(plan.assignments.current().values_list("reviewer", flat=True)) == {
        reviewer.pk,
        fiscal_reviewer.pk,
    }


def test_assign_from_a_page_gone_back_to_assigns_who_is_chosen_now(
    manager, reviewer, fiscal_reviewer, noon
):
    plan, key = PlanFactory(submitted=True), uuid4()
    other = person(Role.PROGRAM_REVIEWER)
    for chosen in (reviewer, other, other):
        assign(
            plan_id=plan.pk,
            program_reviewer_id=chosen.pk,
            fiscal_reviewer_id=fiscal_reviewer.pk,
            by=manager,
            at=noon,
            key=key,
        )

    assert assignments_of(plan) == [
        (Assignment.As.PROGRAM, reviewer.pk, manager.pk),
        (Assignment.As.FISCAL, fiscal_reviewer.pk, None),
        (Assignment.As.PROGRAM, other.pk, None),
    ]
    assert plan.events.filter(step=Step.START_REVIEW).count() == 1
    assert Counter(Notice.objects.values_list("kind", flat=True)) == {
        "plan_assigned": 3,
        "plan_unassigned": 1,
    }
