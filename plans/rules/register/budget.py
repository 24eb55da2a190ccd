"""R17 to R29: the budget, and what its focus areas ask for."""

from plans.rules.register.entry import Effect, Entry

RULES = (
    Entry(
        "R17",
        "Lines of the current allocation total the final allocation exactly, in whole dollars:"
        " asked at closing, and again of the figure in force at signing, submission and approval.",
        Effect.STOPS,
        "practice",
        "practice",
        held_by=(
            "plans.rules.budget.total_is_the_final_allocation",
            "plans.services.closing.since_closing",
            "plans.services.steps.what_blocks_submission",
            "reviews.rules.gate.allocation_has_not_moved",
            "reviews.rules.gate.what_stops_it_now",
        ),
        tests=(
            "plans/tests/test_rules_budget.py"
            "::test_r17_stops_exactly_the_totals_that_are_not_the_final_allocation",
            "plans/tests/test_figures_moved.py"
            "::test_a_final_allocation_stops_closing_until_the_budget_is_of_it",
            "plans/tests/test_figures_moved.py::test_nothing_is_signed_whose_figures_moved",
            "plans/tests/test_figures_moved.py"
            "::test_a_final_allocation_after_both_signed_stops_submission_with_a_way_on",
            "reviews/tests/test_since_closing.py"
            "::test_one_dollar_against_a_final_million_is_not_approved",
            "reviews/tests/test_since_closing.py"
            "::test_a_budget_that_happens_to_fit_the_new_figure_is_signed_at_it_first",
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
    Entry(
        "R18",
        "Carry-forward stands on its own lines and is not above the balance.",
        Effect.STOPS,
        "law (h); lines: practice",
        "law",
        held_by=("plans.rules.budget.carry_forward_is_within_the_balance",),
        tests=("plans/tests/test_rules_budget.py::test_r18_stops_carry_forward_above_the_balance",),
    ),
    Entry(
        "R18",
        "The whole certified balance of the year before is budgeted.",
        Effect.WARNS,
        "law (h) for the balance; default",
        "default",
        held_by=("plans.rules.budget.carry_forward_is_budgeted",),
        tests=(
            "plans/tests/test_rules_budget.py::test_r18_warns_of_a_balance_that_is_not_budgeted",
        ),
    ),
    Entry(
        "R19",
        "A line has an active object code, a strategy, one of that strategy's focus areas, an"
        " amount above $0 and a narrative; quantity × unit cost is the amount, where given.",
        Effect.STOPS,
        "practice",
        "practice",
        held_by=("plans.rules.lines.lines_are_whole",),
        tests=(
            "plans/tests/test_rules_lines.py::test_r19_stops_a_line_that_is_not_whole",
            "plans/tests/test_rules_lines.py"
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
        held_by=("plans.rules.line_kinds.team_stipends_follow_the_program_page",),
        tests=(
            "plans/tests/test_rules_line_kinds.py"
            "::test_r20_stops_a_stipend_line_that_is_not_what_the_page_allows",
            "plans/tests/test_rules_line_kinds.py"
            "::test_r20_stops_exactly_the_stipends_that_do_not_multiply",
        ),
    ),
    Entry(
        "R20",
        "Below $500 each, the rest of the law's minimum must come from elsewhere.",
        Effect.WARNS,
        "§ 10-145o(f) law",
        "law",
        held_by=("plans.rules.line_kinds.team_stipends_reach_the_minimum",),
        tests=(
            "plans/tests/test_rules_line_kinds.py"
            "::test_r20_warns_of_a_stipend_below_the_minimum_of_the_law",
        ),
    ),
    Entry(
        "R21",
        "Head Start lines: only focus area 6, and they name the existing local program.",
        Effect.STOPS,
        "law (d)(6); page",
        "law",
        held_by=("plans.rules.line_kinds.head_start_names_its_program",),
        tests=(
            "plans/tests/test_rules_line_kinds.py"
            "::test_r21_stops_a_head_start_line_outside_its_focus_area",
            "plans/tests/test_rules_line_kinds.py"
            "::test_r21_stops_a_head_start_line_that_names_no_program",
        ),
    ),
    Entry(
        "R22",
        "Lines of focus area 2 name grades within K–3.",
        Effect.WARNS,
        "page",
        "page",
        held_by=("plans.rules.focus_areas.reading_lines_name_early_grades",),
        tests=(
            "plans/tests/test_rules_focus_areas.py::test_r22_warns_of_grades_beyond_k_3",
            "plans/tests/test_rules_focus_areas.py"
            "::test_r22_warns_of_a_reading_line_without_grades_and_of_no_other",
        ),
    ),
    Entry(
        "R23",
        "A focus area without any strategy.",
        Effect.WARNS,
        "default",
        "default",
        held_by=("plans.rules.focus_areas.each_focus_area_has_a_strategy",),
        tests=(
            "plans/tests/test_rules_focus_areas.py"
            "::test_r23_warns_once_of_all_focus_areas_without_a_strategy",
            "plans/tests/test_rules_focus_areas.py::test_r23_is_answered_where_it_says_so",
        ),
    ),
    Entry(
        "R24",
        "Benefits (200) without salaries, or outside 5% to 60% of them.",
        Effect.WARNS,
        "default",
        "default",
        held_by=("plans.rules.budget.benefits_follow_salaries",),
        tests=(
            "plans/tests/test_rules_budget.py"
            "::test_r24_warns_of_benefits_that_do_not_follow_salaries",
        ),
    ),
    Entry(
        "R25",
        "Indirect costs only if the cycle allows them.",
        Effect.STOPS,
        "practice",
        "practice",
        held_by=("plans.rules.lines.indirect_costs_are_allowed",),
        tests=(
            "plans/tests/test_rules_lines.py"
            "::test_r25_stops_indirect_costs_that_the_cycle_does_not_allow",
        ),
    ),
    Entry(
        "R26",
        "A unit of equipment of $5,000 or more needs a reason.",
        Effect.WARNS,
        "default",
        "default",
        held_by=("plans.rules.lines.costly_equipment_has_a_reason",),
        tests=(
            "plans/tests/test_rules_lines.py"
            "::test_r26_warns_of_a_costly_unit_of_equipment_without_a_reason",
        ),
    ),
    Entry(
        "R27",
        "A line that was locally funded before needs an explanation.",
        Effect.WARNS,
        "law (c)(2); §§ 10-262i(c), 10-262j(c)",
        "law",
        held_by=("plans.rules.lines.local_funds_are_explained",),
        tests=(
            "plans/tests/test_rules_lines.py"
            "::test_r27_warns_of_a_line_paid_locally_before_that_does_not_explain_itself",
        ),
    ),
    Entry(
        "R27",
        "Such a line needs the Commissioner's specific approval (supplanting).",
        Effect.GATE,
        "law (c)(2); §§ 10-262i(c), 10-262j(c)",
        "law",
        held_by=(
            "reviews.rules.gate.permits_needed",
            "reviews.services.permits.refused_in",
            "reviews.rules.gate.local_funds_are_not_replaced",
        ),
        tests=(
            "reviews/tests/test_permits.py::test_without_one_of_them_the_plan_is_not_approved",
            "reviews/tests/test_rules.py"
            "::test_lines_that_are_decided_by_themselves_are_shown_by_themselves",
        ),
    ),
    Entry(
        "R28",
        "Magnet tuition lines (object 560) need the Commissioner's permission.",
        Effect.WARNS,
        "law (d)(B)",
        "law",
        held_by=("plans.rules.line_kinds.magnet_tuition_needs_permission",),
        tests=(
            "plans/tests/test_rules_line_kinds.py"
            "::test_r28_says_that_magnet_tuition_needs_permission",
            "plans/tests/test_rules_line_kinds.py"
            "::test_r28_warns_of_magnet_tuition_on_another_object_code",
        ),
    ),
    Entry(
        "R28",
        "The permission is recorded with the decision.",
        Effect.GATE,
        "law (d)(B)",
        "law",
        held_by=(
            "reviews.services.permits.refused_in",
            "reviews.services.permits.recorded",
            "reviews.rules.gate.magnet_tuition_is_permitted",
        ),
        tests=(
            "reviews/tests/test_permits.py::test_what_is_given_is_recorded_and_named_in_the_letter",
            "reviews/tests/test_permits.py::test_without_one_of_them_the_plan_is_not_approved",
            "reviews/tests/test_rules.py"
            "::test_lines_that_are_decided_by_themselves_are_shown_by_themselves",
        ),
    ),
    Entry(
        "R29",
        "Reading (focus area 2) says how it follows the intensive reading program; area 9 names the"
        " residency partner, area 11 the agreement.",
        Effect.WARNS,
        "§§ 10-14u, 10-156gg, 10-223l law; prompts: default",
        "law",
        held_by=(
            "plans.rules.focus_areas.reading_follows_its_program",
            "plans.rules.focus_areas.recruiting_names_its_partner",
            "plans.rules.focus_areas.responsibilities_name_their_agreement",
        ),
        tests=(
            "plans/tests/test_rules_focus_areas.py"
            "::test_r29_warns_where_a_focus_area_does_not_say_what_the_statute_names",
        ),
    ),
)
