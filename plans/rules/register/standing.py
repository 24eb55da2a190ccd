"""R01 to R05: the calendar, and who files what."""

from plans.rules.register.entry import Effect, Entry

RULES = (
    Entry(
        "R01",
        "A fiscal year runs from 1 July to 30 June and is named by its ending year.",
        Effect.ITSELF,
        "law",
        "law",
        held_by=("districts.calendar.fiscal_year_of", "districts.calendar.first_day"),
        tests=("plans/tests/test_starting.py::test_r01_names_a_fiscal_year_by_its_end",),
    ),
    Entry(
        "R02",
        "Only a district designated for the fiscal year may file.",
        Effect.STOPS,
        "law (b)",
        "law",
        held_by=("plans.services.standing.refuse_unless_it_may_file",),
        tests=(
            "alliance/tests/test_decided_years.py"
            "::test_a_retired_or_undesignated_district_files_nothing_and_is_told_whom_to_ask",
        ),
    ),
    Entry(
        "R03",
        "One plan per district and fiscal year: the first of an unbroken run of designated years is"
        " an initial plan, each later one an annual amendment.",
        Effect.ITSELF,
        "page; default",
        "page",
        held_by=("plans.services.starting.start_plan", "plans.models.plans.Plan"),
        tests=(
            "plans/tests/test_starting.py::test_r03_the_first_plan_of_a_run_is_the_initial_one",
        ),
    ),
    Entry(
        "R04",
        "Administrators are warned 12 months before a designation ends.",
        Effect.ITSELF,
        "default",
        "default",
        held_by=("districts.reports.roster.troubles", "districts.reminders.batches"),
        tests=(
            "districts/tests/test_roster_views.py"
            "::test_an_admin_is_warned_of_designations_that_end_within_twelve_months",
            "districts/tests/test_reminders.py"
            "::test_r04_administrators_have_a_letter_twelve_months_before",
        ),
    ),
    Entry(
        "R05",
        "An allocation of $0 is legal: the plan is filed all the same, and its budget totals $0.",
        Effect.ITSELF,
        "law (d)",
        "law",
        held_by=(
            "plans.rules.budget.total_is_the_final_allocation",
            "reviews.rules.gate.allocation_is_known",
        ),
        tests=(
            "plans/tests/test_rules_budget.py::test_r05_takes_an_allocation_of_zero_without_lines",
            "plans/tests/test_rules_budget.py::test_r05_stops_a_line_of_an_allocation_of_zero",
            "reviews/tests/test_approving.py::test_gate_takes_an_allocation_of_nothing",
        ),
    ),
)
