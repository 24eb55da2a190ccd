"""A question is reminded of in its last days and while it is late, until it has its answer."""

from datetime import date, datetime, timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest

from districts.calendar import EASTERN
from notices.models import Notice
from notices.services import deliver_due, post_reminders
from plans import services as plan_services
from plans.models import Cycle, Plan
from plans.reminders import due
from plans.workflow import Status
from reviews import services

pytestmark = pytest.mark.django_db

ASKED, DUE = date(2026, 8, 3), date(2026, 8, 21)


def morning(day):
    return datetime(day.year, day.month, day.day, 9, 0, tzinfo=EASTERN)


@pytest.fixture
def case(under_review, people_of, program_reviewer_of):
    Cycle.objects.filter(pk=2027).update(reminders_from=morning(date(2026, 4, 1)))
    reviewer = program_reviewer_of(under_review)
    case = SimpleNamespace(plan=under_review, theirs=people_of(under_review), reviewer=reviewer)
    services.ask_question(
        plan_id=case.plan.pk,
        version=1,
        section="budget",
        text="Who pays the tutors?",
        due_on=DUE,
        key=uuid4(),
        by=reviewer,
        at=morning(ASKED),
    )
    return case


def answer(case, at, seen=1):
    said = {"number": 1, "seen": seen, "text": "The district does.", "key": uuid4()}
    plan_services.answer_question(
        plan_id=case.plan.pk, by=case.theirs.plan_coordinator, at=at, **said
    )


def rules(case, day, who="superintendent"):
    """What is due for one person by the morning of a day, in order."""
    to = getattr(case.theirs, who).pk
    found = sorted(
        (one for one in due(morning(day)) if one.to_id == to), key=lambda one: one.leaves_at
    )
    return [(one.rule, one.due_on) for one in found]


def test_it_is_reminded_of_from_three_days_before_until_it_is_answered(case):
    last_days = [(f"question-due-{days}", DUE) for days in (3, 1, 0)]
    late = [(f"question-overdue-{days}", DUE) for days in (1, 3, 7, 14)]

    assert rules(case, date(2026, 8, 17)) == []  # neither a week before, nor sooner
    assert rules(case, DUE) == last_days
    assert rules(case, date(2026, 9, 4)) == [*last_days, *late]
    assert rules(case, DUE, "plan_coordinator") == last_days
    for who in ("fiscal_officer", "board_chair"):
        assert rules(case, DUE, who) == []

    answer(case, morning(DUE))
    assert rules(case, date(2026, 9, 4)) == []


def test_asked_further_it_counts_from_its_new_day(case):
    answer(case, morning(DUE))
    later = date(2026, 9, 9)
    services.ask_further(
        plan_id=case.plan.pk,
        number=1,
        seen=2,
        text="From which grant?",
        due_on=later,
        key=uuid4(),
        by=case.reviewer,
        at=morning(date(2026, 9, 7)),
    )

    assert rules(case, later) == [("question-due-1", later), ("question-due-0", later)]


@pytest.mark.parametrize("ends", ["closing", "a decision", "leaving the roster", "not begun"])
def test_nothing_reminds_of_what_nobody_owes(case, ends, admin):
    if ends == "closing":
        services.close_question(
            plan_id=case.plan.pk,
            number=1,
            seen=1,
            text="",
            key=uuid4(),
            by=case.reviewer,
            at=morning(ASKED),
        )
    elif ends == "a decision":
        Plan.objects.update(status=Status.APPROVED)
    elif ends == "leaving the roster":
        type(case.plan.district).objects.update(retired_at=morning(ASKED), retired_by=admin)
    else:
        Cycle.objects.update(reminders_from=None)

    assert rules(case, DUE) == []


def test_the_letter_says_it_and_stays_where_the_answer_came_first(case, mailoutbox):
    deliver_due(at=morning(ASKED))
    mailoutbox.clear()
    third_before = morning(date(2026, 8, 18))
    post_reminders(at=third_before)
    deliver_due(at=third_before)

    told = {letter.to[0]: letter for letter in mailoutbox}
    assert set(told) == {case.theirs.superintendent.email, case.theirs.plan_coordinator.email}
    letter = told[case.theirs.superintendent.email]
    assert letter.subject.endswith("question 1 about the FY2027 plan is to be answered in 3 days")
    assert "Friday, August 21, 2026, 11:59 pm Eastern Time" in letter.body
    assert f"/plans/{case.plan.district.slug}/2027/questions/1/" in letter.body
    assert case.reviewer.name not in letter.body

    mailoutbox.clear()
    day_before = morning(date(2026, 8, 20))
    post_reminders(at=day_before)
    waiting = Notice.objects.filter(what_is_due="question", status="waiting")
    assert waiting.count() == 2
    answer(case, day_before + timedelta(seconds=1))
    deliver_due(at=day_before + timedelta(minutes=1))
    kept = Notice.objects.filter(what_is_due="question", status="withdrawn")
    assert {one.outcome for one in kept} == {"The question was answered meanwhile."}
    assert not any("is to be answered" in letter.subject for letter in mailoutbox)
