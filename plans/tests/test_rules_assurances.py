"""R12, R13 and R14: the assurances, and the local board's approval."""

from datetime import date

import pytest

from plans.rules import Severity, board_approval_findings
from plans.tests.documents import change, check, complete_document


def found(document):
    return [
        (each.rule, each.severity, each.sentence, each.place, each.row_id, each.field)
        for each in check(document)
    ]


# R12


@pytest.mark.parametrize(
    ("answer", "sentence", "field"),
    [
        (
            {"evaluation_plan_approved": None},
            "It is not said whether the Department has approved the educator evaluation plan."
            " Choose yes or no.",
            "evaluation_plan_approved",
        ),
        (
            {"evaluation_plan_approved": False},
            "The educator evaluation plan is not approved by the Department."
            " Have it approved, then choose yes and enter the date.",
            "evaluation_plan_approved",
        ),
        (
            {"evaluation_plan_approved_on": None},
            "The approval of the educator evaluation plan has no date."
            " Enter the day on which the Department approved it.",
            "evaluation_plan_approved_on",
        ),
    ],
)
def test_r12_stops_a_plan_without_an_approved_evaluation_plan(answer, sentence, field):
    document = change(complete_document(), "assurances", **answer)

    assert found(document) == [("R12", Severity.STOP, sentence, "", None, field)]


# R13


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [
        ({3}, "8 of 9 assurances are accepted. Accept 3."),
        ({3, 8, 9}, "6 of 9 assurances are accepted. Accept 3, 8 and 9."),
        (set(range(1, 10)), "0 of 9 assurances are accepted. Accept each of them."),
    ],
)
def test_r13_stops_a_plan_until_all_assurances_are_accepted(missing, sentence):
    document = complete_document()
    assurances = tuple(
        each.model_copy(update={"accepted": each.number not in missing})
        for each in document.assurances.assurances
    )

    assert found(change(document, "assurances", assurances=assurances)) == [
        ("R13", Severity.STOP, sentence, "", None, "accepted_numbers")
    ]


# R14

JUNE_23 = date(2026, 6, 23)


@pytest.mark.parametrize(
    ("approved_on", "planned_on", "today", "expected"),
    [
        (JUNE_23, None, JUNE_23, []),
        (None, JUNE_23, JUNE_23, []),
        (JUNE_23, date(2026, 6, 16), date(2026, 7, 1), []),
        (
            None,
            None,
            JUNE_23,
            [
                (
                    "Neither the board's approval nor a planned vote has a date."
                    " Enter one of the two.",
                    "planned_on",
                )
            ],
        ),
        (
            None,
            JUNE_23,
            date(2026, 6, 24),
            [
                (
                    "The board's vote was planned for June 23, 2026."
                    " Enter the date of the approval, or a new planned date.",
                    "approved_on",
                )
            ],
        ),
        (
            JUNE_23,
            None,
            date(2026, 6, 22),
            [
                (
                    "The board's approval is dated June 23, 2026, which is still to come."
                    " Enter it as the planned date.",
                    "approved_on",
                )
            ],
        ),
    ],
)
def test_r14_warns_of_a_board_approval_without_a_date(approved_on, planned_on, today, expected):
    findings = board_approval_findings(approved_on, planned_on, today)

    assert [(each.sentence, each.field) for each in findings] == expected
    assert {(each.rule, each.severity, each.section) for each in findings} <= {
        ("R14", Severity.WARN, "board-approval")
    }


def test_r14_quotes_a_date_that_could_not_be_read():
    (finding,) = board_approval_findings(None, None, JUNE_23, as_typed={"planned_on": "next month"})

    assert (finding.rule, finding.severity, finding.field, finding.sentence) == (
        "R14",
        Severity.WARN,
        "planned_on",
        "“next month” is not a date in 1950 to 2099. Write month, day, year.",
    )
