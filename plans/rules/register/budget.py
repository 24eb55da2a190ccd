"""R17 to R29: the budget, and what its focus areas ask for."""

from plans.rules.register.entry import Effect, Entry, absent

NOT_YET = "Not built yet."

RULES = (
    Entry(
        "R17",
        "Lines of the current allocation total the final allocation exactly, in whole dollars.",
        Effect.STOPS,
        "practice",
        "practice",
        held_by=("plans.rules.budget.total_is_the_final_allocation",),
        tests=(
            "plans/tests/test_rules_budget.py"
            "::test_r17_stops_exactly_the_totals_that_are_not_the_final_allocation",
        ),
    ),
    Entry(
        "R17",
        "While the allocation is preliminary, they are not above it.",
        Effect.WARNS,
        "default",
        "default",
        held_by=("plans.rules.budget.total_is_within_the_preliminary_allocation",),
        tests=(
            "plans/tests/test_rules_budget.py"
            "::test_r17_warns_of_lines_above_a_preliminary_allocation",
        ),
    ),
    absent(
        "R18",
        "Carry-forward stands on its own lines and is not above the balance.",
        Effect.STOPS,
        "law (h); lines: practice",
        "law",
        reason=NOT_YET,
    ),
    Entry(
        "R19",
        "A line has an active object code, a strategy, one of that strategy's focus areas, an"
        " amount above $0 and a narrative; quantity × unit cost is the amount, where given.",
        Effect.STOPS,
        "practice",
        "practice",
        held_by=("plans.rules.budget.lines_are_whole",),
        tests=(
            "plans/tests/test_rules_budget.py::test_r19_stops_a_line_that_is_not_whole",
            "plans/tests/test_rules_budget.py"
            "::test_r19_stops_exactly_the_lines_that_do_not_multiply",
        ),
    ),
    Entry(
        "R20",
        "TEAM mentor stipend lines: only focus area 4, a salary object, at most $500 for each"
        " beginning teacher assigned.",
        Effect.STOPS,
        "page (amount); § 10-145o(f) law",
        "page",
        held_by=("plans.rules.budget.team_stipends_are_500_dollars_a_mentor",),
        tests=(
            "plans/tests/test_rules_budget.py"
            "::test_r20_stops_a_stipend_line_that_is_not_500_dollars_a_mentor",
        ),
    ),
    absent(
        "R20",
        "Below $500 each, the rest of the law's minimum must come from elsewhere.",
        Effect.WARNS,
        "§ 10-145o(f) law",
        "law",
        reason=NOT_YET,
    ),
    Entry(
        "R21",
        "Head Start lines: only focus area 6, and they name the existing local program.",
        Effect.STOPS,
        "law (d)(6); page",
        "law",
        held_by=("plans.rules.budget.head_start_is_in_its_focus_area",),
        tests=(
            "plans/tests/test_rules_budget.py"
            "::test_r21_stops_a_head_start_line_outside_its_focus_area",
        ),
    ),
    absent(
        "R22",
        "Lines of focus area 2 name grades within K–3.",
        Effect.WARNS,
        "page",
        "page",
        reason=NOT_YET,
    ),
    Entry(
        "R23",
        "A focus area without any strategy.",
        Effect.WARNS,
        "default",
        "default",
        held_by=("plans.rules.strategies.each_focus_area_has_a_strategy",),
        tests=(
            "plans/tests/test_rules_strategies.py"
            "::test_r23_warns_once_of_all_focus_areas_without_a_strategy",
        ),
    ),
    absent(
        "R24",
        "Benefits (200) without salaries, or outside 5% to 60% of them.",
        Effect.WARNS,
        "default",
        "default",
        reason=NOT_YET,
    ),
    absent(
        "R25",
        "Indirect costs only if the cycle allows them.",
        Effect.STOPS,
        "practice",
        "practice",
        reason=NOT_YET,
    ),
    absent(
        "R26",
        "A unit of equipment of $5,000 or more needs a reason.",
        Effect.WARNS,
        "default",
        "default",
        reason=NOT_YET,
    ),
    absent(
        "R27",
        "A line that was locally funded before needs an explanation.",
        Effect.WARNS,
        "law (c)(2); §§ 10-262i(c), 10-262j(c)",
        "law",
        reason=NOT_YET,
    ),
    Entry(
        "R27",
        "Such a line needs the Commissioner's specific approval (supplanting).",
        Effect.GATE,
        "law (c)(2); §§ 10-262i(c), 10-262j(c)",
        "law",
        held_by=("reviews.rules.local_funds_are_not_replaced",),
        tests=(
            "reviews/tests/test_rules.py"
            "::test_lines_paid_from_local_funds_before_are_shown_by_themselves",
        ),
    ),
    absent(
        "R28",
        "Magnet tuition lines (object 560) need the Commissioner's permission.",
        Effect.WARNS,
        "law (d)(B)",
        "law",
        reason=NOT_YET,
    ),
    absent(
        "R28",
        "The permission is recorded with the decision.",
        Effect.GATE,
        "law (d)(B)",
        "law",
        reason=NOT_YET,
    ),
    absent(
        "R29",
        "Reading (focus area 2) says how it follows the intensive reading program; area 9 names the"
        " residency partner, area 11 the agreement.",
        Effect.WARNS,
        "§§ 10-14u, 10-156gg, 10-223l law; prompts: default",
        "default",
        reason=NOT_YET,
    ),
)
