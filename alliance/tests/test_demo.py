"""The demo: complete where it says so, believable, and silent by mail."""

from collections import Counter
from datetime import date

import pytest
from django.contrib.auth.hashers import check_password
from django.db import transaction
from django.test import override_settings

from alliance.tests.demo import load_demo, load_roster
from districts.models import Allocation, Designation, District, Membership, User, standing_of
from districts.roles import Role
from notices import services as notice_services
from notices.models import Notice
from plans.documents import draft_document, thaw
from plans.models import Cycle, Plan, PlanVersion, RequiredChange
from plans.rules import check
from plans.workflow import Status

pytestmark = pytest.mark.django_db

MD5 = "django.contrib.auth.hashers.MD5PasswordHasher"
STATUSES = {
    ("ansonia", 2027): Status.APPROVED,
    ("bristol", 2027): Status.APPROVED,
    ("bristol", 2028): Status.DRAFT,
    ("east-haven", 2027): Status.SUBMITTED,
    ("new-haven", 2027): Status.UNDER_REVIEW,
    ("norwich", 2027): Status.RECOMMENDED,
    ("windham", 2027): Status.RETURNED,
}
ALLOCATIONS = {  # whole US dollars: CSDE payment list, April 2026
    "ansonia": 6_300_685,
    "bristol": 13_445_627,
    "east-haven": 1_241_832,
    "new-haven": 28_314_805,
    "norwich": 16_914_723,
    "windham": 9_659_546,
}


@pytest.fixture(scope="module", autouse=True)
def demo(django_db_setup, django_db_blocker):
    """Loaded once, in a transaction in which each test has its own savepoint."""
    with (
        django_db_blocker.unblock(),
        override_settings(DEMO=True, PASSWORD_HASHERS=[MD5]),
        transaction.atomic(),
    ):
        load_roster()
        load_demo()
        with django_db_blocker.block():
            yield
        transaction.set_rollback(True)


def stops(plan: Plan) -> list[tuple[str, str, str]]:
    return [
        (finding.rule, finding.place, finding.field)
        for finding in check(draft_document(plan.pk))
        if finding.stops
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


def test_demo_plans_of_this_year_are_complete_to_the_dollar():
    plans = Plan.objects.filter(cycle=2027).select_related("district")

    assert {plan.district.slug: stops(plan) for plan in plans} == {slug: [] for slug in ALLOCATIONS}
    assert {plan.district.slug: draft_document(plan.pk).budgeted for plan in plans} == ALLOCATIONS
    assert {
        plan.district.slug: thaw(plan.versions.order_by("-number").first().document).budgeted
        for plan in plans
    } == ALLOCATIONS


def test_demo_plans_hold_what_a_reviewer_looks_for():
    for plan in Plan.objects.all():
        document = draft_document(plan.pk)
        assert 3 <= len(document.objectives) <= 5
        assert all(1 <= len(objective.targets) <= 3 for objective in document.objectives)
        assert 5 <= len(document.strategies) <= 9
        assert all(2 <= len(strategy.milestones) <= 4 for strategy in document.strategies)
        assert 12 <= len(document.lines) <= 28
        assert all(row.heard and row.held_on for row in document.engagement)
        assert {row.group for row in document.engagement} >= {
            "families",
            "teachers",
            "school_leaders",
            "community_partners",
        }


def test_demo_texts_are_all_different():
    """Nothing reads as if it were filled in: no long passage stands in two districts' plans."""
    seen = Counter()
    for plan in Plan.objects.filter(cycle=2027):
        document = draft_document(plan.pk)
        seen.update(
            {
                document.cover.summary,
                document.needs.narrative,
                document.needs.root_causes,
                document.look_back.lessons,
                document.sustainability.sustaining,
                document.sustainability.non_supplanting,
                *(strategy.description for strategy in document.strategies),
                *(strategy.title for strategy in document.strategies),
                *(row.heard for row in document.engagement),
            }
        )

    assert [text for text, times in seen.items() if times > 1 or not text] == []


def test_bristol_lacks_exactly_three_things_for_next_year():
    plan = Plan.objects.get(district__slug="bristol", cycle=2028)

    assert (plan.kind, plan.copied_from.cycle_id) == (Plan.Kind.ANNUAL_AMENDMENT, 2027)
    assert stops(plan) == [
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
    decided = Plan.objects.filter(status=Status.APPROVED).order_by("district__name")

    assert [
        (plan.determination.decided_by.email, plan.determination.delegation_id is not None)
        for plan in decided
    ] == [("commissioner@csde.example.org", False), ("delegate@csde.example.org", True)]


def test_demo_versions_are_signed_by_both_and_differ_after_a_return():
    versions = PlanVersion.objects.order_by("plan__district__name", "number")

    assert [
        (version.plan.district.slug, version.number, version.signatures.count())
        for version in versions
    ] == [
        ("ansonia", 1, 2),
        ("bristol", 1, 2),
        ("bristol", 2, 2),
        ("east-haven", 1, 2),
        ("new-haven", 1, 2),
        ("new-haven", 2, 2),
        ("norwich", 1, 2),
        ("windham", 1, 2),
    ]
    assert versions.values("sha256").distinct().count() == 8


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
