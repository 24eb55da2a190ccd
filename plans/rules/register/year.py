"""R44 to R58: during and after the year."""

from plans.rules.register.entry import Effect, Entry

_REVISED = (
    Entry(
        "R44",
        "Within its year an approved plan changes only by a plan revision, where a line moves by"
        " more than 10% and $10,000, or what it is for changes.",
        Effect.ITSELF,
        "default",
        "default",
        held_by=(
            "plans.rules.revision.judged",
            "plans.services.revising.record_revision",
            "plans.services.revising.hand_in_revision",
            "plans.services.editing.open_draft",
        ),
        tests=(
            "plans/tests/test_revising.py::test_r44_a_line_that_moves_far_and_much_needs_a_decision",
            "plans/tests/test_revising.py::test_r44_what_a_line_is_for_needs_a_decision",
            "plans/tests/test_revising.py"
            "::test_r44_strategies_and_targets_need_a_decision_and_a_contact_needs_none",
            "plans/tests/test_revising.py::test_r44_what_needs_a_decision_is_not_only_recorded",
            "plans/tests/test_revising.py::test_r44_what_needs_none_is_not_handed_in",
            "plans/tests/test_revising.py::test_an_approved_plan_is_not_written_without_a_revision",
        ),
    ),
    Entry(
        "R45",
        "Revisions until 30 April; the total still equals the authorized amount.",
        Effect.STOPS,
        "default",
        "default",
        held_by=(
            "plans.services.revising.refuse_after_last_day",
            "plans.services.closing.close_for_signature",
        ),
        tests=(
            "plans/tests/test_revising.py"
            "::test_r45_no_revision_is_started_or_handed_in_after_the_last_day",
            "plans/tests/test_revising.py::test_r45_the_total_still_equals_the_authorized_amount",
        ),
    ),
)
_RULES_OF_PROGRESS = "progress.rules.progress"
_TESTS_OF_PROGRESS = "progress/tests/test_progress_rules.py"
_R49 = Entry(
    "R49",
    "Progress reports: mid-year due 28 February, end-of-year due 15 August.",
    Effect.ITSELF,
    "default (§ 10-266r for the date)",
    "default",
    held_by=(
        "progress.calendar.due_in_year",
        f"{_RULES_OF_PROGRESS}.each_strategy_has_a_status",
        f"{_RULES_OF_PROGRESS}.each_target_has_a_figure_or_a_date",
    ),
    tests=(
        f"{_TESTS_OF_PROGRESS}::test_r49_asks_each_strategy_for_its_status",
        f"{_TESTS_OF_PROGRESS}::test_r49_asks_each_target_for_a_figure_or_a_date",
        f"{_TESTS_OF_PROGRESS}::test_r49_reports_are_due_when_the_cycle_says",
    ),
)
_SPENDING = "progress.rules.spending"
_TESTS_OF_SPENDING = "progress/tests/test_spending.py"
_TESTS_OF_PACE = "progress/tests/test_pace.py"
_OF_SPENDING = (
    Entry(
        "R47",
        "Quarterly spending as of 30 September, 31 December and 31 March, due 20 days later, zero"
        " included.",
        Effect.ITSELF,
        "practice (a sister state)",
        "practice",
        held_by=(
            "progress.calendar.due_in_year",
            f"{_SPENDING}.every_figure_is_said",
            f"{_SPENDING}.its_period_is_over",
        ),
        tests=(
            f"{_TESTS_OF_PACE}::test_when_each_report_is_due",
            f"{_TESTS_OF_SPENDING}::test_nothing_said_is_not_zero",
            f"{_TESTS_OF_SPENDING}::test_a_report_is_closed_once_its_period_is_over",
        ),
    ),
    Entry(
        "R48",
        "Alert on pace: below 35% at 31 December, below 60% at 31 March.",
        Effect.ITSELF,
        "default",
        "default",
        held_by=("progress.reports.pace.Pace",),
        tests=(f"{_TESTS_OF_PACE}::test_pace_is_behind_one_dollar_below_what_is_expected",),
    ),
    Entry(
        "R51",
        "Annual expenditure report due 31 August; the preparer does not certify it.",
        Effect.STOPS,
        "duty: law (g); date: default",
        "law",
        held_by=("progress.services.filing.why_not_theirs", "progress.calendar.due_in_year"),
        tests=(
            f"{_TESTS_OF_SPENDING}::test_whoever_prepared_it_does_not_certify_it",
            f"{_TESTS_OF_PACE}::test_when_each_report_is_due",
        ),
    ),
    Entry(
        "R52",
        "Per line budget, expended and balance; more than 10% over needs a reason; the total is"
        " within the authorized amount.",
        Effect.STOPS,
        "default",
        "default",
        held_by=(
            f"{_SPENDING}.what_is_over_has_a_reason",
            f"{_SPENDING}.spending_is_within_what_is_authorized",
            f"{_SPENDING}.lines_add_up",
        ),
        tests=(
            f"{_TESTS_OF_SPENDING}::test_more_than_a_tenth_over_needs_a_reason",
            f"{_TESTS_OF_SPENDING}::test_no_more_is_spent_than_is_authorized",
            f"{_TESTS_OF_SPENDING}::test_lines_that_do_not_add_up_say_by_how_much",
        ),
    ),
    Entry(
        "R53",
        "The balance is what was authorized less what was expended, all of it carried forward.",
        Effect.STOPS,
        "law (h), (g)",
        "law",
        held_by=("progress.services.carrying.carry_forward",),
        tests=(
            f"{_TESTS_OF_SPENDING}::test_the_whole_balance_opens_the_next_year",
            f"{_TESTS_OF_SPENDING}::test_a_correction_states_the_balance_again",
            "progress/tests/test_no_dollar_is_lost.py"
            "::test_whatever_is_reported_in_whatever_order_no_dollar_appears_or_disappears",
        ),
    ),
)
_HELD = (
    _R49,
    *_OF_SPENDING,
    Entry(
        "R55",
        "Every expenditure report gets a determination: none, repay or reduce; one remedy per"
        " dollar.",
        Effect.STOPS,
        "law (g)",
        "law",
        held_by=("reviews.services.determining.determine", "reviews.models.DeterminedLine"),
        tests=(
            "reviews/tests/test_determining.py"
            "::test_whatever_is_entered_no_dollar_is_remedied_twice_or_out_of_nothing",
            "reviews/tests/test_determining.py::test_the_table_itself_keeps_the_amounts",
        ),
    ),
    Entry(
        "R56",
        "A reduction lands in a subsequent fiscal year (default: within two).",
        Effect.ITSELF,
        "law (g)(2); two: § 10-263(b) by analogy",
        "law",
        held_by=("reviews.services.determining.years_to_land_in",),
        tests=("reviews/tests/test_determining.py::test_a_reduction_lands_within_two_years",),
    ),
    Entry(
        "R58",
        "Closed years are read-only; corrections are reasoned adjustments.",
        Effect.ITSELF,
        "default",
        "default",
        held_by=("reviews.models.SpendingDetermination", "districts.services.adjusting.corrected"),
        tests=(
            "reviews/tests/test_determining.py::test_it_stands_for_ever",
            "reviews/tests/test_determining.py"
            "::test_a_corrected_report_is_determined_anew_and_its_dollars_take_the_place",
        ),
    ),
)

RULES = tuple(sorted((*_REVISED, *_HELD), key=lambda entry: entry.number))
