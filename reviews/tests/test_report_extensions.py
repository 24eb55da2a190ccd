"""More time for a report: asked, granted or refused, and every page, list and reminder follows."""

from datetime import date, datetime, timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.urls import reverse

from districts.calendar import EASTERN
from districts.roles import Role
from districts.tests.factories import ConflictFactory, DistrictFactory, person
from notices.models import Notice
from notices.services import deliver_due, post_reminders
from plans import services as plan_services
from plans.models import Assignment, Cycle, Plan
from plans.services import Blocked, SentBefore
from plans.workflow import StepNotAllowed
from progress.calendar import due_in_sql, due_in_year, due_on
from progress.models import ReportExtension
from progress.reminders import due
from progress.reports.due import expenditure_reports_due
from progress.reports.late import late_reports
from progress.services.extensions import report_time
from progress.tests.filed import approved_plan, certified_report
from reviews import services
from reviews.reports.packet import read_packet
from reviews.reports.waiting import waiting_for
from reviews.rules import to_come, unmet
from reviews.services import MovedOn
from reviews.tests.years import amendment_2028, approved_2027

pytestmark = pytest.mark.django_db

DUE, ASKED, GRANTED = date(2027, 2, 28), date(2027, 4, 15), date(2027, 3, 31)
MID_YEAR = report_time("progress", "mid_year")
EVERY = [
    *(("progress", period) for period in ("mid_year", "end_of_year")),
    *(("expenditure", period) for period in ("q1", "q2", "q3", "annual")),
]


def nine(*day):
    return datetime(*day, 9, 0, tzinfo=EASTERN)


@pytest.fixture
def case(db, manager):
    """An approved plan of FY2027, three days before its mid-year report is due."""
    Cycle.objects.filter(pk=2027).update(reminders_from=nine(2026, 4, 1))
    plan = approved_plan()
    people = {
        role: person(role, plan.district, name=role.label)
        for role in (Role.SUPERINTENDENT, Role.PLAN_COORDINATOR, Role.FISCAL_OFFICER)
    }
    at = nine(2027, 2, 25)
    return SimpleNamespace(plan=plan, manager=manager, at=at, **people)


def ask(case, by=None, what=MID_YEAR, **said):
    asked = {"until": ASKED, "reason": "Scores came late.", "key": uuid4(), "at": case.at}
    by = by or case.plan_coordinator
    return plan_services.ask_for_time(plan_id=case.plan.pk, by=by, what=what, **asked | said)


def grant(case, by=None, what=MID_YEAR, **said):
    given = {"seen": 1, "until": GRANTED, "reason": "A month will do.", "key": uuid4()}
    act = {"by": by or case.manager, "at": case.at + timedelta(hours=1), "what": what}
    return services.grant_time(plan_id=case.plan.pk, **given | act | said)


def refuse(case, by=None, **said):
    given = {"seen": 1, "reason": "Nothing came late.", "key": uuid4(), "what": MID_YEAR}
    act = {"by": by or case.manager, "at": case.at + timedelta(hours=1)}
    return services.refuse_time(plan_id=case.plan.pk, **given | act | said)


def due_day(case, kind="progress", period="mid_year"):
    return due_on(Plan.objects.select_related("cycle").get(pk=case.plan.pk), kind, period)


def letters():
    told = Notice.objects.filter(kind__startswith="report_time_")
    return sorted(told.values_list("kind", "to__name"))


def test_a_day_is_asked_refused_asked_again_and_granted_with_a_letter_each_way(case):
    ask(case)
    refuse(case)
    assert due_day(case) == DUE
    ask(case, by=case.fiscal_officer)
    grant(case, seen=3)

    assert due_day(case) == GRANTED
    entries = ReportExtension.objects.order_by("number")
    assert [each.did for each in entries] == ["asked", "refused", "asked", "granted"]
    theirs = [case.superintendent, case.plan_coordinator, case.fiscal_officer]
    assert letters() == sorted(
        [
            *[("report_time_asked", case.manager.name)] * 2,
            *[("report_time_refused", each.name) for each in theirs],
            *[("report_time_granted", each.name) for each in theirs],
        ]
    )
    told = Notice.objects.filter(kind="report_time_granted")[0]
    assert "the report is due on Wednesday, March 31, 2027, 11:59 pm Eastern Time" in told.body
    assert case.manager.name not in told.body  # who answered is the Department
    assert told.about_noun == "mid_year_report"


def test_of_each_report_by_itself_and_of_none_the_plan(case):
    ask(case)
    ask(case, what=report_time("expenditure", "annual"), until=date(2027, 9, 30))
    grant(case)

    assert due_day(case) == GRANTED
    assert due_day(case, "expenditure", "annual") == date(2027, 8, 31)
    plan = Plan.objects.get(pk=case.plan.pk)
    assert (plan.extended_until, plan.extension_entries.count()) == (None, 0)


@pytest.mark.parametrize(("kind", "period"), EVERY)
def test_python_and_sql_say_the_same_day(case, kind, period):
    """And a year that moves past the day that was granted takes its place."""
    year = due_in_year(case.plan.cycle, kind, period)
    for days in (-3, 0, 40):
        granted = {f"{kind}/{period}": (year + timedelta(days=days)).isoformat()}
        Plan.objects.filter(pk=case.plan.pk).update(report_days=granted)
        columns = {"end_of_year": "end_of_year_report_on", "annual": "expenditure_report_on"}
        of_year = F(f"cycle__{columns.get(period, 'mid_year_report_on')}")
        if period.startswith("q"):
            of_year = year
        [in_sql] = Plan.objects.annotate(day=due_in_sql(of_year, kind, period)).values_list(
            "day", flat=True
        )
        assert due_day(case, kind, period) == in_sql == year + timedelta(days=max(days, 0))


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"reason": " "}, "Write why more time is needed."),
        ({"until": DUE}, "The mid-year progress report is due on"),
        ({"until": date(2027, 2, 24), "at": nine(2027, 3, 2)}, "is due on"),
        ({"until": date(2027, 3, 1), "at": nine(2027, 3, 2)}, "This day has passed."),
        ({"until": date(2028, 7, 1)}, "FY2028 ends on"),
    ],
)
def test_what_gives_no_time_is_refused_in_words(case, said, sentence):
    with pytest.raises(Blocked) as refusal:
        ask(case, **said)

    assert any(sentence in reason for reason in refusal.value.reasons)
    assert not ReportExtension.objects.exists()


def test_who_may_not_ask_or_answer_does_not(case, reviewer):
    with pytest.raises(PermissionDenied):
        ask(case, by=person(Role.BOARD_CHAIR, case.plan.district))
    with pytest.raises(PermissionDenied):
        ask(case, by=person(Role.PLAN_COORDINATOR, DistrictFactory()))
    ask(case)
    for nobody in (reviewer, case.superintendent, person(Role.COMMISSIONER)):
        with pytest.raises(PermissionDenied):
            grant(case, by=nobody)
    ConflictFactory(person=case.manager, district=case.plan.district)
    with pytest.raises(PermissionDenied):
        refuse(case)


def test_one_that_is_certified_or_asked_for_is_not_asked_for_again(case):
    ask(case)
    with pytest.raises(StepNotAllowed, match="already"):
        ask(case, by=case.superintendent)
    certified_report(
        case.plan, "mid_year", by=case.plan_coordinator, at=case.at, signer=case.superintendent
    )

    with pytest.raises(StepNotAllowed, match="The report is certified"):
        grant(case)
    assert waiting_for(case.manager, on=case.at.date()).extensions == 0


def test_the_second_answer_hears_of_the_first_and_a_form_twice_is_one_entry(case):
    key, other = uuid4(), person(Role.PROGRAM_MANAGER)
    ask(case)
    assert waiting_for(other, on=case.at.date()).extensions == 1
    granted = grant(case, key=key)

    assert grant(case, key=key) == granted
    with pytest.raises(SentBefore):
        grant(case, key=key, until=ASKED)
    with pytest.raises(MovedOn, match="granted time until"):
        refuse(case, by=other)
    assert ReportExtension.objects.count() == 2


def test_reminders_follow_the_day_that_was_granted(case):
    post_reminders(at=case.at)
    mine = {"to": case.plan_coordinator, "kind": "reminder", "about_noun": "mid_year_report"}
    waiting = Notice.objects.filter(status="waiting", **mine).latest("pk")
    ask(case)
    grant(case)
    deliver_due(at=case.at + timedelta(hours=2))

    waiting.refresh_from_db()
    assert (waiting.status, waiting.outcome) == ("withdrawn", "The due date has moved since.")
    # The letters of the old day leave no more; of the new one, those since it was granted.
    found = [
        one
        for one in due(nine(2027, 4, 3))
        if one.to_id == case.plan_coordinator.pk and one.about.about_noun == "mid_year_report"
    ]
    assert {one.due_on for one in found} == {GRANTED}
    assert sorted(one.rule for one in found) == sorted(
        ["due-30", "due-14", "due-7", "due-3", "due-1", "due-0", "overdue-1", "overdue-3"]
    )


def test_lists_of_what_is_late_follow(case):
    spent = report_time("expenditure", "q2")
    for what, until in ((MID_YEAR, GRANTED), (spent, date(2027, 3, 20))):
        ask(case, what=what, until=until)
        grant(case, what=what, until=until)
    plan = Plan.objects.select_related("cycle").get(pk=case.plan.pk)

    late = {
        day: {one.period: one.due_on for one in late_reports(plan.cycle, today=day)[0]}
        for day in (date(2027, 3, 1), date(2027, 3, 21), date(2027, 4, 1))
    }

    assert [set(found) for found in late.values()] == [
        {"q1"},
        {"q1", "q2"},
        {"q1", "q2", "mid_year"},
    ]
    assert late[date(2027, 4, 1)] | {"q1": None} == {
        "q1": None,
        "q2": date(2027, 3, 20),
        "mid_year": GRANTED,
    }
    q2 = next(one for one in expenditure_reports_due(plan) if one.period == "q2")
    assert (q2.due_on, q2.is_late_on(date(2027, 3, 20))) == (date(2027, 3, 20), False)


def test_the_gate_of_the_next_year_follows(manager):
    last = approved_2027()
    plan = amendment_2028(last)
    day = date(2027, 8, 20)
    assert any("end-of-year progress report was due" in each for each in unmet_of(plan, day))

    Plan.objects.filter(pk=last.pk).update(report_days={"progress/end_of_year": "2027-09-15"})
    packet = read_packet(Plan.objects.filter(pk=plan.pk))

    assert not any("end-of-year progress" in each for each in unmet_of(plan, day))
    assert date(2027, 9, 15) in {one.due_on for one in to_come(packet, day)}


def unmet_of(plan, day):
    packet = read_packet(Plan.objects.filter(pk=plan.pk))
    return [getattr(one, "sentence", str(one)) for one in unmet(packet, on=day)]


def test_the_district_asks_and_the_department_answers_on_pages(client, case, time_machine):
    time_machine.move_to(case.at, tick=False)
    slug = case.plan.district.slug
    client.force_login(case.fiscal_officer)
    reports = client.get(reverse("progress:reports", args=[slug, 2027])).text
    url = reverse("progress:extension", args=[slug, 2027, "mid_year"])
    assert f'href="{url}"' in reports

    typed = {"key": uuid4(), "until": "3/31/2027", "reason": "Scores came late."}
    page = client.post(url, typed, follow=True).text
    assert "Until it answers, the mid-year progress report is due February 28, 2027." in page

    client.force_login(case.manager)
    listed = " ".join(client.get(reverse("reviews:extensions")).text.split())
    answer = reverse("reviews:report_extension", args=[slug, 2027, "progress", "mid_year"])
    assert f'href="{answer}"' in listed
    assert "mid-year progress report" in listed
    sent = {"key": uuid4(), "seen": 1, "verdict": "granted", "until": "3/31/2027", "reason": "Yes."}
    assert "Granted until" in client.post(answer, sent, follow=True).text

    client.force_login(case.superintendent)
    page = client.get(reverse("progress:reports", args=[slug, 2027])).text
    assert "Wednesday, March 31, 2027" in page
    assert "The Department" in client.get(url).text
    missing = reverse("progress:extension", args=[slug, 2027, "mid-week"])
    assert client.get(missing).status_code == 404


def test_reviewers_of_the_plan_hear_and_answer(case, reviewer):
    Assignment.objects.create(
        plan=case.plan,
        reviewer=reviewer,
        reviews_as=Assignment.As.PROGRAM,
        assigned_at=case.at,
        assigned_by=case.manager,
    )

    ask(case)
    grant(case, by=reviewer)

    assert letters()[0] == ("report_time_asked", reviewer.name)
    assert due_day(case) == GRANTED


def test_a_letter_of_what_is_asked_no_more_stays_here(case):
    ask(case)
    plan_services.ask_no_more(
        plan_id=case.plan.pk, seen=1, key=uuid4(), by=case.superintendent, at=case.at, what=MID_YEAR
    )
    deliver_due(at=case.at + timedelta(hours=1))

    letter = Notice.objects.get(kind="report_time_asked")
    assert (letter.status, letter.outcome) == (
        "withdrawn",
        "The district took it back meanwhile.",
    )
