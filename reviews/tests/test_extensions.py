"""More time for a plan: asked, granted or refused; reminders and lists follow the day."""

from datetime import date, datetime, timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.urls import reverse

from districts.calendar import EASTERN
from districts.roles import Role
from districts.tests.factories import (
    ConflictFactory,
    DesignationFactory,
    DistrictFactory,
    person,
)
from notices.models import Notice
from notices.services import deliver_due, post_reminders
from plans import services as plan_services
from plans.models import Assignment, Cycle, ExtensionEntry, Plan
from plans.reminders import ScheduledLetters, due, upcoming
from plans.reports.years import years_of
from plans.services import Blocked, SentBefore
from plans.services.letters import deadline_of
from plans.tests.factories import PlanFactory
from plans.workflow import Status, StepNotAllowed
from reviews import services
from reviews.reports.dashboard.late import late_in
from reviews.reports.queue import read_queue

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reminders_begun")]

DUE = date(2027, 6, 30)  # of FY2028's plans
ASKED, GRANTED = date(2027, 7, 30), date(2027, 7, 20)
QUEUE = reverse("reviews:queue")
LIST = 5  # queries


def morning(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, 0, tzinfo=EASTERN)


def draft_of_2028():
    plan = PlanFactory(cycle=Cycle.objects.get(pk=2028))
    DesignationFactory(district=plan.district, first_fiscal_year=2028, last_fiscal_year=2032)
    return plan


@pytest.fixture
def case(people_of, manager):
    """A draft of FY2028, eight days before it is due."""
    plan = draft_of_2028()
    return SimpleNamespace(
        plan=plan,
        theirs=people_of(plan),
        manager=manager,
        at=morning(date(2027, 6, 22)) + timedelta(hours=3),
    )


def ask(case, by=None, at=None, **said):
    asked = {"until": ASKED, "reason": "The budget office burned.", "key": uuid4()}
    act = {"by": by or case.theirs.plan_coordinator, "at": at or case.at}
    return plan_services.ask_for_time(plan_id=case.plan.pk, **asked | act | said)


def take_back(case, by=None, **said):
    act = {"seen": 1, "key": uuid4(), "by": by or case.theirs.superintendent, "at": case.at}
    return plan_services.ask_no_more(plan_id=case.plan.pk, **act | said)


def grant(case, by=None, **said):
    given = {"seen": 1, "until": GRANTED, "reason": "Three weeks will do.", "key": uuid4()}
    act = {"by": by or case.manager, "at": case.at + timedelta(hours=1)}
    return services.grant_time(plan_id=case.plan.pk, **given | act | said)


def refuse(case, by=None, **said):
    given = {"seen": 1, "reason": "Nothing burned.", "key": uuid4()}
    act = {"by": by or case.manager, "at": case.at + timedelta(hours=1)}
    return services.refuse_time(plan_id=case.plan.pk, **given | act | said)


def letters():
    told = Notice.objects.filter(kind__startswith="extension_")
    return sorted(told.values_list("kind", "to__name"))


def rules_at(case, moment):
    found = [one for one in due(moment) if one.to_id == case.theirs.superintendent.pk]
    return [(one.rule, one.due_on) for one in sorted(found, key=lambda one: one.leaves_at)]


def test_a_day_is_asked_refused_asked_again_and_granted_with_a_letter_each_way(case):
    ask(case)
    refuse(case)
    ask(case, by=case.theirs.superintendent, until=GRANTED)
    grant(case, seen=3)

    case.plan.refresh_from_db()
    said = case.plan.extension_entries.order_by("number").values_list("did", "until", "reason")
    assert list(said) == [
        ("asked", ASKED, "The budget office burned."),
        ("refused", None, "Nothing burned."),
        ("asked", GRANTED, "The budget office burned."),
        ("granted", GRANTED, "Three weeks will do."),
    ]
    assert (case.plan.status, case.plan.due_on, case.plan.is_extended) == ("draft", GRANTED, True)
    theirs = case.theirs
    assert letters() == sorted(
        [
            *[("extension_asked", case.manager.name)] * 2,
            *[("extension_refused", one.name) for one in hand_it_in(theirs)],
            *[("extension_granted", one.name) for one in [*hand_it_in(theirs), theirs.board_chair]],
        ]
    )
    told = Notice.objects.filter(kind="extension_granted")[0]
    assert "the plan is due on Tuesday, July 20, 2027, 11:59 pm Eastern Time" in told.body
    assert "Three weeks will do." in told.body
    assert case.manager.name not in told.body  # who answered is the Department


def hand_it_in(theirs):
    return [theirs.superintendent, theirs.plan_coordinator]


def test_where_reviewers_are_assigned_they_hear_and_answer(case, reviewer):
    Assignment.objects.create(
        plan=case.plan,
        reviewer=reviewer,
        reviews_as=Assignment.As.PROGRAM,
        assigned_at=case.at,
        assigned_by=case.manager,
    )

    ask(case)
    grant(case, by=reviewer)

    assert letters()[0] == ("extension_asked", reviewer.name)
    assert Plan.objects.get().extended_until == GRANTED


def test_reminders_follow_the_day_that_was_granted(case, mailoutbox):
    post_reminders(at=morning(date(2027, 6, 23)))
    waiting = Notice.objects.get(kind="reminder", to=case.theirs.superintendent, status="waiting")
    ask(case, at=morning(date(2027, 6, 23)))
    grant(case, at=morning(date(2027, 6, 24)))

    deliver_due(at=morning(date(2027, 6, 24)))
    waiting.refresh_from_db()
    assert (waiting.status, waiting.outcome) == ("withdrawn", "The due date has moved since.")
    # The letters of the old day leave no more; of the new one, those since it was granted.
    late = morning(date(2027, 7, 28))
    assert rules_at(case, morning(date(2027, 7, 1))) == []
    assert rules_at(case, late) == [
        *(("due-14", GRANTED), ("due-7", GRANTED), ("due-3", GRANTED), ("due-1", GRANTED)),
        *(("due-0", GRANTED), ("overdue-1", GRANTED), ("overdue-3", GRANTED)),
        ("overdue-7", GRANTED),
    ]
    mailoutbox.clear()
    post_reminders(at=morning(date(2027, 7, 6)))
    deliver_due(at=morning(date(2027, 7, 6)))
    assert {letter.subject.partition(": ")[2] for letter in mailoutbox} == {
        "the FY2028 amendment is due in 14 days"
    }
    assert "July 20, 2027, 11:59 pm Eastern Time: 14 days left" in mailoutbox[0].body


def test_what_leaves_later_is_counted_and_listed_by_the_day_of_each_plan(case, people_of):
    other = draft_of_2028()
    people_of(other)
    ask(case)
    grant(case)

    days = {one.occurrence.due_on: (one.districts, one.people) for one in upcoming(case.at)}
    listed = {(one.owed.district.pk, one.occurrence.due_on) for one in ScheduledLetters(case.at)[:]}

    assert days == {DUE: (1, 2), GRANTED: (1, 2)}
    assert listed == {(other.district_id, DUE), (case.plan.district_id, GRANTED)}


def test_a_year_that_moves_past_the_day_takes_its_place_and_who_was_told_hears(case, admin):
    cycle = Cycle.objects.get(pk=2028)
    ask(case)
    grant(case)
    deliver_due(at=case.at + timedelta(hours=2))
    later = {"plan_due_on": date(2027, 7, 25), "reviews_complete_on": date(2027, 8, 31)}
    plan_services.edit_cycle(
        fiscal_year=2028,
        version=cycle.version,
        values=later,
        by=admin,
        at=morning(date(2027, 6, 25)),
    )

    moved = [one for one in due(morning(date(2027, 6, 26))) if one.rule.startswith("moved-")]

    assert {one.due_on for one in moved} == {date(2027, 7, 25)}
    assert case.theirs.superintendent.pk in {one.to_id for one in moved}
    plan = Plan.objects.select_related("cycle").get()
    assert (plan.due_on, plan.is_extended) == (date(2027, 7, 25), False)


def test_every_list_and_page_says_the_day_of_the_plan(case, client, time_machine):
    ask(case)
    grant(case)
    at = morning(date(2027, 7, 5))  # late, but for the time it was given
    time_machine.move_to(at)
    plan = Plan.objects.select_related("cycle", "district").get()
    here = (plan.district.slug, 2028)

    (row,) = [
        one
        for one in read_queue(plan.cycle, reader_id=case.manager.pk, at=at).rows
        if one.slug == plan.district.slug
    ]
    assert (row.due_on, row.is_overdue, row.is_extended) == (GRANTED, False, True)
    late = late_in(plan.cycle, today=at.date(), reader_id=case.manager.pk)
    assert plan.district.slug not in {one.slug for one in late.things}
    assert [year.due_on for year in years_of(plan.district) if year.fiscal_year == 2028] == [
        GRANTED
    ]
    assert "July 20, 2027" in deadline_of(plan, at=at)
    client.force_login(case.theirs.plan_coordinator)
    for page in ("overview", "extension"):
        shown = client.get(reverse(f"plans:{page}", args=here)).text
        assert "July 20, 2027" in shown, page
        assert "late" not in BeautifulSoup(shown, "html.parser").main.text, page
    home = " ".join(BeautifulSoup(client.get(reverse("home")).text, "html.parser").text.split())
    assert "15 days left" in home
    assert "Extended: plans of FY2028 are due Wednesday, June 30, 2027." in home
    client.force_login(case.manager)
    shown = client.get(f"{QUEUE}?fy=2028").text
    assert reverse("reviews:extension", args=here) in shown
    # The day after, it is late by its own day.
    late = late_in(plan.cycle, today=GRANTED + timedelta(days=1), reader_id=case.manager.pk)
    assert [(one.due_on) for one in late.things if one.slug == plan.district.slug] == [GRANTED]


def test_both_sides_read_it_in_the_activity_and_the_district_no_name_of_the_department(
    case, client, time_machine
):
    plan = PlanFactory(submitted=True)
    # As it stood while it was a draft.
    for number, did in enumerate(("asked", "granted"), start=1):
        ExtensionEntry.objects.create(
            plan=plan,
            number=number,
            did=did,
            until=GRANTED,
            reason="The board met late.",
            key=uuid4(),
            written_at=case.at,
            written_by=case.manager if did == "granted" else case.theirs.plan_coordinator,
        )
    here = (plan.district.slug, plan.cycle_id)

    client.force_login(case.manager)
    theirs = client.get(reverse("reviews:plan", args=here)).text
    client.force_login(person(Role.PLAN_COORDINATOR, plan.district))
    ours = client.get(reverse("plans:overview", args=here)).text

    assert "Granted time until July 20, 2027" in theirs
    assert case.manager.name in theirs
    assert "The Department granted time until July 20, 2027" in ours
    assert "The board met late." in ours
    assert case.manager.name not in ours


def test_it_is_taken_back_while_it_has_no_answer(case):
    ask(case)
    take_back(case)

    with pytest.raises(StepNotAllowed, match="took the asking back on June 22, 2027"):
        grant(case)
    with pytest.raises(StepNotAllowed, match="You took this back on"):
        take_back(case)
    deliver_due(at=case.at)
    (letter,) = Notice.objects.filter(kind="extension_asked")
    assert letter.outcome == "The district took it back meanwhile."
    ask(case)
    grant(case, seen=3)
    assert Plan.objects.get().extended_until == GRANTED


@pytest.mark.parametrize(
    ("until", "says"),
    [
        (DUE, "The plan is due on June 30, 2027 as it is"),
        (date(2028, 7, 1), "FY2028 ends on June 30, 2028"),
    ],
)
def test_a_day_that_gives_no_time_is_neither_asked_nor_granted(case, until, says):
    with pytest.raises(Blocked, match=says):
        ask(case, until=until)
    ask(case)
    with pytest.raises(Blocked, match=says):
        grant(case, until=until)
    long_after = morning(date(2027, 8, 2))
    with pytest.raises(Blocked, match="This day has passed"):
        grant(case, at=long_after)
    with pytest.raises(Blocked, match="Write why"):
        grant(case, reason=" ")
    with pytest.raises(Blocked, match="Write why"):
        refuse(case, reason=" ")
    grant(case, until=date(2027, 8, 3), at=long_after)  # after it was due, it may still be granted
    assert Plan.objects.get().extended_until == date(2027, 8, 3)


def test_no_plan_is_given_time_once_it_is_handed_in(case):
    ask(case)
    Plan.objects.update(
        status=Status.SUBMITTED, submitted_at=case.at, submitted_by=case.theirs.superintendent
    )

    for act in (grant, refuse, take_back, ask):
        with pytest.raises(StepNotAllowed, match="The plan is submitted now"):
            act(case)


def test_one_form_is_one_act_and_no_second_is_asked_while_one_waits(case):
    said = {"key": uuid4(), "reason": "The board met late."}
    first = ask(case, **said)

    assert ask(case, **said) == first
    with pytest.raises(SentBefore):
        ask(case, **said | {"until": GRANTED})
    with pytest.raises(StepNotAllowed, match="You asked for time until July 30, 2027 already"):
        ask(case)
    assert len(letters()) == 1
    decided = {"key": uuid4()}
    assert grant(case, **decided) == grant(case, **decided)
    with pytest.raises(StepNotAllowed, match="granted time until July 20, 2027"):
        refuse(case, by=person(Role.PROGRAM_MANAGER))


def test_only_who_hands_it_in_asks_and_nobody_with_a_conflict_answers(case, commissioner):
    for role in ("fiscal_officer", "board_chair", "district_viewer"):
        with pytest.raises(PermissionDenied):
            ask(case, by=getattr(case.theirs, role))
    ask(case)
    kept_from = person(Role.PROGRAM_MANAGER)
    ConflictFactory(person=kept_from, district=case.plan.district)
    for by in (kept_from, person(Role.PROGRAM_REVIEWER), commissioner, case.theirs.superintendent):
        with pytest.raises(PermissionDenied):
            grant(case, by=by)


def test_a_record_is_not_changed_and_the_tables_say_why(case):
    entry = ask(case)
    for change in ({"reason": "Another."}, {"until": GRANTED}):
        with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
            ExtensionEntry.objects.filter(pk=entry.pk).update(**change)
    with pytest.raises(DatabaseError, match="names_a_day"), transaction.atomic():
        ExtensionEntry.objects.create(
            plan=case.plan,
            number=2,
            did="granted",
            reason="So.",
            key=uuid4(),
            written_at=case.at,
            written_by=case.manager,
        )


def test_asking_and_answering_by_their_pages(case, client, time_machine):
    time_machine.move_to(case.at)
    here = (case.plan.district.slug, 2028)
    page, decide = reverse("plans:extension", args=here), reverse("reviews:extension", args=here)

    client.force_login(case.theirs.plan_coordinator)
    blank = client.post(page, {"key": uuid4(), "until": "", "reason": ""})
    assert blank.status_code == 422
    asked = {"key": uuid4(), "until": "July 30, 2027", "reason": "The board met late."}
    assert client.post(page, asked).status_code == 302
    assert "Asked for time until" in client.get(case.plan.get_absolute_url()).text
    assert "Take it" in client.get(page).text

    client.force_login(case.manager)
    queue = BeautifulSoup(client.get(QUEUE).text, "html.parser").select_one("#waiting")
    assert "answer 1 district that asks for more time" in " ".join(queue.text.split())
    listed = client.get(reverse("reviews:extensions")).text
    assert case.plan.district.name in listed
    assert "Grant or refuse" in listed
    answer = {"key": uuid4(), "seen": 1, "verdict": "granted", "reason": "So be it."}
    assert client.post(decide, answer | {"until": ""}).status_code == 422
    assert client.post(decide, answer | {"until": "July 20, 2027"}).status_code == 302
    assert Plan.objects.get().extended_until == GRANTED
    assert "No district asks for more time" in client.get(reverse("reviews:extensions")).text
    second = answer | {"key": uuid4(), "verdict": "refused"}
    refused = client.post(decide, second)
    assert "You granted time until July 20, 2027" in refused.text

    client.force_login(person(Role.AUDITOR))
    assert client.get(decide).status_code == 200
    assert client.post(decide, second).status_code == 403
    client.force_login(person(Role.PLAN_COORDINATOR, DistrictFactory()))
    assert client.get(page).status_code == 404
    kept_from = person(Role.PROGRAM_MANAGER)
    ConflictFactory(person=kept_from, district=case.plan.district)
    client.force_login(kept_from)
    assert client.get(decide).status_code == 404


def test_list_takes_the_same_queries_for_one_and_three(
    case, client, django_assert_num_queries, time_machine
):
    time_machine.move_to(case.at)
    ask(case)
    client.force_login(case.manager)
    page = reverse("reviews:extensions")
    client.get(page)
    with django_assert_num_queries(LIST):
        client.get(page)
    for _ in range(2):
        plan = draft_of_2028()
        by = person(Role.PLAN_COORDINATOR, plan.district)
        ask(SimpleNamespace(plan=plan, at=case.at), by=by)
    with django_assert_num_queries(LIST):
        shown = client.get(page)
    assert shown.text.count("Grant or refuse") == 3
