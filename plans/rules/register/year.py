"""R44 to R58: during and after the year."""

from plans.rules.register.decision import NOT_BUILT_YET
from plans.rules.register.entry import Effect, Entry, absent

_ASKED = (
    (
        *("R47", Effect.ITSELF, "practice (a sister state)", "practice"),
        "Quarterly spending as of 30 September, 31 December and 31 March, due 20 days later, zero"
        " included.",
    ),
    (
        *("R48", Effect.ITSELF, "default", "default"),
        "Alert on pace: below 35% at 31 December, below 60% at 31 March.",
    ),
    (
        *("R51", Effect.STOPS, "duty: law (g); date: default", "law"),
        "Annual expenditure report due 31 August; the preparer does not certify it.",
    ),
    (
        *("R52", Effect.STOPS, "default", "default"),
        "Per line budget, expended and balance; more than 10% over needs a reason; the total is"
        " within the authorized amount.",
    ),
    (
        *("R53", Effect.STOPS, "law (h), (g)", "law"),
        "The balance is what was authorized less what was expended, all of it carried forward.",
    ),
)

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
        "progress.services.progress.due_on",
        f"{_RULES_OF_PROGRESS}.each_strategy_has_a_status",
        f"{_RULES_OF_PROGRESS}.each_target_has_a_figure_or_a_date",
    ),
    tests=(
        f"{_TESTS_OF_PROGRESS}::test_r49_asks_each_strategy_for_its_status",
        f"{_TESTS_OF_PROGRESS}::test_r49_asks_each_target_for_a_figure_or_a_date",
        f"{_TESTS_OF_PROGRESS}::test_r49_reports_are_due_when_the_cycle_says",
    ),
)
_ABSENT = tuple(
    absent(number, title, effect, source, certainty, reason=NOT_BUILT_YET)
    for number, effect, source, certainty, title in _ASKED
)
_HELD = (
    _R49,
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

RULES = tuple(sorted((*_REVISED, *_ABSENT, *_HELD), key=lambda entry: entry.number))
