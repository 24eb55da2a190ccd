"""The read plan: what its templates are given, and how long a whole one takes."""

from django.template.loader import render_to_string

from plans.reports import budget_by_strategy, coverage, document_sections, reading_context
from plans.tests.documents import (
    a_strategy,
    change,
    complete_document,
    empty_document,
)


def rendered(document):
    context = reading_context(document)
    return "\n".join(render_to_string(section.template, context) for section in document_sections())


def test_budget_groups_lines_by_strategy_and_adds_them_up():
    budget = budget_by_strategy(complete_document())

    assert [
        (group.strategy.number, [row["number"] for row in group.rows], group.total)
        for group in budget.groups
    ] == [(1, [1, 4, 5], 925_500), (2, [2, 3], 82_000)]
    assert [(total.label, total.amount) for total in budget.totals] == [
        ("Current allocation", 1_000_000),
        ("Carry-forward", 7_500),
    ]
    assert (budget.line_count, budget.budgeted, budget.allocation, budget.left) == (
        5,
        1_000_000,
        1_000_000,
        0,
    )


def test_budget_shows_lines_of_no_strategy_last():
    document = change(complete_document(), "lines", 0, strategy=None, amount=None)

    last = budget_by_strategy(document).groups[-1]

    assert (last.strategy, [row["number"] for row in last.rows], last.total) == (None, [1], 0)


def test_budget_above_the_allocation_says_by_how_much():
    document = change(complete_document(), "lines", 0, amount=900_001)

    assert budget_by_strategy(document).over == 1
    assert "Over the allocation</dt><dd><strong>$1</strong>" in rendered(document)


def test_coverage_names_strategies_and_dollars_of_each_focus_area():
    document = complete_document(strategies=(a_strategy(31, 1),))

    assert [(row.area.number, row.strategies, row.dollars) for row in coverage(document)] == [
        (1, "1", 0),
        (2, "1", 918_000),
        (3, "1", 7_500),
        (4, "", 22_000),
        (5, "1", 0),
        (6, "", 60_000),
        (7, "", 0),
        (8, "1", 0),
        (9, "", 0),
        (10, "", 0),
    ]


def test_every_word_of_a_plan_is_in_its_reading():
    page = rendered(complete_document())

    words = [
        "Reading, attendance and mentors.",
        "Grade 3 reading is below the State.",
        "Coaches must start in August.",
        "More children read well by grade 3.",
        "Two district pilots.",
        "Fall screening complete",
        "TEAM mentor stipend",
        "44 × $500",
        "More evening tutoring.",
        "No position was paid locally before.",
        "Assurance 9.",
        "minutes.pdf",
    ]
    assert [word for word in words if word not in page] == []


def test_an_empty_plan_reads_as_not_written_yet():
    page = rendered(empty_document())

    assert page.count("Not written yet.") == 9
    assert "No objective yet." in page
    assert "No budget line yet." in page


def test_what_a_field_could_not_read_is_shown_as_typed():
    document = change(
        complete_document(), "lines", 0, amount=None, as_typed={"amount": "about <9>"}
    )

    assert "Typed, not read yet: “about &lt;9&gt;”" in rendered(document)
