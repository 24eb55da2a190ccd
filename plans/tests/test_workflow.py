"""The transition table, cell by cell: what is not listed here is refused."""

import ast
import itertools

import pytest
from django.conf import settings

from plans import workflow
from plans.workflow import (
    DEPARTMENT_LABELS,
    DISTRICT_LABELS,
    DISTRICT_PARTS,
    TRANSITIONS,
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
    (Status.RETURNED, Step.UNDO_RETURN): BEFORE,
    (Status.RETURNED, Step.WITHHOLD): Status.WITHHELD,
    (Status.RECOMMENDED, Step.RETURN): Status.RETURNED,
    (Status.RECOMMENDED, Step.APPROVE): Status.APPROVED,
    (Status.RECOMMENDED, Step.WITHHOLD): Status.WITHHELD,
    (Status.APPROVED, Step.CALL_BACK): BEFORE,
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
    Step.UNDO_RETURN: {Part.ASSIGNED_REVIEWER, Part.PROGRAM_MANAGER, Part.DECIDER},
    Step.RECOMMEND: {Part.ASSIGNED_REVIEWER, Part.PROGRAM_MANAGER},
    Step.APPROVE: DECIDES,
    Step.CALL_BACK: DECIDES,
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
    for step in (Step.RECALL, Step.UNDO_RETURN, Step.CALL_BACK, Step.RELEASE):
        (source,) = TRANSITIONS[step].sources

        with pytest.raises(StepNotAllowed, match="would go back to"):
            target_of(step, source=source)


@pytest.mark.parametrize("step", Step)
def test_whose_step_it_is(step):
    assert TRANSITIONS[step].by == WHOSE[step]


def test_what_sends_back_takes_back_or_withholds_carries_reasons():
    assert {step for step in Step if TRANSITIONS[step].needs_reason} == {
        Step.REOPEN,
        Step.RETURN,
        Step.UNDO_RETURN,
        Step.CALL_BACK,
        Step.WITHHOLD,
    }


@pytest.mark.parametrize("source", Status)
def test_steps_from_a_status_are_those_of_the_table(source):
    assert steps_from(source) == [step for step in Step if (source, step) in ALLOWED]


# Each set of statuses, a letter for each status in the order of Status: x is in it, - is not.
SETS = {  # draft, submitted, under review, returned, recommended, approved, withheld, withdrawn
    "EDITABLE": "x--x----",
    "WITH_DEPARTMENT": "-xx-x---",
    "IN_REVIEW": "--x-x---",
    "DECIDED": "-----xxx",
    "WAITS_FOR_DISTRICT": "x--x--x-",
    "NEED_NOT_BE_SUBMITTED": "x-----xx",
    "FILED": "-xxxxx--",
    "FILED_OR_DECIDED": "-xxxxxx-",
    "IN_QUEUE_FOR_GOOD": "-xxxxxxx",
    "MAY_BE_EXTENDED": "x-------",
    "VOTE_IS_OPEN": "xxxxx-x-",
    "HELD_TO": "-----xx-",
    "IN_HAND": "-xxxx---",
    "OPEN_TO_COMMENTS": "-xxxx---",
    "ASKED_ABOUT": "-xx-x---",
    "QUESTIONS_STAND": "xxxxx-x-",
    "WAIVED_FOR_FUNDS": "---x-xx-",
    "EVERY_STATUS": "xxxxxxxx",
    "ENDS_REMINDERS": "-xxxxxxx",
    "REMINDED": "x--x----",
    "RETURN_STANDS": "---x--x-",
    "FUNDS_ARE_FREE": "xxxxxx-x",
}


def test_every_status_is_in_or_out_of_each_set_by_name():
    sets = {
        name: "".join("x" if status in value else "-" for status in Status)
        for name, value in vars(workflow).items()
        if isinstance(value, frozenset) and value <= set(Status)
    }

    assert sets == SETS


def sets_of_statuses(source):
    """Where code makes a set of statuses: of several, of all, or out of those of the workflow."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.BinOp):
            makes_one = any(_is_a_set(part) for part in (node.left, node.right))
        elif isinstance(node, ast.Set | ast.List | ast.Tuple):
            of_statuses = [each for each in node.elts if _is_of_statuses(each)]
            is_a_key = isinstance(node, ast.Tuple) and len(of_statuses) == 1
            makes_one = len(node.elts) > 1 and of_statuses and not is_a_key
        else:
            makes_one = ast.unparse(node) in {"frozenset(Status)", "set(Status)"}
        if makes_one:
            yield ast.unparse(node)


def _is_a_set(node):
    """Of statuses: by its name, or written out."""
    written = ast.unparse(node).removeprefix("workflow.")
    elements = getattr(node, "elts", [])
    return written in SETS or any(_is_of_statuses(each) for each in elements)


def _is_of_statuses(node):
    return ast.unparse(node).startswith("Status.") or (
        isinstance(node, ast.Starred) and _is_a_set(node.value)
    )


@pytest.mark.parametrize(
    "source",
    [
        "{Status.DRAFT, Status.RETURNED}",
        "[Status.DRAFT, Status.RETURNED]",
        "{None, Status.DRAFT}",
        "{None, *EDITABLE}",
        "EDITABLE | {Status.WITHHELD}",
        "frozenset({Status.WITHHELD}) | FILED",
        "EVERY_STATUS - RETURN_STANDS",
        "frozenset(Status)",
        "workflow.FILED - other",
    ],
)
def test_a_set_of_statuses_is_found_however_it_is_written(source):
    assert [*sets_of_statuses(f"found = {source}")]


def test_sets_of_statuses_stand_nowhere_else():
    code = [
        path
        for top in ("alliance", "plans", "reviews")
        for path in (settings.BASE_DIR / top).rglob("*.py")
        if not {"tests", "migrations"} & set(path.parts) and not path.name.endswith("workflow.py")
    ]
    assert len(code) > 100

    found = [
        f"{path.relative_to(settings.BASE_DIR)}: {each}"
        for path in code
        for each in sets_of_statuses(path.read_text())
    ]

    assert found == []


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
