"""Answering required changes: by those who write, while the plan is returned, losing no text."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied

from districts.roles import Role
from districts.tests.factories import person
from plans import services
from plans.models import RequiredChange
from plans.tests.factories import PlanFactory, RequiredChangeFactory, resubmit
from plans.workflow import Step, StepNotAllowed

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan():
    return PlanFactory(returned=True)


@pytest.fixture
def coordinator(plan):
    return person(Role.PLAN_COORDINATOR, plan.district)


def answer(plan, by, at, text="Grades K–3.", version=1):
    return services.answer_change(
        plan_id=plan.pk, number=1, version=version, answer=text, by=by, at=at
    )


def return_for_changes_once_more(plan, *, by, at):
    services.take_step(
        plan_id=plan.pk, step=Step.RETURN, by=by, at=at, key=uuid4(), reason="2. Budget: Again."
    )
    RequiredChangeFactory(plan=plan, version=plan.versions.last(), number=2, asked_at=at)


@pytest.mark.parametrize("role", [Role.PLAN_COORDINATOR, Role.FISCAL_OFFICER])
def test_an_answer_is_kept_with_who_and_when(plan, role, noon):
    by = person(role, plan.district)

    answer(plan, by, noon, "  Grades K–3.\n")

    change = plan.required_changes.get()
    assert (change.answer, change.answered_by, change.answered_at, change.answer_version) == (
        "Grades K–3.",
        by,
        noon,
        2,
    )
    assert change.is_answered


def test_an_answer_is_no_edit_of_the_text(plan, coordinator, noon):
    version = services.current_version(plan)

    answer(plan, coordinator, noon)

    plan.refresh_from_db()
    assert services.current_version(plan) == version


def test_the_same_answer_twice_is_one_act(plan, coordinator, noon):
    answer(plan, coordinator, noon)

    again = answer(plan, coordinator, noon)

    assert again.answer_version == 2


def test_an_empty_answer_opens_the_change_again(plan, coordinator, noon):
    answer(plan, coordinator, noon)

    change = answer(plan, coordinator, noon, "  ", version=2)

    assert (change.answer, change.answered_at, change.answered_by) == ("", None, None)


def test_an_answer_over_anothers_is_refused_and_names_theirs(plan, coordinator, noon):
    answer(plan, person(Role.FISCAL_OFFICER, plan.district), noon, "Theirs.")

    with pytest.raises(services.StaleRow) as stale:
        answer(plan, coordinator, noon, "Mine.")

    assert stale.value.row.answer == "Theirs."
    assert plan.required_changes.get().answer == "Theirs."


@pytest.mark.parametrize("role", [Role.SUPERINTENDENT, Role.BOARD_CHAIR, Role.DISTRICT_VIEWER])
def test_answers_are_for_those_who_write(plan, role, noon):
    with pytest.raises(PermissionDenied):
        answer(plan, person(role, plan.district), noon)


def test_answers_are_not_for_other_districts_nor_the_department(plan, reviewer, noon):
    for outsider in (person(Role.PLAN_COORDINATOR), reviewer):
        with pytest.raises(PermissionDenied):
            answer(plan, outsider, noon)

    assert not plan.required_changes.get().is_answered


def test_answers_stand_once_the_plan_is_handed_in_again(plan, coordinator, noon):
    answer(plan, coordinator, noon)
    services.submit(plan_id=plan.pk, by=coordinator, at=noon, key=uuid4())

    with pytest.raises(StepNotAllowed, match="only while the plan is with you"):
        answer(plan, coordinator, noon, "Another.", version=2)

    assert plan.required_changes.get().answer == "Grades K–3."


def test_a_change_that_was_never_asked(plan, coordinator, noon):
    with pytest.raises(RequiredChange.DoesNotExist):
        services.answer_change(
            plan_id=plan.pk, number=7, version=1, answer="So.", by=coordinator, at=noon
        )


def test_an_answer_that_was_handed_in_stands(plan, coordinator, manager, noon):
    """The Department reads it on the change itself: a new text there would be a draft's (R59)."""
    answer(plan, coordinator, noon, "Handed in.")
    plan.refresh_from_db()
    resubmit(plan, at=noon)
    return_for_changes_once_more(plan, by=manager, at=noon + timedelta(days=1))

    for text in ("Something else.", ""):
        with pytest.raises(StepNotAllowed, match="was handed in, so it stands"):
            answer(plan, coordinator, noon + timedelta(days=2), text, version=2)

    assert plan.required_changes.get(number=1).answer == "Handed in."
    services.answer_change(
        plan_id=plan.pk, number=2, version=1, answer="New.", by=coordinator, at=noon
    )
    assert plan.required_changes.get(number=2).answer == "New."


def test_an_answer_taken_back_with_its_submission_can_be_changed(plan, coordinator, noon):
    answer(plan, coordinator, noon, "Too soon.")
    plan.assignments.update(ended_at=noon, ended_by=plan.started_by)
    for act in (services.submit, services.recall):
        act(plan_id=plan.pk, by=coordinator, at=noon, key=uuid4())

    assert answer(plan, coordinator, noon, "Better.", version=2).answer == "Better."
