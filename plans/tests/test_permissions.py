"""Who may do what to a plan: every question, asked of every role, here and in another district."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from districts.models import User
from districts.roles import DEPARTMENT_ROLES, DISTRICT_ROLES, Role
from districts.tests.factories import (
    DelegationFactory,
    DistrictFactory,
    MembershipFactory,
    person,
)
from plans import permissions, services
from plans.models import Assignment, Plan, PlanVersion, Signature
from plans.tests.factories import PlanFactory, closed_version
from plans.workflow import Part, Step

pytestmark = pytest.mark.django_db

WRITERS = {Role.PLAN_COORDINATOR, Role.FISCAL_OFFICER}
OFFICES = {Role.SUPERINTENDENT, Role.BOARD_CHAIR}
HERE = {
    permissions.may_edit: WRITERS,
    permissions.may_answer_changes: WRITERS,
    permissions.may_record_vote: WRITERS | OFFICES,
    permissions.may_read_draft: set(DISTRICT_ROLES),
}


@pytest.fixture
def plan():
    return PlanFactory()


@pytest.mark.parametrize("question", HERE, ids=lambda question: question.__name__)
@pytest.mark.parametrize("role", Role)
def test_questions_about_a_plan(plan, question, role):
    there = {"district": plan.district} if role in DISTRICT_ROLES else {}

    assert question(person(role, **there), plan) is (role in HERE[question])
    assert question(person(role), plan) is False


@pytest.mark.parametrize("role", Role)
def test_those_who_write_start_a_plan(role):
    district = DistrictFactory()
    there = {"district": district} if role in DISTRICT_ROLES else {}

    assert permissions.may_start(person(role, **there), district) is (role in WRITERS)


@pytest.mark.parametrize("role", Role)
def test_cycles_are_read_at_the_department_and_edited_by_its_administrator(role):
    user = person(role)

    assert permissions.may_read_cycles(user) is (role in DEPARTMENT_ROLES)
    assert permissions.may_edit_cycles(user) is (role == Role.SYSADMIN)


@pytest.mark.parametrize("role", DISTRICT_ROLES)
def test_capacities_of_those_who_sign(plan, role):
    capacities = permissions.capacities_of(person(role, plan.district), plan)

    assert capacities == ([Signature.Capacity(role)] if role in OFFICES else [])
    assert permissions.capacities_of(person(role), plan) == []


@pytest.mark.parametrize(
    ("role", "parts"),
    [
        (Role.SUPERINTENDENT, {Part.SUPERINTENDENT}),
        (Role.PLAN_COORDINATOR, {Part.PLAN_COORDINATOR}),
        (Role.FISCAL_OFFICER, set()),
        (Role.BOARD_CHAIR, set()),
        (Role.DISTRICT_ADMIN, set()),
        (Role.DISTRICT_VIEWER, set()),
        (Role.PROGRAM_MANAGER, {Part.PROGRAM_MANAGER}),
        (Role.COMMISSIONER, {Part.DECIDER}),
        (Role.PROGRAM_REVIEWER, set()),
        (Role.FISCAL_REVIEWER, set()),
        (Role.SYSADMIN, set()),
        (Role.AUDITOR, set()),
    ],
)
def test_parts_that_a_role_plays(plan, role, parts):
    there = {"district": plan.district} if role in DISTRICT_ROLES else {}

    assert permissions.parts_of(person(role, **there), plan) == parts


def test_a_reviewer_plays_their_part_while_assigned(plan, manager, noon):
    reviewer = person(Role.PROGRAM_REVIEWER)
    assignment = Assignment.objects.create(
        plan=plan,
        reviewer=reviewer,
        reviews_as=Assignment.As.PROGRAM,
        assigned_at=noon,
        assigned_by=manager,
    )

    assert permissions.parts_of(reviewer, plan) == {Part.ASSIGNED_REVIEWER}
    assert permissions.parts_of(reviewer, PlanFactory()) == set()
    assignment.ended_at, assignment.ended_by = noon, manager
    assignment.save()
    assert permissions.parts_of(reviewer, plan) == set()


def test_a_reviewer_who_left_the_role_plays_no_part_though_still_at_the_department(noon):
    plan = PlanFactory(under_review=True)
    reviewer = plan.assignments.get(reviews_as=Assignment.As.PROGRAM).reviewer
    reviewer.memberships.update(ended_at=noon, ended_by=plan.started_by)
    MembershipFactory(user=reviewer, role=Role.AUDITOR)

    assert permissions.parts_of(reviewer, plan) == set()


def test_a_delegate_decides_while_the_delegation_lasts(plan):
    today = datetime(2026, 9, 10, 12, 0, tzinfo=UTC)
    user = person(Role.PROGRAM_REVIEWER)
    DelegationFactory(
        delegate=user,
        first_day=today.date() - timedelta(days=1),
        last_day=today.date() + timedelta(days=1),
    )

    assert permissions.parts_of(_afresh(user), plan, at=today) == {Part.DECIDER}
    for other_day in (today - timedelta(days=2), today + timedelta(days=2)):
        assert permissions.parts_of(_afresh(user), plan, at=other_day) == set()


def _afresh(user):
    return User.objects.get(pk=user.pk)


def test_an_ended_membership_gives_nothing(plan, noon):
    user = person(Role.PLAN_COORDINATOR, plan.district)
    user.memberships.update(ended_at=noon, ended_by=user)

    assert permissions.may_edit(user, plan) is False
    assert permissions.may_take(user, Step.SUBMIT, plan) is False


def test_a_suspended_person_may_nothing(plan):
    user = person(Role.PLAN_COORDINATOR, plan.district, is_active=False)

    assert permissions.may_edit(user, plan) is False


def test_open_steps_are_theirs_and_start_from_here(plan):
    superintendent = person(Role.SUPERINTENDENT, plan.district)
    coordinator = person(Role.PLAN_COORDINATOR, plan.district)
    submitted = PlanFactory(submitted=True)
    MembershipFactory(user=coordinator, district=submitted.district)

    assert permissions.open_steps(superintendent, plan) == [Step.SUBMIT, Step.WITHDRAW]
    assert permissions.open_steps(coordinator, plan) == [Step.SUBMIT]
    assert permissions.open_steps(coordinator, submitted) == [Step.RECALL]
    assert permissions.open_steps(person(Role.FISCAL_OFFICER, plan.district), plan) == []


def test_a_district_sees_its_own_plans_and_the_department_all(plan, reviewer):
    other = PlanFactory(submitted=True)
    viewer = person(Role.DISTRICT_VIEWER, plan.district)

    assert list(Plan.objects.visible_to(viewer)) == [plan]
    assert set(Plan.objects.visible_to(reviewer)) == {plan, other}


def readable_by(who):
    versions = PlanVersion.objects.with_submission().select_related("plan")
    return {
        each
        for each in versions
        if permissions.may_read_version(who, each.plan, was_handed_in=each.was_handed_in)
    }


def test_the_department_sees_only_versions_that_were_handed_in(plan, reviewer):
    closed = closed_version(plan)
    handed_in = PlanFactory(submitted=True).versions.get()
    viewer = person(Role.DISTRICT_VIEWER, plan.district)

    assert readable_by(reviewer) == {handed_in}
    assert readable_by(viewer) == {closed}
    assert readable_by(person(Role.DISTRICT_VIEWER)) == set()


def test_a_version_taken_back_is_hidden_from_the_department_until_it_is_handed_in_again(
    plan, reviewer, noon
):
    coordinator = person(Role.PLAN_COORDINATOR, plan.district)
    version = closed_version(plan, signed=True)
    seen = []
    for act in (services.submit, services.recall, services.submit):
        act(plan_id=plan.pk, by=coordinator, at=noon, key=uuid4())
        seen.append(readable_by(reviewer))

    assert seen == [{version}, set(), {version}]
    assert list(PlanVersion.objects.handed_in()) == [version]


def test_someone_of_both_sees_both(plan, reviewer):
    closed = closed_version(plan)
    handed_in = PlanFactory(submitted=True).versions.get()
    MembershipFactory(user=reviewer, role=Role.DISTRICT_VIEWER, district=plan.district)

    assert readable_by(reviewer) == {closed, handed_in}


def test_nobody_of_the_district_plays_a_part_of_the_departments_for_its_plan():
    plan = PlanFactory(under_review=True)
    both = person(Role.SUPERINTENDENT, plan.district)
    MembershipFactory(user=both, role=Role.COMMISSIONER)
    MembershipFactory(user=both, role=Role.PROGRAM_MANAGER)

    assert permissions.parts_of(both, plan) == {Part.SUPERINTENDENT}
    assert permissions.parts_of(both, PlanFactory(under_review=True)) == {
        Part.PROGRAM_MANAGER,
        Part.DECIDER,
    }
