"""The transition table, cell by cell: what is not listed here is refused."""

import itertools

import pytest

from plans.workflow import (
    DEPARTMENT_LABELS,
    DISTRICT_LABELS,
    DISTRICT_PARTS,
    EDITABLE,
    FILED,
    TRANSITIONS,
    WITH_DEPARTMENT,
    Part,
    Status,
    Step,
    StepNotAllowed,
    label_for,
    steps_from,
    target_of,
)

BEFORE = "the status before"
ALLOWED = {
    (Status.DRAFT, Step.SUBMIT): Status.SUBMITTED,
    (Status.DRAFT, Step.WITHDRAW): Status.WITHDRAWN,
    (Status.DRAFT, Step.WITHHOLD): Status.WITHHELD,
    (Status.SUBMITTED, Step.RECALL): BEFORE,
    (Status.SUBMITTED, Step.WITHDRAW): Status.WITHDRAWN,
    (Status.SUBMITTED, Step.START_REVIEW): Status.UNDER_REVIEW,
    (Status.SUBMITTED, Step.WITHHOLD): Status.WITHHELD,
    (Status.UNDER_REVIEW, Step.RETURN): Status.RETURNED,
    (Status.UNDER_REVIEW, Step.RECOMMEND): Status.RECOMMENDED,
    (Status.UNDER_REVIEW, Step.APPROVE): Status.APPROVED,
    (Status.UNDER_REVIEW, Step.WITHHOLD): Status.WITHHELD,
    (Status.RETURNED, Step.SUBMIT): Status.SUBMITTED,
    (Status.RETURNED, Step.WITHHOLD): Status.WITHHELD,
    (Status.RECOMMENDED, Step.RETURN): Status.RETURNED,
    (Status.RECOMMENDED, Step.APPROVE): Status.APPROVED,
    (Status.RECOMMENDED, Step.WITHHOLD): Status.WITHHELD,
    (Status.APPROVED, Step.WITHHOLD): Status.WITHHELD,
    (Status.WITHHELD, Step.RELEASE): BEFORE,
    (Status.WITHDRAWN, Step.REOPEN): Status.DRAFT,
}
DECIDES = {Part.DECIDER}
WHOSE = {
    Step.SUBMIT: {Part.SUPERINTENDENT, Part.PLAN_COORDINATOR},
    Step.RECALL: {Part.SUPERINTENDENT, Part.PLAN_COORDINATOR},
    Step.WITHDRAW: {Part.SUPERINTENDENT},
    Step.REOPEN: {Part.SUPERINTENDENT},
    Step.START_REVIEW: {Part.PROGRAM_MANAGER},
    Step.RETURN: {Part.ASSIGNED_REVIEWER, Part.PROGRAM_MANAGER, Part.DECIDER},
    Step.RECOMMEND: {Part.ASSIGNED_REVIEWER, Part.PROGRAM_MANAGER},
    Step.APPROVE: DECIDES,
    Step.WITHHOLD: DECIDES,
    Step.RELEASE: DECIDES,
}


@pytest.mark.parametrize(("source", "step"), list(itertools.product(Status, Step)))
def test_target_of_every_cell(source, step):
    target = ALLOWED.get((source, step))

    if target is None:
        is_hidden = source == Status.RECOMMENDED and WHOSE[step] <= DISTRICT_PARTS
        status = (Status.UNDER_REVIEW if is_hidden else source).label.lower()
        with pytest.raises(StepNotAllowed, match=f"This plan is {status} now"):
            target_of(step, source=source, before=Status.DRAFT)
    elif target == BEFORE:
        for before in Status:
            assert target_of(step, source=source, before=before) == before
    else:
        assert target_of(step, source=source) == target


def test_steps_that_go_back_need_to_know_where():
    for step in (Step.RECALL, Step.RELEASE):
        (source,) = TRANSITIONS[step].sources

        with pytest.raises(StepNotAllowed, match="would go back to"):
            target_of(step, source=source)


@pytest.mark.parametrize("step", Step)
def test_whose_step_it_is(step):
    assert TRANSITIONS[step].by == WHOSE[step]


def test_a_return_a_withholding_and_a_reopening_carry_reasons():
    assert {step for step in Step if TRANSITIONS[step].needs_reason} == {
        Step.REOPEN,
        Step.RETURN,
        Step.WITHHOLD,
    }


@pytest.mark.parametrize("source", Status)
def test_steps_from_a_status_are_those_of_the_table(source):
    assert steps_from(source) == [step for step in Step if (source, step) in ALLOWED]


def test_every_status_is_in_the_right_group():
    assert {Status.DRAFT, Status.RETURNED} == EDITABLE
    assert {Status.SUBMITTED, Status.UNDER_REVIEW, Status.RECOMMENDED} == WITH_DEPARTMENT
    assert WITH_DEPARTMENT | {Status.RETURNED, Status.APPROVED} == FILED


def test_every_status_has_words_for_both_readers():
    assert set(DISTRICT_LABELS) == set(DEPARTMENT_LABELS) == set(Status)


def test_a_recommendation_never_shows_to_a_district():
    district = label_for(Status.RECOMMENDED, is_department=False)

    assert district == label_for(Status.UNDER_REVIEW, is_department=False)
    assert label_for(Status.RECOMMENDED, is_department=True).words == "Recommended"


def test_a_refusal_of_the_districts_steps_never_tells_of_a_recommendation():
    for step in (Step.SUBMIT, Step.RECALL, Step.WITHDRAW):
        with pytest.raises(StepNotAllowed, match="plan is under review now"):
            target_of(step, source=Status.RECOMMENDED)
    with pytest.raises(StepNotAllowed, match="plan is recommended now"):
        target_of(Step.RECOMMEND, source=Status.RECOMMENDED)
