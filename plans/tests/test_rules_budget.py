"""R05, R17, R18 and R24: what the budget adds up to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.documents.terms import Money
from plans.rules import Severity
from plans.tests.documents import (
    SUPPLIES,
    TEACHERS,
    a_line,
    change,
    check,
    complete_document,
    object_code,
)

ALLOCATION = 14_024_284  # US dollars
FINAL = Money(amount=ALLOCATION, stage="final")
BENEFITS = object_code("200", "Employee benefits")
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


# R18


def carrying(budgeted, balance, **narrative):
    """The complete plan with one line of carry-forward, and a balance as reported."""
    document = change(complete_document(), "lines", 4, amount=budgeted)
    return change(document, "budget_narrative", carry_forward_reported=balance, **narrative)


@pytest.mark.parametrize("balance", [7_500, 7_501])
def test_r18_takes_carry_forward_up_to_the_balance(balance):
    assert found(carrying(7_500, balance)) == []


@pytest.mark.parametrize(
    ("budgeted", "balance", "sentence"),
    [
        (
            7_501,
            7_500,
            "Lines of carry-forward total $7,501; the balance is $7,500. Budget $1 less.",
        ),
        (
            7_500,
            0,
            "Lines of carry-forward total $7,500; the balance is $0. Budget $7,500 less.",
        ),
        (
            7_500,
            None,
            "Lines of carry-forward total $7,500, and the balance carried forward from FY2026 is"
            " not entered. Enter it.",
        ),
        (7_500, -20, "The balance carried forward is −$20. Enter $0 or more."),
    ],
)
def test_r18_stops_carry_forward_above_the_balance(budgeted, balance, sentence):
    assert found(carrying(budgeted, balance)) == [
        ("R18", Severity.STOP, sentence, "", None, "carry_forward_reported")
    ]


def test_r18_takes_the_accepted_balance_before_the_reported_one():
    money = complete_document().money.model_copy(update={"carry_forward": 7_000})
    document = carrying(7_500, 9_000).model_copy(update={"money": money})

    assert [each.sentence for each in check(document)] == [
        "Lines of carry-forward total $7,500; the balance is $7,000. Budget $500 less."
    ]


@pytest.mark.parametrize(("budgeted", "left"), [(6_000, "$1,000"), (0, "$7,000")])
def test_r18_warns_of_a_balance_that_is_not_budgeted(budgeted, left):
    money = complete_document().money.model_copy(update={"carry_forward": 7_000})
    document = carrying(budgeted, None).model_copy(update={"money": money})
    if not budgeted:
        lines = tuple(line for line in document.lines if line.funding_source == "allocation")
        document = document.model_copy(update={"lines": lines})

    assert [(each.severity, each.sentence) for each in check(document)] == [
        (
            Severity.WARN,
            "$7,000 came forward from FY2026; lines of carry-forward total"
            f" {dollars(budgeted)}. Budget {left} more.",
        )
    ]


def test_r18_takes_a_certified_balance_of_nothing_as_nothing():
    money = complete_document().money.model_copy(update={"carry_forward": 0})
    document = carrying(7_500, 9_000).model_copy(update={"money": money})

    assert [each.sentence for each in check(document)] == [
        "Lines of carry-forward total $7,500; the balance is $0. Budget $7,500 less."
    ]


def test_r17_takes_reductions_off_the_final_allocation():
    reduced = FINAL.model_copy(update={"reductions": 24_284})

    assert found(budget(reduced, 14_000_000)) == []
    assert [each.sentence for each in check(budget(reduced, ALLOCATION))] == [
        "Current-year lines total $14,024,284; the final allocation is $14,024,284, less"
        " reductions of $24,284: $14,000,000. Budget $24,284 less."
    ]


def test_r18_asks_for_no_balance_where_nothing_is_carried_forward():
    document = budget(FINAL, ALLOCATION)

    assert found(change(document, "budget_narrative", carry_forward_reported=None)) == []


def test_r18_says_once_that_a_balance_could_not_be_read():
    document = carrying(7_500, None, as_typed={"carry_forward_reported": "some"})

    assert [each.sentence for each in check(document)] == [
        "“some” is not an amount in whole dollars. Write it like $1,204,000."
    ]


def test_r18_cites_the_statute():
    (finding,) = check(carrying(7_501, 7_500))

    assert (finding.citation, finding.certainty) == ("§ 10-262u(h)", "law")


# R24


def with_benefits(benefits, *, salaries=400_000, **narrative):
    """A plan of salaries, benefits, and supplies for the rest of $1,000,000."""
    amounts = {TEACHERS: salaries, BENEFITS: benefits}
    amounts[SUPPLIES] = 1_000_000 - sum(amounts.values())
    lines = tuple(
        a_line(40 + n, n, object_code=code, amount=amount)
        for n, (code, amount) in enumerate(amounts.items(), 1)
        if amount
    )
    return change(complete_document(lines=lines), "budget_narrative", **narrative)


@pytest.mark.parametrize("benefits", [0, 20_000, 240_000])
def test_r24_takes_benefits_at_5_to_60_percent_of_salaries(benefits):
    assert found(with_benefits(benefits)) == []


@pytest.mark.parametrize(
    ("benefits", "salaries", "says"),
    [
        (19_999, 400_000, "are 5.0% of salaries of $400,000; 5% to 60% is usual. Change the lines"),
        (
            300_000,
            400_000,
            "are 75.0% of salaries of $400,000; 5% to 60% is usual. Change the lines",
        ),
        (20_000, 0, "stand without a salary. Add the salaries"),
    ],
)
def test_r24_warns_of_benefits_that_do_not_follow_salaries(benefits, salaries, says):
    document = with_benefits(benefits, salaries=salaries)

    assert found(document) == [
        (
            "R24",
            Severity.WARN,
            f"Benefits of {dollars(benefits)} {says}, or say why.",
            "",
            None,
            "benefits_reason",
        )
    ]
    assert found(change(document, "budget_narrative", benefits_reason="The town pays.")) == []


# Amounts that could not be read


@pytest.mark.parametrize("money", [FINAL, PRELIMINARY])
def test_a_total_names_the_lines_it_lacks(money):
    document = budget(money, ALLOCATION + 1, 5)
    document = change(document, "lines", 1, amount=None, as_typed={"amount": "about 5"})

    (total,) = [each.sentence for each in check(document) if each.rule == "R17"]
    assert total == (
        f"Current-year lines total $14,024,285 without line 2, whose amount could not be read;"
        f" the {money.stage} allocation is $14,024,284. Budget $1 less."
    )
