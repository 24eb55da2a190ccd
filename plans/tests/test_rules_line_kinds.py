"""R20, R21 and R28: lines of a kind of their own."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.rules import Severity
from plans.tests.documents import (
    FOCUS_AREAS,
    SUPPLIES,
    TEACHERS,
    a_line,
    change,
    check,
    complete_document,
    object_code,
)


def found(document):
    return [
        (each.rule, each.severity, each.sentence, each.place, each.row_id, each.field)
        for each in check(document)
    ]


# R20


def stipend(**fields):
    """The complete plan with its stipend line changed, and its total kept."""
    document = change(complete_document(), "lines", 1, **fields)
    missing = 22_000 - (document.lines[1].amount or 0)
    return change(document, "lines", 0, amount=900_000 + missing)


@pytest.mark.parametrize(
    ("fields", "sentence", "field"),
    [
        (
            {"amount": 21_000},
            "Line 2: 44 beginning teachers × $500 = $22,000, but the line says $21,000."
            " Change the amount, the number of beginning teachers or the stipend.",
            "amount",
        ),
        (
            {"quantity": Decimal(1)},
            "Line 2: 1 beginning teacher × $500 = $500, but the line says $22,000."
            " Change the amount, the number of beginning teachers or the stipend.",
            "amount",
        ),
        (
            {"quantity": None},
            "Line 2 does not say how many beginning teachers its TEAM mentors are assigned."
            " Enter their number as the quantity: one stipend for each.",
            "quantity",
        ),
        (
            {"quantity": Decimal("43.50"), "amount": 21_750},
            "Line 2: 43.5 is not a number of beginning teachers. Enter a whole number above 0.",
            "quantity",
        ),
        (
            {"unit_cost": Decimal("550.00"), "amount": 24_200},
            "Line 2: a TEAM mentor stipend is at most $500 for each beginning teacher, but the"
            " unit cost says $550. Change the unit cost.",
            "unit_cost",
        ),
        (
            {"unit_cost": Decimal(0)},
            "Line 2: a TEAM mentor stipend is at most $500 for each beginning teacher, but the"
            " unit cost says $0. Change the unit cost.",
            "unit_cost",
        ),
        (
            {"unit_cost": None},
            "Line 2 does not say the stipend for each beginning teacher."
            " Enter at most $500 as the unit cost.",
            "unit_cost",
        ),
        (
            {"object_code": SUPPLIES},
            "Line 2 pays TEAM mentor stipends, but 611 Instructional supplies is not a salary"
            " object code. Choose one of the 100s.",
            "object_code",
        ),
        (
            {"focus_area": FOCUS_AREAS[9]},
            "Line 2 pays TEAM mentor stipends, which belong to focus area 4, but the line says 9."
            " Choose focus area 4.",
            "focus_area",
        ),
    ],
)
def test_r20_stops_a_stipend_line_that_is_not_what_the_page_allows(fields, sentence, field):
    assert found(stipend(**fields)) == [("R20", Severity.STOP, sentence, "line", 42, field)]


def test_r20_counts_a_stipend_for_each_beginning_teacher_of_a_mentor():
    """A mentor of three has three stipends: what counts is whom they are assigned."""
    document = stipend(quantity=Decimal(3), amount=1_500, narrative="One mentor of three.")

    assert found(document) == []


def test_r20_warns_of_a_stipend_below_the_minimum_of_the_law():
    document = stipend(unit_cost=Decimal("450.00"), amount=19_800)

    assert found(document) == [
        (
            "R20",
            Severity.WARN,
            "Line 2: $450 for each beginning teacher is $50 below the minimum of $500, $2,200 in"
            " all. Say in the narrative where the rest comes from.",
            "line",
            42,
            "unit_cost",
        )
    ]
    (finding,) = check(document)
    assert (finding.citation, finding.certainty) == ("§ 10-145o(f)", "law")


def test_r20_reads_a_number_of_mentors_that_was_typed_in_words_once():
    document = stipend(quantity=None, as_typed={"quantity": "about forty"})

    assert [sentence for _, _, sentence, *_ in found(document)] == [
        "Line 2: “about forty” is not a number with at most 2 decimals."
        " Write it in digits, such as 46.1."
    ]


@given(
    teachers=st.integers(1, 1_700),
    cents=st.integers(1, 50_000),
    amount=st.integers(1, 900_000),
)
def test_r20_stops_exactly_the_stipends_that_do_not_multiply(teachers, cents, amount):
    unit_cost = Decimal(cents) / 100
    document = stipend(quantity=Decimal(teachers), unit_cost=unit_cost, amount=amount)

    stopped = [each.rule for each in check(document) if each.stops]
    assert stopped == ["R20"] * (amount != teachers * unit_cost)


def test_r20_leaves_ordinary_salary_lines_alone():
    line = a_line(41, 1, amount=1_000_000, object_code=TEACHERS, quantity=Decimal(40))

    assert found(complete_document(lines=(line,))) == []


def test_r20_cites_the_programme_page():
    (finding,) = check(stipend(amount=21_000))

    assert (finding.citation, finding.certainty) == ("Program page; § 10-145o(f)", "page")


# R21


def test_r21_stops_a_head_start_line_outside_its_focus_area():
    document = change(complete_document(), "lines", 2, focus_area=FOCUS_AREAS[7])

    assert found(document) == [
        (
            "R21",
            Severity.STOP,
            "Line 3 pays for Head Start, which belongs to focus area 6, but the line says 7."
            " Choose focus area 6.",
            "line",
            43,
            "focus_area",
        )
    ]


def test_r21_leaves_ordinary_lines_of_other_focus_areas_alone():
    document = change(
        complete_document(), "lines", 2, focus_area=FOCUS_AREAS[7], line_kind="ordinary"
    )

    assert found(document) == []


@pytest.mark.parametrize("name", ["", "  "])
def test_r21_stops_a_head_start_line_that_names_no_program(name):
    document = change(complete_document(), "lines", 2, head_start_program=name)

    assert found(document) == [
        (
            "R21",
            Severity.STOP,
            "Line 3 pays for Head Start and names no existing local program. Enter its name.",
            "line",
            43,
            "head_start_program",
        )
    ]


def test_r21_cites_the_statute():
    (finding,) = check(change(complete_document(), "lines", 2, head_start_program=""))

    assert (finding.citation, finding.certainty) == ("§ 10-262u(d)(6)", "law")


# R28


def magnet(code):
    return change(complete_document(), "lines", 3, line_kind="magnet_tuition", object_code=code)


PERMISSION = (
    "R28",
    Severity.WARN,
    "Line 4 pays magnet school tuition: $18,000 needs the Commissioner’s permission, which is"
    " given or refused with the decision on the plan.",
    "line",
    44,
    "line_kind",
)


def test_r28_says_that_magnet_tuition_needs_permission():
    assert found(magnet(object_code("560", "Tuition"))) == [PERMISSION]
    (finding,) = check(magnet(object_code("560", "Tuition")))
    assert (finding.citation, finding.certainty) == ("§ 10-262u(d)(B)", "law")


def test_r28_warns_of_magnet_tuition_on_another_object_code():
    assert found(magnet(SUPPLIES)) == [
        (
            "R28",
            Severity.WARN,
            "Line 4 pays magnet school tuition, but its object code is 611 Instructional supplies."
            " Choose 560.",
            "line",
            44,
            "object_code",
        ),
        PERMISSION,
    ]
