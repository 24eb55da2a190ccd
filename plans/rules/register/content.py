"""R06 to R16: what a plan holds."""

from plans.rules.register.entry import Effect, Entry

RULES = (
    Entry(
        "R06",
        "At least one objective, each with at least one performance target.",
        Effect.STOPS,
        "law (d)",
        "law",
        held_by=("plans.rules.objectives.each_objective_has_a_target",),
        tests=(
            "plans/tests/test_rules_objectives.py::test_r06_stops_a_plan_without_objectives",
            "plans/tests/test_rules_objectives.py::test_r06_stops_an_objective_without_targets",
        ),
    ),
    Entry(
        "R07",
        "A target has an indicator, a student group, a baseline and its year, a target value, a due"
        " date in the fiscal year and a data source.",
        Effect.STOPS,
        "practice",
        "practice",
        held_by=(
            "plans.rules.objectives.targets_are_whole",
            "plans.rules.objectives.baselines_are_of_years_begun",
        ),
        tests=(
            "plans/tests/test_rules_objectives.py::test_r07_stops_a_target_that_lacks_a_field",
            "plans/tests/test_rules_objectives.py"
            "::test_r07_stops_a_target_due_outside_the_fiscal_year",
            "plans/tests/test_rules_asked.py::test_a_baseline_is_of_a_school_year_that_has_begun",
        ),
    ),
    Entry(
        "R07",
        "It moves the right way for its indicator (chronic absenteeism falls).",
        Effect.WARNS,
        "default",
        "default",
        held_by=("plans.rules.objectives.targets_move_the_right_way",),
        tests=(
            "plans/tests/test_rules_objectives.py"
            "::test_r07_warns_of_a_target_that_moves_the_wrong_way",
        ),
    ),
    Entry(
        "R08",
        "At least one focus area in all; each strategy in exactly one domain and at least one focus"
        " area.",
        Effect.STOPS,
        "page (d); domains: practice",
        "page",
        held_by=(
            "plans.rules.strategies.each_strategy_has_a_focus_area",
            "plans.rules.strategies.each_strategy_has_a_domain",
        ),
        tests=(
            "plans/tests/test_rules_strategies.py::test_r08_stops_a_plan_without_strategies",
            "plans/tests/test_rules_strategies.py::test_r08_stops_a_strategy_without_a_focus_area",
            "plans/tests/test_rules_strategies.py::test_r08_stops_a_strategy_without_a_domain",
        ),
    ),
    Entry(
        "R09",
        "A strategy has an owner, starts and ends in the fiscal year, and serves at least one"
        " target.",
        Effect.STOPS,
        "default",
        "default",
        held_by=("plans.rules.strategies.strategies_are_whole",),
        tests=(
            "plans/tests/test_rules_strategies.py::test_r09_stops_a_strategy_that_is_not_whole",
        ),
    ),
    Entry(
        "R09",
        "It has at least two milestones.",
        Effect.WARNS,
        "default",
        "default",
        held_by=("plans.rules.strategies.strategies_have_milestones",),
        tests=(
            "plans/tests/test_rules_strategies.py::test_r09_warns_of_fewer_than_two_milestones",
        ),
    ),
    Entry(
        "R10",
        "Engagement with each stakeholder group that the cycle names, each dated before submission;"
        " and a word on efficiencies and alignment with current programs.",
        Effect.STOPS,
        "law (d) for the duty and for who names the groups; the four: default",
        "law",
        held_by=(
            "plans.rules.engagement.each_group_was_asked",
            "plans.models.cycles.Cycle.stakeholder_groups",
        ),
        tests=(
            "plans/tests/test_rules_asked.py"
            "::test_r10_stops_a_plan_that_lacks_a_group_of_its_cycle",
            "plans/tests/test_rules_asked.py::test_r10_wants_each_entry_dated_by_a_group",
            "plans/tests/test_rules_asked.py::test_r10_wants_a_word_on_efficiencies_and_alignment",
            "plans/tests/test_documents.py::test_draft_asks_for_the_groups_that_its_cycle_names",
            "plans/tests/test_rules_asked.py"
            "::test_what_is_dated_to_a_day_still_to_come_is_found_until_that_day",
        ),
    ),
    Entry(
        "R11",
        "The needs section cites at least one indicator.",
        Effect.STOPS,
        "law (d)",
        "law",
        held_by=("plans.rules.needs.needs_cite_an_indicator",),
        tests=(
            "plans/tests/test_rules_asked.py"
            "::test_r11_stops_a_needs_assessment_without_an_indicator",
        ),
    ),
    Entry(
        "R12",
        "The educator evaluation plan is approved by the Department: yes, and its date.",
        Effect.STOPS,
        "practice",
        "practice",
        held_by=("plans.rules.assurances.evaluation_plan_is_approved",),
        tests=(
            "plans/tests/test_rules_assurances.py"
            "::test_r12_stops_a_plan_without_an_approved_evaluation_plan",
        ),
    ),
    Entry(
        "R13",
        "All assurances of the cycle are accepted.",
        Effect.STOPS,
        "practice",
        "practice",
        held_by=("plans.rules.assurances.all_assurances_are_accepted",),
        tests=(
            "plans/tests/test_rules_assurances.py"
            "::test_r13_stops_a_plan_until_all_assurances_are_accepted",
        ),
    ),
    Entry(
        "R14",
        "Local board approval: its date, or the date planned, kept beside the plan.",
        Effect.WARNS,
        "practice",
        "practice",
        held_by=("plans.rules.board.board_approval_findings",),
        tests=(
            "plans/tests/test_rules_assurances.py"
            "::test_r14_warns_of_a_board_approval_without_a_date",
        ),
    ),
    Entry(
        "R14",
        "The date of the approval is set before the plan is approved, and has come.",
        Effect.GATE,
        "practice",
        "practice",
        held_by=("reviews.rules.gate.local_board_has_approved",),
        tests=(
            "reviews/tests/test_approving.py::test_gate_wants_the_local_boards_date",
            "reviews/tests/test_approving.py::test_gate_does_not_take_a_date_to_come",
        ),
    ),
    Entry(
        "R15",
        "Signed by superintendent and board chair: two different people, the same frozen version;"
        " any edit voids both.",
        Effect.STOPS,
        "practice; UETA (§ 1-266) law",
        "practice",
        held_by=(
            "plans.services.closing.sign",
            "plans.services.signing.add_signature",
            "plans.models.plans.Signature",
            "reviews.rules.gate.both_have_signed",
        ),
        tests=(
            "plans/tests/test_services_closing.py"
            "::test_database_refuses_one_person_in_two_capacities",
            "plans/tests/test_services_closing.py"
            "::test_an_edit_voids_the_version_and_both_signatures",
            "plans/tests/test_services_closing.py"
            "::test_another_hash_than_the_closed_text_is_refused",
            "plans/tests/test_services_closing.py::test_a_second_superintendent_is_told_who_signed",
            "plans/tests/test_services_closing.py::test_one_person_in_both_offices_signs_once",
            "reviews/tests/test_approving.py"
            "::test_gate_wants_both_signatures_on_the_version_handed_in",
            "reviews/tests/test_approving.py"
            "::test_gate_wants_signatures_on_the_very_text_that_was_handed_in",
        ),
    ),
    Entry(
        "R16",
        "No student-identifiable data: the district confirms; text and attachments are scanned for"
        " patterns like identifiers.",
        Effect.WARNS,
        "FERPA",
        "law",
        held_by=(
            "plans.rules.identifying.IDENTIFYING_RULES",
            "plans.rules.attached.attachment_findings",
        ),
        tests=(
            "plans/tests/test_rules_identifying.py"
            "::test_a_students_number_in_any_field_is_warned_of_and_led_to",
            "plans/tests/test_rules_identifying.py"
            "::test_what_is_written_like_a_students_number_is_found",
            "plans/tests/test_checking.py"
            "::test_what_a_file_says_is_looked_through_for_a_students_number",
            "plans/tests/test_checking.py::test_r16_warns_of_what_a_file_says_and_of_its_name",
        ),
        absent="A PDF and a picture are not read; the district confirms it among its assurances"
        " (R13).",
    ),
)
