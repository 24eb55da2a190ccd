"""R59 to R61: who sees what, and who has left."""

from plans.rules.register.entry import Effect, Entry

RULES = (
    Entry(
        "R59",
        "A district sees only itself; the Department sees each plan's status, and a draft's content"
        " only while the district shares it for help.",
        Effect.ITSELF,
        "default",
        "default",
        held_by=(
            "plans.models.plans.PlanQuerySet.visible_to",
            "plans.permissions.may_read_version",
            "plans.permissions.may_read_shared",
            "reviews.permissions.readable_plans",
            "reviews.reports.packet",
        ),
        tests=(
            "plans/tests/test_permissions.py"
            "::test_a_district_sees_its_own_plans_and_the_department_all",
            "reviews/tests/test_plan_page.py"
            "::test_a_draft_is_not_found_even_if_it_is_closed_for_signature",
            "reviews/tests/test_plan_page.py::test_no_page_of_a_review_exists_for_its_district",
            "plans/tests/test_permissions.py"
            "::test_the_department_sees_only_versions_that_were_handed_in",
            "plans/tests/test_sharing.py::test_a_draft_is_read_only_while_it_is_shared",
        ),
    ),
    Entry(
        "R60",
        "Internal comments never reach a district, by any page, letter, export or API.",
        Effect.ITSELF,
        "default",
        "default",
        held_by=("plans.models.review.CommentQuerySet.visible_to_districts", "plans.reports.asked"),
        tests=(
            "plans/tests/test_changes.py::test_an_internal_comment_reaches_no_page_of_the_district",
            "alliance/tests/test_access.py::test_of_a_plan_each_person_meets_what_the_table_says",
        ),
    ),
    Entry(
        "R61",
        "A district's access administrator removes leavers; accounts idle for 90 days are"
        " suspended; nothing that was submitted is ever deleted.",
        Effect.ITSELF,
        "practice",
        "practice",
        held_by=(
            "districts.services.access_administrators",
            "districts.services.idle",
            "plans.models.plans.PlanVersion",
        ),
        tests=(
            "districts/tests/test_access_administrators.py"
            "::test_a_joiner_and_a_leaver_in_the_browser",
            "districts/tests/test_access_administrators.py"
            "::test_nothing_of_another_district_is_theirs",
            "districts/tests/test_idle.py"
            "::test_an_idle_account_is_written_to_a_fortnight_ahead_and_then_suspended",
            "plans/tests/test_services_steps.py::test_a_version_handed_in_is_never_changed",
        ),
    ),
)
