"""The demo: complete where it says so, believable, and silent by mail."""

from collections import Counter
from datetime import date

import pytest
from django.contrib.auth.hashers import check_password

from alliance.tests.loaded import WHOLE, working_in
from districts.models import Allocation, Designation, District, Membership, User, standing_of
from districts.roles import Role
from notices import services as notice_services
from notices.models import Notice
from plans import rules
from plans.documents import PlanDocument, draft_document, stored_document
from plans.models import Cycle, Plan, PlanVersion, Question, RequiredChange
from plans.workflow import Status, Step
from reviews.models import Rating
from reviews.reports.packet import read_packet
from reviews.rules import Readiness, gate, readiness_of

pytestmark = pytest.mark.django_db

CAST = {  # where the story of each plan of this year leaves it
    Status.APPROVED: (
        "ansonia bloomfield bridgeport bristol danbury derby east-windsor groton hamden hartford"
        " meriden middletown new-britain norwalk putnam stamford torrington waterbury west-haven"
        " windsor"
    ),
    Status.SUBMITTED: "east-haven thompson windsor-locks",
    Status.UNDER_REVIEW: "east-hartford new-haven",
    Status.RETURNED: "vernon windham",
    Status.RECOMMENDED: "manchester norwich",
    Status.DRAFT: "killingly naugatuck",
    Status.WITHHELD: "new-london",
    Status.WITHDRAWN: "winchester",
}
NEXT_YEARS_DRAFTS = (
    "ansonia bloomfield bristol derby east-windsor meriden middletown norwalk putnam torrington"
)
STATUSES = {
    **{(slug, 2027): status for status, slugs in CAST.items() for slug in slugs.split()},
    **{(slug, 2028): Status.DRAFT for slug in NEXT_YEARS_DRAFTS.split()},
}
DISTRICTS = {slug for slug, _ in STATUSES}
STATUSES |= {(slug, year): Status.APPROVED for slug in DISTRICTS for year in (2025, 2026)}
WRITING = {"killingly", "naugatuck"}
UNFINISHED = {"killingly"}
TOTAL = 529_158_900  # whole US dollars of the 32 finished plans: CSDE payment list, April 2026


@pytest.fixture(scope="module", autouse=True)
def demo(whole_demo, django_db_blocker):
    with working_in(WHOLE, django_db_blocker):
        yield


@pytest.fixture(scope="module")
def documents(demo, django_db_blocker):
    """Every draft as one document: built once, since no test edits one."""
    with django_db_blocker.unblock():
        return {
            (plan.district.slug, plan.cycle_id): draft_document(plan.pk)
            for plan in Plan.objects.select_related("district")
        }


def stops(document: PlanDocument) -> list[tuple[str, str, str]]:
    """As they stand on the day of the tests' `noon`."""
    return [
        (finding.rule, finding.place, finding.field)
        for finding in rules.stops(document, date(2026, 11, 23))
    ]


def test_demo_people_hold_their_roles_and_the_password():
    by_role = Counter(Membership.objects.current().values_list("role", flat=True))
    coordinator = User.objects.get(email="coordinator@new-haven.example.org")

    assert by_role == {
        **dict.fromkeys(
            (
                Role.PLAN_COORDINATOR,
                Role.FISCAL_OFFICER,
                Role.SUPERINTENDENT,
                Role.BOARD_CHAIR,
                Role.DISTRICT_VIEWER,
                Role.DISTRICT_ADMIN,
            ),
            33,
        ),
        Role.PROGRAM_REVIEWER: 3,
        Role.FISCAL_REVIEWER: 1,
        Role.PROGRAM_MANAGER: 1,
        Role.COMMISSIONER: 1,
        Role.SYSADMIN: 1,
        Role.AUDITOR: 1,
    }
    assert User.objects.values("name").distinct().count() == User.objects.count()
    assert User.objects.values("password").distinct().count() == 1
    assert coordinator.password.startswith("md5$")  # as the settings say now, whatever came before
    assert check_password("alliance-demo", coordinator.password)
    assert standing_of(coordinator).in_districts == {
        District.objects.get(slug="new-haven").pk: {Role.PLAN_COORDINATOR}
    }


def test_demo_delegate_may_decide_in_the_fiscal_year_only(noon):
    def may_decide(at):
        return standing_of(User.objects.get(email="delegate@csde.example.org"), at=at).may_decide

    assert (may_decide(noon), may_decide(noon.replace(year=2027))) == (True, False)


def test_demo_renews_designations_and_marks_every_assumption():
    last_year, this_year = (
        sorted(
            Designation.objects.covering(year).values_list(
                "district__slug", "cohort", "is_reform_district"
            )
        )
        for year in (2027, 2032)
    )
    assumed = Allocation.objects.filter(fiscal_year=2028)

    assert (len(last_year), this_year) == (33, last_year)
    assert set(Designation.objects.covering(2028).values_list("is_assumption", flat=True)) == {True}
    assert set(assumed.values_list("stage", "is_assumption")) == {("preliminary", True)}
    assert dict(assumed.values_list("district", "amount")) == dict(
        Allocation.objects.filter(fiscal_year=2027).values_list("district", "amount")
    )


def test_demo_opens_the_next_cycle_on_the_first_of_november():
    cycle = Cycle.objects.get(pk=2028)

    assert (cycle.guidance_on, cycle.opens_on) == (date(2026, 10, 15), date(2026, 11, 1))


def test_demo_plans_are_where_their_stories_leave_them():
    found = {
        (plan.district.slug, plan.cycle_id): plan.status
        for plan in Plan.objects.select_related("district")
    }

    assert found == STATUSES


def test_demo_plans_of_this_year_stand_in_every_status():
    assert set(Plan.objects.filter(cycle=2027).values_list("status", flat=True)) == set(Status)


def test_demo_plans_of_this_year_are_complete_to_the_dollar(documents):
    whole = {
        slug: document
        for (slug, year), document in documents.items()
        if year == 2027 and slug not in UNFINISHED
    }
    final = Allocation.objects.filter(
        fiscal_year=2027, stage="final", district__slug__in=whole
    ).values_list("district__slug", "amount")
    handed_in = {
        plan.district.slug: stored_document(plan.versions.order_by("-number").first()).budgeted
        for plan in Plan.objects.filter(cycle=2027, district__slug__in=whole)
    }

    assert len(whole) == len(DISTRICTS - UNFINISHED)
    assert {slug: found for slug in whole if (found := stops(whole[slug]))} == {}
    assert {slug: document.budgeted for slug, document in whole.items()} == dict(final) == handed_in
    assert {slug for slug, amount in handed_in.items() if not amount} == {"groton", "thompson"}
    assert sum(handed_in.values()) == TOTAL


def test_demo_plans_hold_what_a_reviewer_looks_for(documents):
    for (slug, year), document in documents.items():
        if year != 2027 or slug in UNFINISHED:
            continue
        assert 2 <= len(document.objectives) <= 5, slug
        assert all(1 <= len(objective.targets) <= 4 for objective in document.objectives), slug
        assert 3 <= len(document.strategies) <= 9, slug
        assert all(2 <= len(strategy.milestones) <= 5 for strategy in document.strategies), slug
        assert (6 if document.money.amount else 0) <= len(document.lines) <= 30, slug
        assert all(row.heard and row.held_on for row in document.engagement), slug
        assert {row.group for row in document.engagement} >= {
            "families",
            "teachers",
            "school_leaders",
            "community_partners",
        }, slug


def test_demo_plans_differ_in_length(documents):
    """From a district of 607 students to one of 19,380."""
    this_year = [document for (_, year), document in documents.items() if year == 2027]

    assert len({len(document.lines) for document in this_year}) > 10
    assert {len(document.strategies) for document in this_year} >= set(range(3, 9))


def test_drafts_of_next_year_start_from_this_years_approved_plan():
    drafts = Plan.objects.filter(cycle=2028).select_related("district", "copied_from")

    assert {
        plan.district.slug: (plan.kind, plan.copied_from.cycle_id, plan.copied_from.status)
        for plan in drafts
    } == dict.fromkeys(
        NEXT_YEARS_DRAFTS.split(), (Plan.Kind.ANNUAL_AMENDMENT, 2027, Status.APPROVED)
    )


def test_drafts_of_next_year_lack_different_things(documents):
    lacking = {
        slug: stops(document) for (slug, year), document in documents.items() if year == 2028
    }

    assert len({len(lacks) for lacks in lacking.values()}) >= 4
    assert lacking["bristol"] == [
        ("R09", "strategy", "target_lineages"),
        ("R19", "line", "narrative"),
        ("R13", "", "accepted_numbers"),
    ]


def test_windham_has_answered_one_of_two_changes():
    changes = RequiredChange.objects.filter(plan__district__slug="windham").order_by("number")

    assert [(change.section, change.is_answered) for change in changes] == [
        ("objectives", True),
        ("budget", False),
    ]


def test_demo_decisions_name_who_decided_and_for_whom():
    """The Commissioner in her own name, the delegate only under the delegation."""
    decided = Plan.objects.filter(status=Status.APPROVED)

    assert {
        (plan.determination.decided_by.email, plan.determination.delegation_id is not None)
        for plan in decided
    } == {("commissioner@csde.example.org", False), ("delegate@csde.example.org", True)}


def test_a_demo_plan_is_approved_on_a_condition_that_is_still_to_come():
    plan = Plan.objects.get(district__slug="derby", cycle=2027)
    condition = plan.approval_conditions.get()

    assert condition.due_on == date(2027, 2, 28)
    assert condition.text in plan.determination.letter


def test_one_demo_plan_is_clean_and_one_is_half_rated_with_a_question_open(noon):
    packet = read_packet(Plan.objects.filter(district__slug="manchester", cycle=2027))
    found = gate(packet, on=noon.date())
    asked = Question.objects.get()

    assert readiness_of(found, is_prepared=packet.prepared is not None) == Readiness.CLEAN
    assert asked.plan.district.slug == "east-hartford"
    assert asked.entries.get().did == "asked"
    assert set(Rating.objects.values_list("review__plan", "level")) == {
        (asked.plan_id, "meets"),
        (asked.plan_id, "partially"),
    }


def test_demo_versions_are_signed_by_both_and_differ_after_a_return():
    versions = PlanVersion.objects.filter(plan__cycle=2027).select_related("plan__district")
    handed_in = versions.handed_in()

    returned = Plan.objects.filter(events__step=Step.RETURN, status=Status.APPROVED).distinct()

    assert {version.signatures.count() for version in handed_in} == {2}
    assert {version.plan.district.slug for version in handed_in} == DISTRICTS - WRITING
    assert versions.values("sha256").distinct().count() == versions.count()
    assert 6 <= len(returned) <= 14
    assert {plan.versions.count() >= 2 for plan in returned} == {True}


def test_demo_history_runs_forward_and_ends_before_the_demo_day(noon):
    for plan in Plan.objects.all():
        moments = [plan.started_at, *plan.events.order_by("pk").values_list("taken_at", flat=True)]
        assert moments == sorted(moments)
        assert moments[-1] < noon


def test_demo_sends_no_letter(noon, mailoutbox):
    notice_services.post_reminders(at=noon)
    notice_services.deliver_due(at=noon)

    assert Counter(Notice.objects.values_list("status", "outcome")) == {
        (Notice.Status.WITHDRAWN, "Written for the demo's history, never sent"): (
            Notice.objects.count()
        )
    }
    assert mailoutbox == []
