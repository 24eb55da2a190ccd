"""A district's steps: handing in once, taking back, withdrawing, and handing in again."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import InternalError

from districts.roles import Role
from districts.tests.factories import DelegationFactory, person
from notices.models import Notice
from notices.services import post
from notices.tests.factories import NoticeFactory
from plans import services
from plans.models import Cover, PlanVersion
from plans.tests.factories import PlanFactory, closed_version, sign_version
from plans.workflow import Status, Step, StepNotAllowed

pytestmark = pytest.mark.django_db

HANDS_IN = [Role.SUPERINTENDENT, Role.PLAN_COORDINATOR]
DOES_NOT = [Role.BOARD_CHAIR, Role.FISCAL_OFFICER, Role.DISTRICT_VIEWER, Role.DISTRICT_ADMIN]


@pytest.fixture
def plan():
    """A draft closed for signature and signed by both."""
    plan = PlanFactory()
    closed_version(plan, signed=True)
    return plan


@pytest.fixture
def coordinator(plan):
    return person(Role.PLAN_COORDINATOR, plan.district)


def submit(plan, by, at, key=None):
    return services.submit(plan_id=plan.pk, by=by, at=at, key=key or uuid4())


def recall(plan, by, at, key=None):
    return services.recall(plan_id=plan.pk, by=by, at=at, key=key or uuid4())


def withdraw(plan, by, at, key=None):
    return services.withdraw(
        plan_id=plan.pk, by=by, at=at, key=key or uuid4(), reason="The board said no."
    )


def steps_of(plan):
    return list(
        plan.events.order_by("pk").values_list("step", "source", "target", "version__number")
    )


def letters():
    return sorted(Notice.objects.values_list("kind", "to"))


@pytest.mark.parametrize("role", HANDS_IN)
def test_submit_records_who_when_and_which_version(plan, role, noon):
    by = person(role, plan.district)

    submit(plan, by, noon)

    plan.refresh_from_db()
    assert (plan.status, plan.submitted_by, plan.submitted_at) == (Status.SUBMITTED, by, noon)
    assert steps_of(plan) == [(Step.SUBMIT, Status.DRAFT, Status.SUBMITTED, 1)]


def test_submit_sends_receipts_and_tells_those_who_assign(plan, coordinator, manager, noon):
    signers = [person(role, plan.district) for role in (Role.SUPERINTENDENT, Role.BOARD_CHAIR)]
    person(Role.FISCAL_OFFICER, plan.district)
    person(Role.PLAN_COORDINATOR)

    submit(plan, coordinator, noon)

    assert letters() == sorted(
        [("plan_receipt", who.pk) for who in [coordinator, *signers]]
        + [("plan_submitted", manager.pk)]
    )


def test_submit_withdraws_the_reminders_of_this_plan_alone(plan, coordinator, noon):
    elsewhere = replace(plan.about, district_code="0000000")
    for about in (plan.about, elsewhere):
        post(
            key=about,
            kind="reminder",
            to=coordinator,
            subject="Due",
            body="Due",
            about=about,
            why="7 days before",
            at=noon,
        )

    submit(plan, coordinator, noon)

    assert dict(Notice.objects.filter(kind="reminder").values_list("about", "status")) == {
        str(plan.about): Notice.Status.WITHDRAWN,
        str(elsewhere): Notice.Status.WAITING,
    }


def test_the_same_submission_twice_is_one_act(plan, coordinator, manager, noon):
    key = uuid4()
    submit(plan, coordinator, noon, key)
    sent = letters()

    again = submit(plan, coordinator, noon + timedelta(seconds=1), key)

    assert (again.status, again.submitted_at) == (Status.SUBMITTED, noon)
    assert plan.events.count() == 1
    assert letters() == sent


def test_a_second_submission_is_refused(plan, coordinator, noon):
    submit(plan, coordinator, noon)

    with pytest.raises(StepNotAllowed, match="This plan is submitted now"):
        submit(plan, coordinator, noon)

    assert plan.events.count() == 1


@pytest.mark.parametrize("role", DOES_NOT)
def test_submit_is_not_for_others_of_the_district(plan, role, noon):
    with pytest.raises(PermissionDenied):
        submit(plan, person(role, plan.district), noon)

    assert not plan.events.exists()


@pytest.mark.parametrize("role", [*HANDS_IN, Role.PROGRAM_MANAGER, Role.COMMISSIONER])
def test_submit_is_not_for_people_elsewhere(plan, role, noon):
    with pytest.raises(PermissionDenied):
        submit(plan, person(role), noon)

    assert not plan.events.exists()


def reasons_against(plan, by, at):
    with pytest.raises(services.Blocked) as refusal:
        submit(plan, by, at)
    assert not plan.events.filter(step=Step.SUBMIT, taken_at=at).exists()
    return refusal.value.reasons


NOT_CLOSED = ["The plan is not closed for signature, or was edited after it was closed."]


def test_a_plan_that_is_not_closed_is_not_handed_in(noon):
    plan = PlanFactory()
    coordinator = person(Role.PLAN_COORDINATOR, plan.district)

    assert reasons_against(plan, coordinator, noon) == NOT_CLOSED


def test_a_plan_edited_after_both_signed_is_not_handed_in(plan, coordinator, noon):
    services.save_section(
        plan_id=plan.pk,
        model=Cover,
        version=1,
        values={"summary": "One more word."},
        as_typed={},
        by=coordinator,
        at=noon,
    )

    assert reasons_against(plan, coordinator, noon) == NOT_CLOSED


def test_each_missing_signature_is_named(noon):
    plan = PlanFactory()
    coordinator = person(Role.PLAN_COORDINATOR, plan.district)
    version = closed_version(plan)

    assert reasons_against(plan, coordinator, noon) == [
        "The superintendent has not signed this version.",
        "The board chair has not signed this version.",
    ]
    sign_version(version, capacities=["superintendent"])
    assert reasons_against(plan, coordinator, noon) == [
        "The board chair has not signed this version."
    ]


def test_signatures_of_an_earlier_version_do_not_count(plan, coordinator, noon):
    plan.edition += 1
    plan.save()
    closed_version(plan)

    assert len(reasons_against(plan, coordinator, noon)) == 2


def test_a_returned_plan_waits_for_every_answer(noon):
    plan = PlanFactory(returned=True)
    coordinator = person(Role.PLAN_COORDINATOR, plan.district)

    assert reasons_against(plan, coordinator, noon) == ["Required change 1 is not answered."]


@pytest.fixture
def answered():
    """A returned plan, answered, edited, closed again as version 2 and signed."""
    plan = PlanFactory(returned=True)
    plan.required_changes.update(
        answer="K–3.", answered_at=plan.submitted_at, answered_by=plan.started_by
    )
    plan.edition += 1
    plan.save()
    closed_version(plan, signed=True)
    return plan


def test_resubmission_goes_straight_to_the_same_reviewers(answered, manager, noon):
    coordinator = person(Role.PLAN_COORDINATOR, answered.district)
    reviewers = set(answered.assignments.current().values_list("reviewer", flat=True))

    submit(answered, coordinator, noon)

    answered.refresh_from_db()
    assert answered.status == Status.UNDER_REVIEW
    assert steps_of(answered)[-2:] == [
        (Step.SUBMIT, Status.RETURNED, Status.SUBMITTED, 2),
        (Step.START_REVIEW, Status.SUBMITTED, Status.UNDER_REVIEW, 2),
    ]
    assert set(answered.assignments.current().values_list("reviewer", flat=True)) == reviewers
    assert letters() == sorted(
        [("plan_back", pk) for pk in reviewers] + [("plan_receipt", coordinator.pk)]
    )


def test_resubmission_sent_twice_posts_each_letter_once(answered, noon):
    coordinator = person(Role.PLAN_COORDINATOR, answered.district)
    key = uuid4()
    submit(answered, coordinator, noon, key)
    sent, taken = letters(), answered.events.count()

    submit(answered, coordinator, noon + timedelta(seconds=2), key)

    assert (letters(), answered.events.count()) == (sent, taken)


def test_resubmission_whose_reviewers_have_gone_is_assigned_anew(answered, manager, noon):
    coordinator = person(Role.PLAN_COORDINATOR, answered.district)
    answered.assignments.update(ended_at=noon, ended_by=manager)

    submit(answered, coordinator, noon)

    answered.refresh_from_db()
    assert answered.status == Status.SUBMITTED
    assert ("plan_back", manager.pk) in letters()


def test_resubmission_goes_to_nobody_who_is_suspended_or_left_the_role(answered, manager, noon):
    coordinator = person(Role.PLAN_COORDINATOR, answered.district)
    program, fiscal = (each.reviewer for each in answered.assignments.order_by("-reviews_as"))
    program.is_active = False
    program.save()

    submit(answered, coordinator, noon)

    assert letters() == sorted(
        [("plan_back", fiscal.pk), ("plan_back", manager.pk), ("plan_receipt", coordinator.pk)]
    )


def test_resubmission_without_a_reviewer_left_is_assigned_anew(answered, manager, noon):
    coordinator = person(Role.PLAN_COORDINATOR, answered.district)
    for each in answered.assignments.all():
        each.reviewer.memberships.update(ended_at=noon, ended_by=manager)

    submit(answered, coordinator, noon)

    answered.refresh_from_db()
    assert answered.status == Status.SUBMITTED
    assert letters() == sorted([("plan_back", manager.pk), ("plan_receipt", coordinator.pk)])


@pytest.mark.parametrize("role", HANDS_IN)
def test_recall_makes_a_draft_of_a_first_submission(plan, role, noon):
    by = person(role, plan.district)
    submit(plan, person(Role.PLAN_COORDINATOR, plan.district), noon)

    recall(plan, by, noon)

    plan.refresh_from_db()
    assert (plan.status, plan.submitted_at, plan.submitted_by) == (Status.DRAFT, None, None)
    assert steps_of(plan)[-1] == (Step.RECALL, Status.SUBMITTED, Status.DRAFT, None)


def test_a_recalled_plan_is_handed_in_again_as_it_was_signed(plan, coordinator, noon):
    submit(plan, coordinator, noon)
    recall(plan, coordinator, noon)

    submit(plan, coordinator, noon + timedelta(minutes=5))

    assert [step for step, *_ in steps_of(plan)] == [Step.SUBMIT, Step.RECALL, Step.SUBMIT]
    assert Notice.objects.filter(kind="plan_receipt").count() == 2


def test_recall_of_a_resubmission_goes_back_to_returned(answered, manager, noon):
    coordinator = person(Role.PLAN_COORDINATOR, answered.district)
    answered.assignments.update(ended_at=noon, ended_by=manager)
    submit(answered, coordinator, noon)

    recall(answered, coordinator, noon)

    answered.refresh_from_db()
    assert answered.status == Status.RETURNED
    assert answered.submitted_at == noon


def test_recall_is_too_late_once_review_has_started(noon):
    plan = PlanFactory(under_review=True)

    with pytest.raises(StepNotAllowed, match="This plan is under review now"):
        recall(plan, person(Role.SUPERINTENDENT, plan.district), noon)


def test_recall_sent_twice_is_one_act(plan, coordinator, noon):
    key = uuid4()
    submit(plan, coordinator, noon)
    recall(plan, coordinator, noon, key)
    recall(plan, coordinator, noon, key)

    assert [step for step, *_ in steps_of(plan)] == [Step.SUBMIT, Step.RECALL]


@pytest.mark.parametrize("role", DOES_NOT)
def test_recall_is_not_for_others(role, noon):
    plan = PlanFactory(submitted=True)

    with pytest.raises(PermissionDenied):
        recall(plan, person(role, plan.district), noon)


@pytest.mark.parametrize("stage", ["draft", "submitted"])
def test_withdraw_ends_the_plan_and_keeps_the_reason(stage, noon):
    plan = PlanFactory(**{"submitted": True} if stage == "submitted" else {})
    superintendent = person(Role.SUPERINTENDENT, plan.district)

    withdraw(plan, superintendent, noon)

    plan.refresh_from_db()
    event = plan.events.order_by("pk").last()
    assert plan.status == Status.WITHDRAWN
    assert (event.step, event.source, event.reason, event.taken_by) == (
        Step.WITHDRAW,
        stage,
        "The board said no.",
        superintendent,
    )


def test_withdraw_tells_the_department_once(manager, noon):
    plan = PlanFactory(submitted=True)
    superintendent, key = person(Role.SUPERINTENDENT, plan.district), uuid4()

    for _ in range(2):
        services.withdraw(
            plan_id=plan.pk, by=superintendent, at=noon, key=key, reason="The board said no."
        )

    letter = Notice.objects.get(kind="plan_withdrawn")
    assert (letter.to, letter.subject) == (
        manager,
        f"{plan.district} withdrew its FY2027 plan",
    )
    assert "The board said no." in letter.body


def test_withdraw_takes_back_the_reminders_that_wait(noon):
    plan = PlanFactory()
    superintendent = person(Role.SUPERINTENDENT, plan.district)
    waiting = NoticeFactory(kind="reminder", about=plan.about, to=superintendent)

    withdraw(plan, superintendent, noon)

    waiting.refresh_from_db()
    assert (waiting.status, waiting.outcome) == (
        Notice.Status.WITHDRAWN,
        f"Withdrawn by {superintendent.name}.",
    )


def reopen(plan, by, at, key=None, reason="The board said yes."):
    return services.reopen(plan_id=plan.pk, by=by, at=at, key=key or uuid4(), reason=reason)


@pytest.mark.parametrize("stage", ["draft", "submitted"])
def test_withdrawn_plan_is_opened_again_as_a_draft_with_a_reason(stage, noon):
    plan = PlanFactory(**{"submitted": True} if stage == "submitted" else {})
    superintendent = person(Role.SUPERINTENDENT, plan.district)
    withdraw(plan, superintendent, noon)

    reopen(plan, superintendent, noon)

    plan.refresh_from_db()
    event = plan.events.order_by("pk").last()
    assert (plan.status, plan.submitted_at, plan.submitted_by) == (Status.DRAFT, None, None)
    assert (event.step, event.source, event.reason, event.taken_by) == (
        Step.REOPEN,
        Status.WITHDRAWN,
        "The board said yes.",
        superintendent,
    )


def test_each_withdrawal_and_each_reopening_has_its_letter_once(manager, noon):
    plan = PlanFactory(submitted=True)
    superintendent = person(Role.SUPERINTENDENT, plan.district)
    for _ in range(2):
        withdraw(plan, superintendent, noon)
        key = uuid4()
        for _ in range(2):
            reopen(plan, superintendent, noon, key=key)

    kinds = Notice.objects.filter(to=manager).order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["plan_withdrawn", "plan_reopened"] * 2


@pytest.mark.parametrize("role", [*DOES_NOT, Role.PLAN_COORDINATOR])
def test_reopen_is_the_superintendents(role, noon):
    plan = PlanFactory()
    withdraw(plan, person(Role.SUPERINTENDENT, plan.district), noon)

    with pytest.raises(PermissionDenied):
        reopen(plan, person(role, plan.district), noon)


@pytest.mark.parametrize("stage", ["under_review", "returned", "recommended", "approved"])
def test_withdraw_is_too_late(stage, noon):
    plan = PlanFactory(**{stage: True})

    with pytest.raises(StepNotAllowed):
        withdraw(plan, person(Role.SUPERINTENDENT, plan.district), noon)


@pytest.mark.parametrize("role", [*DOES_NOT, Role.PLAN_COORDINATOR])
def test_withdraw_is_the_superintendents(plan, role, noon):
    with pytest.raises(PermissionDenied):
        withdraw(plan, person(role, plan.district), noon)


def take(plan, step, by, at, **more):
    return services.take_step(plan_id=plan.pk, step=step, by=by, at=at, key=uuid4(), **more)


def test_the_departments_steps_are_taken_by_its_people_alone(manager, commissioner, noon):
    plan = PlanFactory(submitted=True)

    for outsider in (person(Role.AUDITOR), person(Role.SUPERINTENDENT, plan.district)):
        with pytest.raises(PermissionDenied):
            take(plan, Step.START_REVIEW, outsider, noon)
    take(plan, Step.START_REVIEW, manager, noon)
    for outsider in (manager, person(Role.PROGRAM_REVIEWER)):
        with pytest.raises(PermissionDenied):
            take(plan, Step.APPROVE, outsider, noon)
    take(plan, Step.APPROVE, commissioner, noon)

    plan.refresh_from_db()
    assert plan.status == Status.APPROVED


def test_a_delegation_that_has_run_out_decides_nothing(noon):
    plan = PlanFactory(under_review=True)
    former = person(Role.PROGRAM_REVIEWER)
    DelegationFactory(delegate=former, last_day=noon.date() - timedelta(days=1))

    with pytest.raises(PermissionDenied):
        take(plan, Step.APPROVE, former, noon)


def test_release_goes_back_to_the_status_before(commissioner, noon):
    plan = PlanFactory(recommended=True)
    take(plan, Step.WITHHOLD, commissioner, noon, reason="No report was filed.")

    released = take(plan, Step.RELEASE, commissioner, noon)

    assert released.status == Status.RECOMMENDED


def test_recall_after_a_release_goes_back_to_the_draft(plan, coordinator, commissioner, noon):
    submit(plan, coordinator, noon)
    take(plan, Step.WITHHOLD, commissioner, noon, reason="No report was filed.")
    take(plan, Step.RELEASE, commissioner, noon)

    recalled = recall(plan, coordinator, noon)

    assert recalled.status == Status.DRAFT


def test_a_version_handed_in_is_never_changed(plan, coordinator, noon):
    submit(plan, coordinator, noon)

    with pytest.raises(InternalError, match="Cannot update or delete rows"):
        PlanVersion.objects.update(sha256="0" * 64)


def test_a_page_gone_back_to_after_a_recall_hands_nothing_in_and_says_so(plan, coordinator, noon):
    handing_in, taking_back = uuid4(), uuid4()
    submit(plan, coordinator, noon, handing_in)
    recall(plan, coordinator, noon, taking_back)

    with pytest.raises(StepNotAllowed, match="was used before"):
        submit(plan, coordinator, noon, handing_in)
    submit(plan, coordinator, noon)
    with pytest.raises(StepNotAllowed, match="was used before"):
        recall(plan, coordinator, noon, taking_back)

    plan.refresh_from_db()
    assert plan.status == Status.SUBMITTED
    assert [step for step, *_ in steps_of(plan)] == [Step.SUBMIT, Step.RECALL, Step.SUBMIT]


def test_a_key_used_for_one_step_takes_no_other(plan, coordinator, noon):
    key = uuid4()
    submit(plan, coordinator, noon, key)

    with pytest.raises(StepNotAllowed, match="was used before"):
        recall(plan, coordinator, noon, key)
