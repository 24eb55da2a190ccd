from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from districts.calendar import EASTERN
from districts.models import District
from districts.roles import Role
from districts.tests.factories import (
    DesignationFactory,
    DistrictFactory,
    MembershipFactory,
    person,
    restated,
)
from notices.models import REMINDER, Notice
from notices.services import deliver_due, post_reminders
from plans.models import Cycle, Plan
from plans.reminders import (
    Move,
    ScheduledLetters,
    due,
    everything_owed,
    moves,
    owed,
    unreachable,
    upcoming,
)
from plans.workflow import Status

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reminders_begun")]

DUE_ON = date(2027, 6, 30)  # of FY2028's plans, by the default calendar
NINE = datetime(2027, 6, 23, 13, 0, tzinfo=UTC)  # 9:00 am in Connecticut, 7 days before


def days_before(number: float) -> datetime:
    return datetime(2027, 6, 30, 9, 0, tzinfo=EASTERN) - timedelta(days=number)


@pytest.fixture
def ansonia():
    """A district that owes its FY2028 amendment, with the two people who hear of it."""
    district = DistrictFactory(name="Ansonia", edsight_code="0020011", designated=True)
    DesignationFactory(district=district, first_fiscal_year=2028, last_fiscal_year=2032)
    person(Role.PLAN_COORDINATOR, district, email="coordinator@ansonia.example.org", name="Ana")
    person(Role.SUPERINTENDENT, district, email="superintendent@ansonia.example.org", name="Sam")
    person(Role.FISCAL_OFFICER, district)
    return district


def plan_of(district, status=Status.DRAFT, fiscal_year=2028) -> Plan:
    author = person(Role.FISCAL_OFFICER, district)
    is_in = status not in {Status.DRAFT, Status.WITHDRAWN, Status.WITHHELD}
    return Plan.objects.create(
        district=district,
        cycle_id=fiscal_year,
        kind=Plan.Kind.ANNUAL_AMENDMENT,
        status=status,
        started_at=datetime(2027, 4, 3, 14, 0, tzinfo=UTC),
        started_by=author,
        submitted_at=datetime(2027, 6, 1, 14, 0, tzinfo=UTC) if is_in else None,
        submitted_by=author if is_in else None,
    )


def rules_at(moment) -> list[str]:
    """What is due for one person, oldest first."""
    reminders = sorted(due(moment), key=lambda reminder: reminder.leaves_at)
    return [reminder.rule for reminder in reminders if "superintendent" in reminder.address]


def test_reminder_names_district_year_rule_date_and_person(ansonia):
    latest = [reminder for reminder in due(NINE) if reminder.rule == "due-7"]

    coordinator, superintendent = (
        ansonia.memberships.get(role=role).user
        for role in (Role.PLAN_COORDINATOR, Role.SUPERINTENDENT)
    )
    assert [
        (one.key, one.series, str(one.about), one.address, one.concerns, one.why, one.due_on)
        for one in latest
    ] == [
        (
            f"reminder/plan/0020011/2028/due-7/2027-06-30/user-{user.pk}",
            f"plan/0020011/2028/user-{user.pk}",
            "plan/0020011/2028",
            user.email,
            "Ansonia",
            "7 days before it is due: the FY2028 amendment is due on June 30, 2027,"
            " and has not been started",
            DUE_ON,
        )
        for user in (coordinator, superintendent)
    ]
    assert {one.leaves_at for one in latest} == {NINE}


def test_calendar_of_reminders_is_the_rules_of_the_cycle(ansonia):
    everything = rules_at(datetime(2027, 7, 22, 13, 0, tzinfo=UTC))

    assert everything == [
        *("due-60", "due-30", "due-14", "due-7", "due-3", "due-1", "due-0"),
        *("overdue-1", "overdue-3", "overdue-7", "overdue-14", "overdue-21"),
    ]


@pytest.mark.parametrize(
    ("moment", "latest"),
    [
        (NINE - timedelta(seconds=1), "due-14"),
        (NINE, "due-7"),
        (NINE + timedelta(days=2), "due-7"),
        (days_before(-1), "overdue-1"),
        (days_before(-6.9), "overdue-3"),
        (days_before(-27.9), "overdue-21"),
        (days_before(-28), "overdue-28"),
    ],
)
def test_latest_reminder_due_on_or_before_a_moment(ansonia, moment, latest):
    assert rules_at(moment)[-1] == latest


def test_letters_leave_at_nine_eastern_on_both_sides_of_the_clock_change(ansonia):
    Cycle.objects.filter(pk=2028).update(opens_on=date(2026, 10, 1), plan_due_on=date(2027, 3, 17))

    leaves = {
        reminder.rule: reminder.leaves_at.astimezone(UTC).isoformat()
        for reminder in due(datetime(2027, 3, 18, tzinfo=UTC))
    }

    assert (leaves["due-7"], leaves["due-3"]) == (  # summer time starts on March 14, 2027
        "2027-03-10T14:00:00+00:00",
        "2027-03-14T13:00:00+00:00",
    )


@pytest.mark.parametrize("status", list(Status))
def test_plan_that_is_handed_in_withheld_or_withdrawn_ends_the_reminders(ansonia, status):
    plan_of(ansonia, status)

    reminded = bool(list(due(NINE)))

    assert reminded is (status == Status.DRAFT)


def test_plan_of_another_year_ends_no_reminders(ansonia):
    plan_of(ansonia, Status.APPROVED, fiscal_year=2027)

    assert rules_at(NINE)[-1] == "due-7"


def test_district_that_is_retired_or_not_designated_for_the_year_owes_nothing(ansonia):
    DistrictFactory(designated=True)  # FY2023 to FY2027
    DistrictFactory(name="Not designated")
    retired = DistrictFactory(retired_at=NINE, retired_by=person(Role.SYSADMIN))
    DesignationFactory(district=retired, last_fiscal_year=2032)

    assert [str(owed) for owed in everything_owed(NINE)] == ["Ansonia, FY2028 amendment"]


def test_first_year_of_a_designation_owes_a_plan_and_not_an_amendment():
    DesignationFactory(
        district=DistrictFactory(name="Windham"),
        first_fiscal_year=2028,
        cohort=2028,
        last_fiscal_year=2032,
    )

    assert [str(owed) for owed in everything_owed(NINE)] == ["Windham, FY2028 plan"]


def test_people_who_left_or_are_suspended_are_not_written_to(ansonia):
    by = person(Role.SYSADMIN)
    ansonia.memberships.filter(role=Role.SUPERINTENDENT).update(ended_at=NINE, ended_by=by)
    person(Role.SUPERINTENDENT, ansonia, is_active=False)

    assert {one.address for one in due(NINE)} == {"coordinator@ansonia.example.org"}


def test_person_with_both_roles_gets_one_letter(ansonia):
    coordinator = ansonia.memberships.get(role=Role.PLAN_COORDINATOR).user
    MembershipFactory(user=coordinator, role=Role.SUPERINTENDENT, district=ansonia)

    keys = [one.key for one in due(NINE)]

    assert len(keys) == len(set(keys)) == 2 * 4


def test_cycle_that_has_not_opened_reminds_nobody(ansonia):
    restated(ansonia.designations.get(first_fiscal_year=2023), last_fiscal_year=2026)  # no FY2027
    Cycle.objects.filter(pk=2028).update(opens_on=date(2027, 6, 24))

    assert list(due(NINE)) == []
    assert rules_at(days_before(3)) == ["due-3"]  # those dated before the opening were not missed


def test_plan_of_a_year_that_ended_is_owed_still_and_reminded_of_every_week(ansonia):
    opened = Cycle.objects.get(pk=2028)
    opened.pk, opened.opens_on, opened.plan_due_on = 2029, date(2028, 4, 1), date(2028, 6, 30)
    opened.reviews_complete_on = opened.decisions_on = date(2028, 9, 15)
    opened.save(force_insert=True)
    two_years_late = days_before(-735) + timedelta(hours=1)

    latest = [one for one in due(two_years_late) if one.about.fiscal_year == 2028][-1]
    next_one = next(one for one in upcoming(two_years_late) if one.fiscal_year == 2028)

    assert (latest.rule, str(latest.subject)) == (
        "overdue-735",
        "Ansonia: the FY2028 amendment is 735 days late",
    )
    assert next_one.occurrence.leaves_at == days_before(-742)
    plan_of(ansonia, Status.WITHHELD)
    assert [one for one in due(two_years_late) if one.about.fiscal_year == 2028] == []


def test_moved_date_makes_other_letters(ansonia):
    Cycle.objects.filter(pk=2028).update(plan_due_on=date(2027, 7, 14))

    latest = [one for one in due(NINE) if "superintendent" in one.address][-1]

    assert (latest.rule, latest.due_on, str(latest.subject)) == (
        "due-30",
        date(2027, 7, 14),
        "Ansonia: the FY2028 amendment is due in 21 days",
    )


def test_district_without_anyone_to_write_to_is_named(ansonia):
    ansonia.memberships.all().delete()

    assert (list(due(NINE)), list(unreachable(NINE))) == (
        [],
        ["Ansonia, FY2028 amendment: nobody who can sign in is plan coordinator or superintendent"],
    )
    assert list(unreachable(days_before(70))) == []  # no letter is owed yet


def test_letter_says_what_is_owed_by_when_where_it_stands_and_whom_to_ask(ansonia):
    plan = plan_of(ansonia)

    letter = [one for one in due(NINE) if one.address.startswith("coordinator")][-1]

    assert str(letter.subject) == "Ansonia: the FY2028 amendment is due in 7 days"
    assert str(letter.body).splitlines() == [
        "Ana:",
        "",
        "The FY2028 Alliance District amendment of Ansonia is due on"
        " Wednesday, June 30, 2027, 11:59 pm Eastern Time: 7 days left.",
        "",
        "It is a draft, started April 3, 2027, and with you. It is here:",
        f"http://testserver{plan.get_absolute_url()}",
        "",
        "Before it can be submitted, the superintendent and the board chair both sign it.",
        "",
        "Fiscal year 2028 runs from July 1, 2027, to June 30, 2028. The money may be spent"
        " only as an approved amendment says. The statute calls it the improvement plan; with its"
        " objectives and performance targets it is the application"
        " (Conn. Gen. Stat. § 10-262u(d), 2024 edition).",
        "",
        "Questions? Write to the Alliance District office at alliance@csde.example.org. These"
        " reminders stop when the amendment is submitted. They go to the plan coordinator and the"
        " superintendent.",
        "",
        "Alliance District office",
        "Connecticut State Department of Education",
    ]


@pytest.mark.parametrize(
    ("moment", "subject", "sentence"),
    [
        (days_before(1), "is due in 1 day", "11:59 pm Eastern Time: 1 day left."),
        (
            days_before(0),
            "is due today, 11:59 pm ET",
            "is due today, Wednesday, June 30, 2027, 11:59 pm Eastern Time.",
        ),
        (days_before(-1), "is 1 day late", "11:59 pm Eastern Time. It is 1 day late."),
        (days_before(-5), "is 5 days late", "It is 5 days late."),  # missed on day 3: as it is now
    ],
)
def test_letter_says_how_many_days_are_left_or_late(ansonia, moment, subject, sentence):
    letter = list(due(moment))[-1]

    assert str(letter.subject) == f"Ansonia: the FY2028 amendment {subject}"
    assert sentence in str(letter.body)
    assert "Nobody has started it." in str(letter.body)


@pytest.mark.parametrize("districts", [1, 3])
def test_reminders_take_nine_queries_however_many_districts(districts, django_assert_num_queries):
    for _ in range(districts):
        district = DistrictFactory()
        DesignationFactory(district=district, last_fiscal_year=2032)
        person(Role.PLAN_COORDINATOR, district)
        plan_of(district)

    # cycles, rules, changes, plans, runs, people, answers, conditions, questions
    with django_assert_num_queries(9):
        reminders = list(due(NINE))

    assert len(reminders) == districts * 4


def test_upcoming_says_what_leaves_next_and_to_how_many(ansonia):
    (next_one,) = upcoming(NINE)
    weekly = upcoming(days_before(-3), of_each_cycle=3)

    assert (next_one.occurrence.rule, next_one.occurrence.leaves_at) == ("due-3", days_before(3))
    assert (next_one.districts, next_one.people) == (1, 2)
    assert [letters.occurrence.rule for letters in weekly] == [
        "overdue-7",
        "overdue-14",
        "overdue-21",
    ]


def test_upcoming_counts_whom_the_letters_go_to(ansonia, django_assert_num_queries):
    both = person(Role.SUPERINTENDENT, ansonia)
    MembershipFactory(user=both, role=Role.PLAN_COORDINATOR, district=ansonia)
    person(Role.SUPERINTENDENT, ansonia, is_active=False)
    person(Role.FISCAL_OFFICER, ansonia)
    bristol = DistrictFactory(name="Bristol")
    DesignationFactory(district=bristol, last_fiscal_year=2032)
    filed = DistrictFactory(name="Derby")
    DesignationFactory(district=filed, last_fiscal_year=2032)
    plan_of(filed, Status.SUBMITTED)
    person(Role.SUPERINTENDENT, filed)

    with django_assert_num_queries(1):
        (letters,) = upcoming(NINE)

    assert (letters.fiscal_year, letters.districts, letters.people) == (2028, 2, 3)
    owed = everything_owed(NINE)
    assert (len(owed), sum(len(each.people) for each in owed)) == (2, 3)


def test_scheduled_names_each_letter_to_come_with_its_reason(ansonia):
    letters = ScheduledLetters(days_before(2))[:]

    assert [
        (letter.occurrence.rule, letter.leaves_at, letter.person.name, letter.why)
        for letter in letters[:3]
    ] == [
        (
            "due-1",
            days_before(1),
            name,
            "1 day before it is due: the FY2028 amendment is due on June 30, 2027,"
            " and has not been started.",
        )
        for name in ("Ana", "Sam")
    ] + [
        (
            "due-0",
            days_before(0),
            "Ana",
            "On the day it is due: the FY2028 amendment is due on June 30, 2027,"
            " and has not been started.",
        )
    ]
    assert [letter.occurrence.rule for letter in letters[::2]] == [
        *("due-1", "due-0", "overdue-1", "overdue-3", "overdue-7")
    ]
    assert letters[-1].why == (
        "7 days after it is due: the FY2028 amendment was due on June 30, 2027,"
        " and has not been started. Then every week."
    )
    assert letters[0].subject == "Ansonia: the FY2028 amendment is due in 1 day"


def test_reason_says_how_it_stands(ansonia):
    plan_of(ansonia)

    assert {
        letter.why.rpartition(", and ")[2] for letter in ScheduledLetters(days_before(1))[:]
    } == {
        "is not submitted.",
        "is not submitted. Then every week.",
    }


def test_nothing_is_scheduled_once_it_is_filed(ansonia):
    late = ScheduledLetters(days_before(-3))
    assert [letter.occurrence.rule for letter in late] == ["overdue-7"] * 2

    plan_of(ansonia, Status.SUBMITTED)

    assert ScheduledLetters(days_before(-3))[:] == []


@pytest.fixture
def many(ansonia):
    """Five districts, one of which has handed it in; somebody holds both roles that are told."""
    for number in range(4):
        district = DistrictFactory(name=f"Town {number}")
        DesignationFactory(district=district, first_fiscal_year=2028, last_fiscal_year=2032)
        both = person(Role.SUPERINTENDENT, district, name=f"Both {number}")
        MembershipFactory(user=both, district=district, role=Role.PLAN_COORDINATOR)
        person(Role.BOARD_CHAIR, district)
    plan_of(district, Status.SUBMITTED)


@pytest.mark.usefixtures("many")
def test_scheduled_are_those_that_are_owed_whatever_slice_is_read():
    at = days_before(2)
    whole = ScheduledLetters(at)
    said = [(one.occurrence.rule, one.owed, one.person) for one in whole]

    assert said == [
        (rule, replace(each, people=[person]), person)
        for rule in ("due-1", "due-0", "overdue-1", "overdue-3", "overdue-7")
        for each in everything_owed(at)
        for person in each.people
    ]
    assert len(whole) == len(said) == 25
    for size in (1, 4, 7, 50):
        slices = [whole[first : first + size] for first in range(0, len(said), size)]
        assert [one.person for part in slices for one in part] == [who for _, _, who in said]
    assert whole[25:50] == []


@pytest.mark.parametrize("others", [0, 6])
def test_a_page_of_scheduled_letters_is_read_in_a_fixed_number_of_queries(
    ansonia, others, django_assert_num_queries
):
    for district in DistrictFactory.create_batch(others):
        DesignationFactory(district=district, first_fiscal_year=2028, last_fiscal_year=2032)
        person(Role.SUPERINTENDENT, district)

    with django_assert_num_queries(7):  # cycles, rules, days; count; memberships, people, plans
        letters = ScheduledLetters(days_before(2))[3:9]

    assert len(letters) == 6


def test_moves_says_for_each_rule_the_old_day_and_the_new():
    cycle = Cycle.objects.get(pk=2028)

    told = moves(cycle, date(2027, 7, 14), at=NINE)

    assert [move.was_on.isoformat() for move in told[:3]] == [
        "2027-05-01",
        "2027-05-31",
        "2027-06-16",
    ]
    assert told[0] == Move(
        why="60 days before it is due",
        was_on=date(2027, 5, 1),
        will_be_on=date(2027, 5, 15),
        leaves_next=False,
        is_passed_over=True,
    )
    assert told[1] == replace(
        told[0],
        why="30 days before it is due",
        was_on=date(2027, 5, 31),
        will_be_on=date(2027, 6, 14),
        leaves_next=True,
        is_passed_over=False,
    )
    assert [move.will_be_on for move in told] == sorted(move.will_be_on for move in told)
    assert {later.leaves_next for _, later in pairwise(told[1:])} == {False}


@pytest.mark.services
def test_outages_delay_reminders_and_of_the_missed_ones_only_the_latest_leaves(
    ansonia, mail_server
):
    """Sweeps at noon, but for three days around the due date and nine days in the weeks after."""
    down = [*range(-2, 1), *range(6, 15)]
    for day in range(-3, 23):
        if day not in down:
            noon = days_before(-day) + timedelta(hours=3)
            post_reminders(at=noon)
            deliver_due(at=noon)

    told = Notice.objects.filter(kind=REMINDER, address__startswith="super", leaves_at__gte=NINE)
    assert [
        (key.split("/")[4], status)
        for key, status in told.order_by("leaves_at").values_list("key", "status")
    ] == [
        ("due-7", "passed_over"),
        ("due-3", "sent"),
        ("due-1", "passed_over"),
        ("due-0", "passed_over"),
        ("overdue-1", "sent"),
        ("overdue-3", "sent"),
        ("overdue-7", "passed_over"),
        ("overdue-14", "sent"),
        ("overdue-21", "sent"),
    ]
    assert [
        letter["Subject"].removeprefix("Ansonia: the FY2028 amendment is ")
        for letter in mail_server.letters
        if letter["To"].startswith("super")
    ] == ["due in 3 days", "1 day late", "3 days late", "15 days late", "21 days late"]


@pytest.mark.services
def test_handing_in_withdraws_what_waits_and_a_recall_brings_the_next(ansonia, mail_server):
    post_reminders(at=NINE)
    plan = plan_of(ansonia, Status.SUBMITTED)

    post_reminders(at=NINE + timedelta(hours=1))
    deliver_due(at=NINE + timedelta(hours=1))
    Plan.objects.filter(pk=plan.pk).update(
        status=Status.DRAFT, submitted_at=None, submitted_by=None
    )
    post_reminders(at=days_before(3))
    deliver_due(at=days_before(3))

    told = Notice.objects.filter(kind=REMINDER, address__startswith="super").order_by("leaves_at")
    due_on = "the FY2028 amendment is due on June 30, 2027"
    assert list(told.values_list("why", "status")) == [
        (f"60 days before it is due: {due_on}, and has not been started", "passed_over"),
        (f"30 days before it is due: {due_on}, and has not been started", "passed_over"),
        (f"14 days before it is due: {due_on}, and has not been started", "passed_over"),
        (f"7 days before it is due: {due_on}, and has not been started", "withdrawn"),
        (f"3 days before it is due: {due_on}, and is not submitted", "sent"),
    ]
    assert len(mail_server.letters) == 2


def test_a_district_that_has_a_new_name_while_a_sweep_reads_is_on_a_page(ansonia, monkeypatch):
    """A page later a letter of it that waits would be withdrawn, as owed by nobody."""
    monkeypatch.setattr(owed, "DISTRICTS", 1)
    bristol = DistrictFactory(name="Bristol")
    DesignationFactory(district=bristol, first_fiscal_year=2028, last_fiscal_year=2032)
    pages = owed.pages_owed(NINE)

    found = [each.district.pk for each in next(pages).owed]
    District.objects.filter(pk=bristol.pk).update(name="Abington")
    found += [each.district.pk for page in pages for each in page.owed]

    assert found == [ansonia.pk, bristol.pk]


def test_all_that_is_owed_is_read_by_year_and_name(ansonia):
    abington = DistrictFactory(name="Abington")
    DesignationFactory(district=abington, first_fiscal_year=2028, last_fiscal_year=2032)

    assert [each.district for each in everything_owed(NINE)] == [abington, ansonia]
