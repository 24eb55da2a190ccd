"""R19, and R25 to R27: what each budget line says."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.documents.terms import Money
from plans.rules import Severity
from plans.tests.documents import (
    FOCUS_AREAS,
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
        complete_document(
            money=Money(amount=amount, stage="final"), lines=(a_line(41, 1, amount=amount),)
        ),
        *("lines", 0),
        quantity=quantity,
        unit_cost=unit_cost,
    )

    assert bool(check(document)) == (quantity * unit_cost != amount)


# R25

INDIRECT = object_code("940", "Indirect costs")


def test_r25_stops_indirect_costs_that_the_cycle_does_not_allow():
    document = change(complete_document(), "lines", 3, object_code=INDIRECT)

    assert found(document) == [
        (
            "R25",
            Severity.STOP,
            "Line 4: 940 Indirect costs is not allowed in FY2027. Choose another object code, or"
            " pay its $18,000 from other funds.",
            "line",
            44,
            "object_code",
        )
    ]
    assert found(document.model_copy(update={"allows_indirect_costs": True})) == []


def test_r25_leaves_other_funds_alone():
    line = a_line(49, 6, object_code=INDIRECT, funding_source="other")
    document = complete_document()

    assert found(document.model_copy(update={"lines": (*document.lines, line)})) == []


# R26


def equipment(**fields):
    return change(
        complete_document(), "lines", 3, object_code=object_code("730", "Equipment"), **fields
    )


@pytest.mark.parametrize(
    ("quantity", "unit_cost", "says"),
    [
        ("3.60", "5000.00", "buys equipment at $5,000 a unit. Say why"),
        ("3.00", "6000.00", "buys equipment at $6,000 a unit. Say why"),
        (None, None, "buys equipment for $18,000 and gives no unit cost. Enter it, or say why"),
    ],
)
def test_r26_warns_of_a_costly_unit_of_equipment_without_a_reason(quantity, unit_cost, says):
    numbers = {
        "quantity": quantity and Decimal(quantity),
        "unit_cost": unit_cost and Decimal(unit_cost),
    }
    document = equipment(**numbers)

    assert found(document) == [
        (
            "R26",
            Severity.WARN,
            f"Line 4 {says} a unit of $5,000 or more is needed.",
            "line",
            44,
            "equipment_reason",
        )
    ]
    assert found(equipment(**numbers, equipment_reason="A lift for the only ramp.")) == []


@pytest.mark.parametrize(
    ("code", "name", "is_found"),
    [
        ("730", "Equipment", True),
        ("734", "Technology hardware", True),
        ("735", "Technology software", False),
        ("700", "Property", False),
        ("611", "Instructional supplies", False),
        ("111B", "Teachers", False),
    ],
)
def test_r26_asks_of_equipment_alone(code, name, is_found):
    document = change(
        complete_document(),
        "lines",
        3,
        object_code=object_code(code, name),
        quantity=Decimal(3),
        unit_cost=Decimal(6_000),
    )

    assert [each.rule for each in check(document)].count("R26") == is_found


def test_r26_leaves_cheaper_units_and_other_codes_alone():
    numbers = {"quantity": Decimal("3.75"), "unit_cost": Decimal(4_800)}

    assert found(equipment(**numbers)) == []
    assert found(complete_document()) == []  # a teacher costs more


# R27


def test_r27_warns_of_a_line_paid_locally_before_that_does_not_explain_itself():
    document = change(complete_document(), "lines", 0, previously_locally_funded=True)

    assert found(document) == [
        (
            "R27",
            Severity.WARN,
            "Line 1 was paid from local funds before: $900,000 needs the Commissioner’s specific"
            " approval. Explain why it does not replace local funds.",
            "line",
            41,
            "supplanting_explanation",
        )
    ]
    assert found(change(document, "lines", 0, supplanting_explanation="It ended.")) == []


def test_r27_cites_the_statute():
    (finding,) = check(change(complete_document(), "lines", 0, previously_locally_funded=True))

    assert (finding.citation, finding.certainty) == (
        "§§ 10-262u(c)(2), 10-262i(c), 10-262j(c)",
        "law",
    )
