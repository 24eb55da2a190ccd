"""R06 and R07: objectives and performance targets."""

from datetime import date
from decimal import Decimal

import pytest

from plans.rules import Severity
from plans.sections import SectionKey
from plans.tests.documents import (
    ABSENTEEISM,
    ACHIEVEMENT,
    LOCAL_MEASURE,
    change,
    check,
    complete_document,
)

FIRST_TARGET = ("objectives", 0, "targets", 0)


def found(document):
    return [
        (each.rule, each.severity, each.sentence, each.place, each.row_id, each.field)
        for each in check(document)
    ]


# R06


def test_r06_stops_a_plan_without_objectives():
    document = complete_document(objectives=())

    assert found(document) == [
        (
            "R06",
            Severity.STOP,
            "The plan has no objective. Add one, with a performance target.",
            "",
            None,
            "",
        )
    ]


def test_r06_stops_an_objective_without_targets():
    document = change(complete_document(), "objectives", 1, targets=())

    assert found(document) == [
        (
            "R06",
            Severity.STOP,
            "Objective 2 has no performance target. Add one.",
            "objective",
            12,
            "",
        )
    ]


@pytest.mark.parametrize("statement", ["", "  \n"])
def test_r06_stops_an_objective_that_says_nothing(statement):
    document = change(complete_document(), "objectives", 0, statement=statement)

    assert found(document) == [
        (
            "R06",
            Severity.STOP,
            "Objective 1 says nothing yet. Write what is to be achieved.",
            "objective",
            11,
            "statement",
        )
    ]


def test_r06_cites_the_statute_as_read():
    (finding,) = check(complete_document(objectives=()))

    assert (finding.section, finding.citation, finding.certainty) == (
        SectionKey.OBJECTIVES,
        "§ 10-262u(d)",
        "law",
    )


# R07, what a target has


@pytest.mark.parametrize(
    ("field", "nothing", "sentence"),
    [
        ("indicator", None, "Target 1.1 has no indicator. Choose one."),
        (
            "student_group",
            " ",
            "Target 1.1 names no student group. Name one, such as all students.",
        ),
        ("baseline", None, "Target 1.1 has no baseline. Enter the figure it starts from."),
        (
            "baseline_year",
            "",
            "Target 1.1 does not say which school year its baseline is from. Enter the year.",
        ),
        ("target_value", None, "Target 1.1 has no target value. Enter the figure to reach."),
        ("due_on", None, "Target 1.1 has no due date. Enter one."),
        ("data_source", "", "Target 1.1 names no data source. Say where the figure is read."),
    ],
)
def test_r07_stops_a_target_that_lacks_a_field(field, nothing, sentence):
    document = change(complete_document(), *FIRST_TARGET, **{field: nothing})

    assert found(document) == [("R07", Severity.STOP, sentence, "target", 21, field)]


def test_r07_takes_a_baseline_of_zero():
    document = change(complete_document(), *FIRST_TARGET, baseline=Decimal(0))

    assert found(document) == []


@pytest.mark.parametrize("due_on", [date(2026, 7, 1), date(2027, 6, 30)])
def test_r07_takes_the_first_and_the_last_day_of_the_fiscal_year(due_on):
    assert found(change(complete_document(), *FIRST_TARGET, due_on=due_on)) == []


@pytest.mark.parametrize(
    ("due_on", "said"), [(date(2026, 6, 30), "June 30, 2026"), (date(2027, 7, 1), "July 1, 2027")]
)
def test_r07_stops_a_target_due_outside_the_fiscal_year(due_on, said):
    document = change(complete_document(), *FIRST_TARGET, due_on=due_on)

    assert found(document) == [
        (
            "R07",
            Severity.STOP,
            f"Target 1.1 is due {said}, outside FY2027."
            " Choose a date from July 1, 2026 to June 30, 2027.",
            "target",
            21,
            "due_on",
        )
    ]


# R07, which way a target moves


@pytest.mark.parametrize(
    ("indicator", "baseline", "target_value", "sentence"),
    [
        (ACHIEVEMENT, "46.10", "46.11", None),
        (
            ACHIEVEMENT,
            "46.10",
            "46.10",
            "Target 1.1: the target value 46.1 is not above the baseline 46.1."
            " Higher is better for academic achievement: check both figures.",
        ),
        (
            ACHIEVEMENT,
            "46.10",
            "40.00",
            "Target 1.1: the target value 40 is not above the baseline 46.1."
            " Higher is better for academic achievement: check both figures.",
        ),
        (ABSENTEEISM, "19.40", "19.39", None),
        (
            ABSENTEEISM,
            "19.40",
            "19.40",
            "Target 1.1: the target value 19.4 is not below the baseline 19.4."
            " Lower is better for chronic absenteeism: check both figures.",
        ),
        (
            ABSENTEEISM,
            "19.40",
            "21.00",
            "Target 1.1: the target value 21 is not below the baseline 19.4."
            " Lower is better for chronic absenteeism: check both figures.",
        ),
        (LOCAL_MEASURE, "19.40", "12.00", None),
        (LOCAL_MEASURE, "19.40", "25.00", None),
    ],
)
def test_r07_warns_of_a_target_that_moves_the_wrong_way(
    indicator, baseline, target_value, sentence
):
    document = change(
        complete_document(),
        *FIRST_TARGET,
        indicator=indicator,
        baseline=Decimal(baseline),
        target_value=Decimal(target_value),
    )

    assert found(document) == (
        [("R07", Severity.WARN, sentence, "target", 21, "target_value")] if sentence else []
    )


def test_r07_says_that_the_direction_is_our_default():
    (finding,) = check(change(complete_document(), *FIRST_TARGET, target_value=Decimal(1)))

    assert (finding.citation, finding.certainty) == ("Our default", "default")
