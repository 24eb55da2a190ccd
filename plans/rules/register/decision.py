"""R31 to R43: the annual amendment, the review and the decision."""

from plans.rules.register.entry import Effect, Entry

NOT_BUILT_YET = "Not built yet: progress reports and spending."

RULES = (
    Entry(
        "R31",
        "An amendment is approved only with last year's plan approved or released, its latest"
        " progress report filed, and its expenditure report certified or not yet due.",
        Effect.GATE,
        "page (“predicated upon”); law (f); dates: default",
        "page",
        held_by=("reviews.rules.last_year.about_last_year",),
        tests=(
            "reviews/tests/test_gate_of_last_year.py::test_gate_asks_for_the_reports_that_are_due",
            "reviews/tests/test_gate_of_last_year.py::test_never_approved_through_a_closed_gate",
        ),
    ),
    Entry(
        "R32",
        "No gate in a designation's first year, nor for a district's first plan in this system.",
        Effect.ITSELF,
        "default",
        "default",
        held_by=("reviews.rules.last_year.nothing_before",),
        tests=(
            "reviews/tests/test_rules.py"
            "::test_first_plan_of_a_designation_or_in_this_system_looks_back_on_nothing",
        ),
    ),
    Entry(
        "R33",
        "An amendment starts as a copy of last year's approved plan and shows every change"
        " against it.",
        Effect.ITSELF,
        "practice",
        "practice",
        held_by=("plans.services.starting.start_plan",),
        tests=(
            "plans/tests/test_carried.py"
            "::test_an_amendment_starts_with_what_is_carried_and_no_more",
            "plans/tests/test_amendment.py"
            "::test_a_target_begins_at_the_result_that_was_certified_by_then",
        ),
        absent="Each row says whether it was kept, revised or retired; its words are not yet shown"
        " beside those of last year.",
    ),
    Entry(
        "R33a",
        "Nothing that an amendment starts with stands unread: each row carried is kept, revised, or"
        " retired with a reason.",
        Effect.STOPS,
        "default",
        "default",
        held_by=("plans.rules.carried.CARRIED_RULES", "plans.services.removing.NoReason"),
        tests=(
            "plans/tests/test_amendment.py::test_what_is_not_read_stops_closing_and_says_what_it_is",
            "plans/tests/test_amendment.py::test_what_last_year_had_is_retired_with_a_reason_only",
        ),
    ),
    Entry(
        "R33b",
        "A strategy that was split off, or merged of several, names those of last year's plan that"
        " it comes from, and never itself.",
        Effect.STOPS,
        "default",
        "default",
        held_by=("plans.rules.strategies.strategies_come_from_others",),
        tests=(
            "plans/tests/test_rules_strategies.py"
            "::test_r33b_a_strategy_comes_from_others_and_never_from_itself",
        ),
    ),
    Entry(
        "R34",
        "An approval records findings on implementation and on performance, and cites the evidence"
        " that the district handed in, target by target.",
        Effect.GATE,
        "page; law (f)",
        "law",
        held_by=("reviews.services.approving.approve", "reviews.models.Determination"),
        tests=(
            "reviews/tests/test_approving.py"
            "::test_gate_and_findings_say_everything_that_is_missing_at_once",
            "reviews/tests/test_gate_of_last_year.py::test_decision_and_letter_cite_the_evidence",
        ),
    ),
    Entry(
        "R35",
        "Missed targets do not block by themselves; the finding says why.",
        Effect.ITSELF,
        "default",
        "default",
        held_by=("reviews.rules.last_year.missed_targets",),
        tests=("reviews/tests/test_gate_of_last_year.py::test_missed_targets_stop_nothing",),
    ),
    Entry(
        "R36",
        "Educational reform districts get one more reviewer.",
        Effect.GATE,
        "default",
        "default",
        held_by=("reviews.rules.gate.reviews_asked_for", "reviews.services.third.name_third"),
        tests=(
            "reviews/tests/test_recommending.py"
            "::test_a_reform_district_needs_the_program_managers_too",
            "reviews/tests/test_turns.py"
            "::test_the_third_review_waits_for_who_is_named_and_for_any_manager_where_nobody_can",
        ),
    ),
    Entry(
        "R37",
        "No reviewer on a district where they declared a conflict.",
        Effect.ITSELF,
        "default",
        "default",
        held_by=(
            "reviews.services.assigning.assign",
            "reviews.services.conflicts.declare_conflict",
            "plans.permissions.parts_with",
        ),
        tests=(
            "reviews/tests/test_assigning.py::test_nobody_is_given_the_plan_of_their_own_district",
            "reviews/tests/test_conflicts.py::test_they_are_not_assigned",
            "reviews/tests/test_conflicts.py"
            "::test_who_has_one_does_nothing_in_the_districts_reviews",
        ),
    ),
    Entry(
        "R38",
        "Two reviews, program and fiscal, before a recommendation; ratings two levels apart ask for"
        " consensus.",
        Effect.GATE,
        "practice",
        "practice",
        held_by=(
            "reviews.rules.gate.reviews_are_in",
            "reviews.rules.gate.reviews_lacking",
            "reviews.rules.gate.reviewers_agree",
            "reviews.rules.gate.decider_has_not_reviewed",
        ),
        tests=(
            "reviews/tests/test_recommending.py"
            "::test_a_plan_is_recommended_once_both_reviews_are_in",
            "reviews/tests/test_separation.py::test_who_may_decide",
            "reviews/tests/test_rating.py"
            "::test_two_levels_apart_wait_for_what_their_reviewers_agree_on",
        ),
    ),
    Entry(
        "R39",
        "Only the Commissioner, or a reviewer holding a dated delegation, approves, withholds and"
        " releases. A delegate's decision names the delegation.",
        Effect.ITSELF,
        "page; delegation: default",
        "page",
        held_by=("plans.permissions.may_take", "reviews.permissions.delegation_of"),
        tests=(
            "reviews/tests/test_approving.py::test_delegate_decides_in_the_commissioners_name",
            "reviews/tests/test_who_hears.py"
            "::test_only_the_commissioner_or_a_delegate_withholds_and_releases",
        ),
    ),
    Entry(
        "R40",
        "A return has at least one required change: section, text, due date (default 15 business"
        " days).",
        Effect.ITSELF,
        "law (d)(A) for the power; default",
        "law",
        held_by=("reviews.services.returning.return_for_changes",),
        tests=(
            "reviews/tests/test_returning.py::test_return_without_a_change_is_refused",
            "reviews/tests/test_returning.py"
            "::test_return_numbers_the_changes_and_gives_the_usual_days",
        ),
    ),
    Entry(
        "R40a",
        "The Department may ask a question without a return; a return made by mistake can be undone"
        " until the district edits or answers.",
        Effect.ITSELF,
        "default",
        "default",
        held_by=(
            "reviews.services.questioning.ask_question",
            "plans.services.questions.answer_question",
            "reviews.services.undoing.undo_return",
        ),
        tests=(
            "reviews/tests/test_undoing.py::test_the_plan_is_again_where_it_was_before_the_return",
            "reviews/tests/test_undoing.py"
            "::test_its_changes_are_on_record_as_undone_and_asked_of_nobody",
            "reviews/tests/test_undoing.py"
            "::test_the_next_return_counts_on_and_only_its_changes_stop_the_plan",
            "reviews/tests/test_undoing.py"
            "::test_once_the_district_has_acted_the_return_stands_and_the_page_says_why",
            "reviews/tests/test_questions.py"
            "::test_a_question_goes_back_and_forth_while_the_plan_stays_as_it_is",
            "reviews/tests/test_questions.py::test_what_came_between_is_told_to_who_was_second",
        ),
    ),
    Entry(
        "R41",
        "No resubmission until each required change is answered.",
        Effect.STOPS,
        "default",
        "default",
        held_by=(
            "plans.services.steps.what_blocks_submission",
            "plans.services.closing.close_for_signature",
            "reviews.rules.gate.changes_are_answered",
        ),
        tests=(
            "plans/tests/test_services_steps.py::test_a_returned_plan_waits_for_every_answer",
            "plans/tests/test_closing.py::test_an_unanswered_change_is_listed_with_its_link",
            "reviews/tests/test_approving.py::test_gate_wants_every_required_change_answered",
        ),
    ),
    Entry(
        "R42",
        "A withholding names the duty breached, the amount or all, reasons, cure steps and a"
        " response date (default 20 business days).",
        Effect.ITSELF,
        "law (f); the rest default",
        "law",
        held_by=("reviews.services.withholding.withhold",),
        tests=(
            "reviews/tests/test_withholding_pages.py"
            "::test_funds_are_withheld_on_grounds_that_the_district_reads",
            "reviews/tests/test_withholding_pages.py"
            "::test_a_withholding_gives_twenty_business_days_to_answer",
            "reviews/tests/test_withholding_pages.py"
            "::test_more_than_an_allocation_that_shrank_meanwhile_is_not_withheld",
            "reviews/tests/test_who_hears.py::test_withholding_wants_grounds",
        ),
    ),
    Entry(
        "R43",
        "The decision letter is generated and frozen; the plan submitted is published after a"
        " redaction check.",
        Effect.ITSELF,
        "§ 10-262v law; check and aim: default",
        "law",
        held_by=(
            "reviews.services.approving.approve",
            "library.services.publishing.publish",
            "library.reports.waiting.waiting_for",
        ),
        tests=(
            "reviews/tests/test_approving.py"
            "::test_approve_freezes_the_letter_and_posts_it_to_four_people",
            "library/tests/test_publishing.py::test_every_finding_is_decided",
            "library/tests/test_publishing_pages.py"
            "::test_what_is_submitted_waits_with_its_days_until_it_is_published",
        ),
    ),
    Entry(
        "R43a",
        "The letters of an approval are held for 15 minutes, in which whoever made it or the"
        " Commissioner can call it back. Plans that the gate warns of nothing in can be signed off"
        " together, each its own decision.",
        Effect.ITSELF,
        "default",
        "default",
        held_by=(
            "reviews.services.calling_back.call_back",
            "reviews.services.signing_off.sign_off",
        ),
        tests=(
            "reviews/tests/test_calling_back.py"
            "::test_its_letters_never_leave_and_nothing_of_it_is_in_force",
            "reviews/tests/test_calling_back.py"
            "::test_letters_of_an_approval_that_stands_leave_after_fifteen_minutes",
            "reviews/tests/test_decisions_page.py"
            "::test_what_cannot_be_approved_meanwhile_is_said_and_the_others_are",
        ),
    ),
)
