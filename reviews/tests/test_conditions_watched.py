"""Conditions are watched: the district is reminded, and the Department lists what is open."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from districts.calendar import letters_leave_at
from districts.roles import Role
from districts.tests.factories import ConflictFactory, person
from notices.models import Notice
from notices.services import deliver_due, post_reminders
from plans.reminders.conditions import batches_of_conditions
from plans.tests.factories import PlanFactory
from reviews import services
from reviews.services import Stipulation
from reviews.tests.test_since_closing import FINDINGS

pytestmark = pytest.mark.django_db

DUE = date(2026, 12, 15)


@pytest.fixture
def plan(noon, commissioner):
    return approved_on([Stipulation("Name the tutors.", DUE)], commissioner, noon)


def approved_on(conditions, by, at):
    plan = PlanFactory(recommended=True)
    plan.cycle.reminders_from = at
    plan.cycle.save()
    for role in (Role.PLAN_COORDINATOR, Role.SUPERINTENDENT, Role.FISCAL_OFFICER):
        person(role, plan.district)
    services.approve(
        plan_id=plan.pk,
        version=1,
        conditions=conditions,
        key=uuid4(),
        by=by,
        at=at,
        **FINDINGS,
    )
    return plan


def reminders(at):
    return [each for batch in batches_of_conditions(at) for each in batch.reminders]


def at_nine(days):
    return letters_leave_at(DUE + timedelta(days=days))


def record(plan, at):
    services.record_met(
        plan_id=plan.pk,
        number=1,
        met_on=at.date(),
        word="The list came.",
        by=person(Role.PROGRAM_MANAGER),
        at=at,
    )


def test_two_people_are_reminded_before_and_after_its_day(plan):
    last = reminders(at_nine(3))

    assert {each.rule for each in last} == {
        *("condition-due-14", "condition-due-7", "condition-due-3", "condition-due-1"),
        *("condition-due-0", "condition-overdue-1", "condition-overdue-3"),
    }
    assert len(last) == 2 * 7
    assert len({each.key for each in last}) == len(last)
    assert len({each.series for each in last}) == 2
    latest = max(last, key=lambda each: each.leaves_at)
    assert "was due 3 days ago" in str(latest.subject)
    assert "Name the tutors." in str(latest.body)


def test_they_leave_and_end_as_it_is_recorded_as_met(plan, mailoutbox):
    post_reminders(at=at_nine(-7))
    deliver_due(at=at_nine(-7))
    sent = [each for each in mailoutbox if "a condition of the" in each.subject]
    assert len(sent) == 2
    assert "is due in 7 days" in sent[0].subject

    waiting = reminders(at_nine(-3))
    assert waiting
    record(plan, at_nine(-4))

    assert reminders(at_nine(-3)) == []


def test_one_that_waits_for_the_mail_server_stays_once_it_is_met(plan, mailoutbox):
    post_reminders(at=at_nine(-7))
    record(plan, at_nine(-7))
    deliver_due(at=at_nine(-7) + timedelta(minutes=1))

    assert [each for each in mailoutbox if "a condition of the" in each.subject] == []
    kept = Notice.objects.filter(kind="reminder", what_is_due="condition", status="withdrawn")
    assert set(kept.values_list("outcome", flat=True)) == {"The condition is asked no more."}


def test_nobody_is_reminded_of_what_was_called_back_or_what_a_report_brings(
    plan, noon, commissioner
):
    of_a_report = plan.approval_conditions.get()
    type(of_a_report).objects.bulk_create(
        [
            type(of_a_report)(
                plan=plan,
                event=of_a_report.event,
                number=2,
                text="The mid-year report.",
                due_on=DUE,
                watches="progress/mid_year",
            )
        ]
    )
    assert {str(each.body).count("mid-year") for each in reminders(at_nine(-1))} == {0}
    services.call_back(
        plan_id=plan.pk,
        decision=plan.determination.pk,
        reason="The wrong plan.",
        key=uuid4(),
        by=commissioner,
        at=noon + timedelta(minutes=1),
    )
    assert reminders(at_nine(-1)) == []


def test_the_department_lists_what_is_open_the_oldest_first(client, commissioner):
    now = timezone.now()
    soon, later = now.date() + timedelta(days=3), now.date() + timedelta(days=90)
    conditions = [Stipulation("Name the tutors.", later), Stipulation("Send the list.", soon)]
    plan = approved_on(conditions, commissioner, now)
    hidden = approved_on([Stipulation("Not for you.", soon)], commissioner, now)
    reader = person(Role.PROGRAM_MANAGER)
    ConflictFactory(person=reader, district=hidden.district)
    client.force_login(reader)
    url = reverse("reviews:conditions")

    page = client.get(url).text
    assert page.index("Send the list.") < page.index("Name the tutors.")
    assert "Not for you." not in page
    assert page.count("Record as met") == 2
    client.force_login(person(Role.AUDITOR))
    assert client.get(url).text.count("Record as met") == 0
    client.force_login(person(Role.SUPERINTENDENT, plan.district))
    assert client.get(url).status_code == 404


def test_the_list_asks_as_much_for_three_as_for_one(client, commissioner):
    now = timezone.now()
    client.force_login(commissioner)
    asked = []
    for count in (1, 2):
        due = now.date() + timedelta(days=3)
        approved_on([Stipulation(f"No. {n}", due) for n in range(count)], commissioner, now)
        with CaptureQueriesContext(connection) as found:
            client.get(reverse("reviews:conditions"))
        asked.append(len(found))
    assert asked[0] == asked[1]
