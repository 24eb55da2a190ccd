"""R05, R17, R19, R20 and R21: the budget."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.documents.shape import Money
from plans.rules import Severity, check
from plans.tests.documents import (
    FOCUS_AREAS,
    SUPPLIES,
    TEACHERS,
    a_line,
    change,
    complete_document,
    object_code,
)

ALLOCATION = 14_024_284  # US dollars
FINAL = Money(amount=ALLOCATION, stage="final")
PRELIMINARY = Money(amount=ALLOCATION, stage="preliminary")


def found(document):
    return [
        (each.rule, each.severity, each.sentence, each.place, each.row_id, each.field)
        for each in check(document)
    ]


def budget(money, *amounts, **line):
    """A plan whose lines of the current allocation have these amounts."""
    lines = tuple(a_line(40 + n, n, amount=amount, **line) for n, amount in enumerate(amounts, 1))
    return complete_document(money=money, lines=lines)


def dollars(amount):
    return f"${amount:,}"


# R17, final


def test_r17_says_how_much_is_left_to_budget():
    assert found(budget(FINAL, 12_000_000, 820_284)) == [
        (
            "R17",
            Severity.STOP,
            "Current-year lines total $12,820,284; the final allocation is $14,024,284."
            " Budget $1,204,000 more.",
            "",
            None,
            "",
        )
    ]


def test_r17_says_how_much_is_over():
    assert found(budget(FINAL, ALLOCATION, 1)) == [
        (
            "R17",
            Severity.STOP,
            "Current-year lines total $14,024,285; the final allocation is $14,024,284."
            " Budget $1 less.",
            "",
            None,
            "",
        )
    ]


@given(
    amounts=st.lists(st.integers(1, 2_000_000), min_size=1, max_size=8),
    difference=st.integers(-5_000_000, 5_000_000),
)
def test_r17_stops_exactly_the_totals_that_are_not_the_final_allocation(amounts, difference):
    allocation = sum(amounts) + difference
    if allocation < 0:
        allocation, difference = 0, -sum(amounts)

    sentences = [
        each.sentence
        for each in check(budget(FINAL.model_copy(update={"amount": allocation}), *amounts))
    ]

    more = "more" if difference > 0 else "less"
    assert sentences == (
        [
            f"Current-year lines total {dollars(sum(amounts))}; the final allocation is"
            f" {dollars(allocation)}. Budget {dollars(abs(difference))} {more}."
        ]
        if difference
        else []
    )


@pytest.mark.parametrize("funding_source", ["carry_forward", "other"])
def test_r17_counts_the_current_allocation_only(funding_source):
    line = a_line(99, 9, amount=5_000, funding_source=funding_source)
    document = budget(FINAL, ALLOCATION)

    assert found(document.model_copy(update={"lines": (*document.lines, line)})) == []


# R17, preliminary


@pytest.mark.parametrize("amount", [1, ALLOCATION - 1, ALLOCATION])
def test_r17_lets_lines_stay_below_a_preliminary_allocation(amount):
    assert found(budget(PRELIMINARY, amount)) == []


def test_r17_warns_of_lines_above_a_preliminary_allocation():
    (finding,) = check(budget(PRELIMINARY, ALLOCATION, 716))

    assert (finding.severity, finding.sentence) == (
        Severity.WARN,
        "Current-year lines total $14,025,000; the preliminary allocation is $14,024,284."
        " Budget $716 less.",
    )
    assert (finding.citation, finding.certainty) == ("Our default", "default")


# R17, none loaded


def test_r17_stops_a_plan_whose_allocation_is_not_loaded():
    assert found(budget(Money(amount=None, stage=None), 900)) == [
        (
            "R17",
            Severity.STOP,
            "The Department has not loaded the district's allocation for FY2027 yet."
            " Write the lines now; the total is checked once it has.",
            "",
            None,
            "",
        )
    ]


# R05


def test_r05_takes_an_allocation_of_zero_without_lines():
    assert found(budget(Money(amount=0, stage="final"))) == []


def test_r05_stops_a_line_of_an_allocation_of_zero():
    assert [
        sentence for _, _, sentence, *_ in found(budget(Money(amount=0, stage="final"), 500))
    ] == ["Current-year lines total $500; the final allocation is $0. Budget $500 less."]


def test_r05_still_asks_for_objectives_and_strategies():
    document = budget(Money(amount=0, stage="final")).model_copy(
        update={"objectives": (), "strategies": ()}
    )

    assert [rule for rule, *_ in found(document)] == ["R06", "R08"]


# R19


@pytest.mark.parametrize(
    ("fields", "sentence", "field"),
    [
        ({"object_code": None}, "Line 4 has no object code. Choose one.", "object_code"),
        (
            {"object_code": object_code("650", "Technology supplies", is_active=False)},
            "Line 4: object code 650 is not in use in FY2027. Choose another.",
            "object_code",
        ),
        ({"strategy": None}, "Line 4 belongs to no strategy. Choose one.", "strategy"),
        ({"strategy": "strategy-gone"}, "Line 4 belongs to no strategy. Choose one.", "strategy"),
        ({"focus_area": None}, "Line 4 has no focus area. Choose one.", "focus_area"),
        (
            {"focus_area": FOCUS_AREAS[7]},
            "Line 4: focus area 7 is not one of strategy 1."
            " Choose 1, 2, 3, 5 or 8, or add 7 to the strategy.",
            "focus_area",
        ),
        ({"narrative": " "}, "Line 4 has no narrative. Say what it pays for and why.", "narrative"),
    ],
)
def test_r19_stops_a_line_that_is_not_whole(fields, sentence, field):
    document = change(complete_document(), "lines", 3, **fields)

    assert found(document) == [("R19", Severity.STOP, sentence, "line", 44, field)]


@pytest.mark.parametrize(
    ("amount", "sentence"),
    [
        (None, "Line 5 has no amount. Enter whole dollars above $0."),
        (0, "Line 5 has an amount of $0. Enter whole dollars above $0."),
        (-250, "Line 5 has an amount of −$250. Enter whole dollars above $0."),
    ],
)
def test_r19_stops_a_line_without_money(amount, sentence):
    document = change(complete_document(), "lines", 4, amount=amount)

    assert found(document) == [("R19", Severity.STOP, sentence, "line", 45, "amount")]


def test_r19_names_the_way_out_where_the_strategy_has_no_focus_area():
    document = change(complete_document(), "strategies", 0, focus_areas=())

    assert next(each.sentence for each in check(document) if each.rule == "R19") == (
        "Line 1: focus area 2 is not one of strategy 1. Add 2 to the strategy."
    )


@pytest.mark.parametrize(
    ("quantity", "unit_cost", "amount", "said"),
    [
        ("12.00", "1500.00", 18_000, None),
        ("0.50", "36000.00", 18_000, None),
        ("3.00", "6000.50", 18_000, "3 × $6,000.50 = $18,001.50"),
        ("12.50", "1500.00", 18_000, "12.5 × $1,500 = $18,750"),
        ("7.25", "2482.77", 18_000, "7.25 × $2,482.77 = $18,000.0825"),
        (None, "1500.00", 18_000, None),
        ("12.00", None, 18_000, None),
    ],
)
def test_r19_multiplies_where_quantity_and_unit_cost_are_given(quantity, unit_cost, amount, said):
    document = change(
        complete_document(),
        *("lines", 3),
        quantity=quantity and Decimal(quantity),
        unit_cost=unit_cost and Decimal(unit_cost),
        amount=amount,
    )

    assert found(document) == (
        [
            (
                "R19",
                Severity.STOP,
                f"Line 4: {said}, but the line says $18,000."
                " Change the amount, the quantity or the unit cost.",
                "line",
                44,
                "amount",
            )
        ]
        if said
        else []
    )


@given(
    quantity=st.decimals(min_value=0, max_value=9_999, places=2),
    unit_cost=st.decimals(min_value=0, max_value=99_999, places=2),
    off=st.integers(-3, 3),
)
def test_r19_stops_exactly_the_lines_that_do_not_multiply(quantity, unit_cost, off):
    amount = max(1, int(quantity * unit_cost) + off)
    document = change(
        budget(Money(amount=amount, stage="final"), amount),
        *("lines", 0),
        quantity=quantity,
        unit_cost=unit_cost,
    )

    assert bool(check(document)) == (quantity * unit_cost != amount)


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
            "Line 2: 44 mentors × $500 = $22,000, but the line says $21,000."
            " Change the amount or the number of mentors.",
            "amount",
        ),
        (
            {"quantity": Decimal(1)},
            "Line 2: 1 mentor × $500 = $500, but the line says $22,000."
            " Change the amount or the number of mentors.",
            "amount",
        ),
        (
            {"quantity": None},
            "Line 2 does not say how many TEAM mentors it pays."
            " Enter their number as the quantity.",
            "quantity",
        ),
        (
            {"quantity": Decimal("43.50"), "amount": 21_750},
            "Line 2: 43.5 is not a number of mentors. Enter a whole number above 0.",
            "quantity",
        ),
        (
            {"unit_cost": Decimal("450.00")},
            "Line 2: a TEAM mentor stipend is $500, but the unit cost says $450."
            " Change the unit cost.",
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
def test_r20_stops_a_stipend_line_that_is_not_500_dollars_a_mentor(fields, sentence, field):
    assert found(stipend(**fields)) == [("R20", Severity.STOP, sentence, "line", 42, field)]


def test_r20_needs_no_unit_cost():
    assert found(stipend(unit_cost=None)) == []


def test_r20_reads_a_number_of_mentors_that_was_typed_in_words_once():
    document = stipend(quantity=None, as_typed={"quantity": "about forty"})

    assert [sentence for _, _, sentence, *_ in found(document)] == [
        "Line 2: “about forty” is not a number with at most 2 decimals."
        " Write it in digits, such as 46.1."
    ]


@given(mentors=st.integers(1, 2_000), amount=st.integers(1, 900_000))
def test_r20_takes_500_dollars_a_mentor_and_nothing_else(mentors, amount):
    broken = check(stipend(quantity=Decimal(mentors), amount=amount))
    whole = (
        check(stipend(quantity=Decimal(mentors), amount=mentors * 500)) if mentors < 1_800 else []
    )

    assert [each.rule for each in broken] == ["R20"] * (amount != mentors * 500)
    assert whole == []


def test_r20_leaves_ordinary_salary_lines_alone():
    line = a_line(41, 1, amount=1_000_000, object_code=TEACHERS, quantity=Decimal(40))

    assert found(complete_document(lines=(line,))) == []


def test_r20_cites_the_programme_page():
    (finding,) = check(stipend(amount=21_000))

    assert (finding.citation, finding.certainty) == ("§ 10-262u(d)", "page")


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
