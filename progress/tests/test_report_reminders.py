"""Reminders of reports: on which days, to whom, and that filing ends them."""

from datetime import date, datetime
from uuid import uuid4

import pytest

from districts.calendar import EASTERN
from districts.roles import Role
from districts.tests.factories import person
from notices.models import REMINDER, Notice
from notices.services import post_reminders
from plans.models import Cycle, Plan
from plans.tests.factories import PlanFactory
from progress import services
from progress.reminders import due, unreachable
from progress.reminders.what import REPORTS
from progress.services import truth
from progress.services.all_kinds import KINDS
from progress.services.progress import KIND
from progress.tests.filed import (
    a_report,
    approved_plan,
    certified_report,
    closed_report,
)

pytestmark = pytest.mark.django_db


def nine(*day):
    return datetime(*day, 9, 0, tzinfo=EASTERN)


@pytest.fixture
def plan(db):
    Cycle.objects.filter(pk=2027).update(reminders_from=nine(2026, 4, 1))
    return approved_plan()


@pytest.fixture
def coordinator(plan):
    return person(Role.PLAN_COORDINATOR, plan.district)


@pytest.fixture
def superintendent(plan):
    return person(Role.SUPERINTENDENT, plan.district)


def rules(at, about="mid_year_report"):
    found = [one for one in due(at) if one.about.about_noun == about]
    return [one.rule for one in sorted(found, key=lambda one: (one.to_id, one.leaves_at))]


def test_they_leave_by_the_rules_of_the_cycle(plan, coordinator):
    assert rules(nine(2026, 12, 29)) == []

    assert rules(nine(2026, 12, 30)) == ["due-60"]
    assert rules(nine(2027, 2, 28)) == [
        *("due-60", "due-30", "due-14", "due-7", "due-3", "due-1", "due-0"),
    ]
    assert rules(nine(2027, 3, 14))[-5:] == [
        *("due-0", "overdue-1", "overdue-3", "overdue-7", "overdue-14"),
    ]
    assert rules(nine(2027, 6, 16), "end_of_year_report") == ["due-60"]


def test_spending_is_reminded_of_every_quarter_and_at_the_end_of_the_year(plan, coordinator):
    days = {
        "spending_q1": date(2026, 10, 20),
        "spending_q2": date(2027, 1, 20),
        "spending_q3": date(2027, 4, 20),
        "spending_annual": date(2027, 8, 31),
    }

    found = {one.about.about_noun: one for one in due(nine(2027, 9, 1))}

    assert {noun: found[noun].due_on for noun in days} == days
    assert "annual expenditure report" in str(found["spending_annual"].subject)
    assert rules(nine(2026, 10, 6), "spending_q1") == ["due-60", "due-30", "due-14"]


def test_what_is_reminded_of_is_what_the_kinds_say():
    """Reminders stand below the kinds, so they name again what a kind is about and when."""
    plan = Plan(cycle=Cycle.objects.get(pk=2027), report_days={"progress/mid_year": "2027-05-04"})
    said = {(one.model, one.period, one.about, one.page, one.due_on(plan)) for one in REPORTS}

    assert said == {
        (kind.model, period, noun, kind.page, kind.due_on(plan, period))
        for kind in KINDS.values()
        for period, noun in kind.about.items()
    }


def test_they_go_to_the_coordinator_and_the_superintendent(plan, coordinator, superintendent):
    person(Role.FISCAL_OFFICER, plan.district)
    person(Role.PLAN_COORDINATOR)  # of another district

    assert {one.to_id for one in due(nine(2027, 2, 28))} == {coordinator.pk, superintendent.pk}


def test_a_letter_leads_to_the_list_until_the_report_was_started(plan, coordinator):
    before = next(one for one in due(nine(2026, 12, 30)) if one.rule == "due-60")
    a_report(plan, by=coordinator)
    after = next(one for one in due(nine(2026, 12, 30)) if one.rule == "due-60")

    assert (before.page.kind, after.page.kind) == ("reports", "progress_report")
    assert "60 days left" in str(before.body)
    assert "Nobody has started it" in str(before.body)
    assert "is due in 60 days" in str(before.subject)


def test_no_plan_owes_a_report_before_it_is_approved(coordinator):
    other = PlanFactory(submitted=True)
    person(Role.PLAN_COORDINATOR, other.district)

    assert {one.concerns for one in due(nine(2027, 3, 1))} == {
        coordinator.memberships.get().district.name
    }


def test_an_approval_after_the_due_date_sends_no_pile(plan, coordinator):
    Cycle.objects.filter(pk=2027).update(mid_year_report_on=date(2026, 7, 20))  # approved July 27

    assert rules(nine(2026, 7, 27)) == []
    assert rules(nine(2026, 8, 3)) == ["overdue-14"]


def test_certifying_withdraws_what_waits_and_ends_them(plan, coordinator, superintendent):
    at = nine(2027, 2, 28)
    report = closed_report(plan, by=coordinator, at=at)
    post_reminders(at=at)
    waiting = Notice.objects.filter(
        kind=REMINDER, about_noun="mid_year_report", status=Notice.Status.WAITING
    )
    assert waiting.count() == 2  # the latest of each, to two people

    services.certify(
        kind=KIND,
        report_id=report.pk,
        sha256=services.current_version(report).sha256,
        by=superintendent,
        at=at,
        key=uuid4(),
    )

    assert waiting.count() == 0
    assert rules(nine(2027, 3, 7)) == []


def test_a_report_that_is_being_corrected_was_filed(plan, coordinator):
    report = certified_report(plan, by=coordinator, at=nine(2027, 2, 20))
    act = {"kind": KIND, "report_id": report.pk, "at": nine(2027, 2, 21), "key": uuid4()}
    services.supersede(**act, by=coordinator, reason="Another year.")
    assert rules(nine(2027, 3, 7)) == []
    again = certified_report(plan, by=coordinator, at=nine(2027, 2, 22))
    manager = person(Role.PROGRAM_MANAGER)
    services.return_report(
        kind=KIND,
        report_id=again.pk,
        by=manager,
        at=nine(2027, 2, 23),
        key=uuid4(),
        reason="Which?",
    )

    assert rules(nine(2027, 3, 7)) == []  # it was filed once, and holds until it is certified anew


def test_a_year_whose_reminders_have_not_begun_sends_none(plan, coordinator):
    Cycle.objects.filter(pk=2027).update(reminders_from=None)

    assert rules(nine(2027, 3, 1)) == []


def test_a_district_with_nobody_to_remind_is_named(plan):
    assert any(plan.district.name in line for line in unreachable(nine(2027, 3, 1)))


def test_a_letter_that_is_no_longer_true_stays_here(plan, coordinator, superintendent):
    at = nine(2027, 2, 28)
    post_reminders(at=at)
    letter = Notice.objects.get(
        kind=REMINDER,
        about_noun="mid_year_report",
        to=coordinator,
        status=Notice.Status.WAITING,
    )
    assert truth.why_not(letter, at=at) == ""

    Cycle.objects.filter(pk=2027).update(mid_year_report_on=date(2027, 3, 15))
    assert truth.why_not(letter, at=at) == "The due date has moved since."
    Cycle.objects.filter(pk=2027).update(mid_year_report_on=date(2027, 2, 28))
    certified_report(plan, at=at)
    assert truth.why_not(letter, at=at) == "The report is certified now."
    coordinator.memberships.update(ended_at=at, ended_by=coordinator)
    assert "no longer has the role" in truth.why_not(letter, at=at)


def test_a_letter_to_certify_is_true_until_the_report_is_edited(plan, coordinator, superintendent):
    at = nine(2027, 2, 20)
    report = a_report(plan, by=coordinator, at=at)
    report.strategyprogress_set.update(status="on_track")
    report.targetresult_set.update(available_on=date(2027, 9, 30))
    services.close(kind=KIND, report_id=report.pk, by=coordinator, at=at)
    letter = Notice.objects.get(kind="report_to_certify", to=superintendent)
    assert truth.why_not(letter, at=at) == ""

    report.refresh_from_db()
    services.edited(report, by=coordinator, at=at)

    assert "edited after it was closed" in truth.why_not(letter, at=at)


def test_as_many_queries_for_many_plans_as_for_one(plan, django_assert_max_num_queries):
    with django_assert_max_num_queries(50) as one:
        list(due(nine(2027, 3, 1)))
    approved_plan()
    approved_plan()
    with django_assert_max_num_queries(50) as three:
        list(due(nine(2027, 3, 1)))

    assert len(one) == len(three)
