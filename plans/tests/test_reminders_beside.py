"""Reminders of answers to required changes, and the word to the Department where nobody is left."""

from datetime import date, datetime, timedelta

import pytest

from districts.calendar import EASTERN
from districts.roles import Role
from districts.services.suspensions import let_in, suspend
from districts.tests.factories import DesignationFactory, DistrictFactory, person
from notices.services import deliver_due, post_reminders
from plans.models import Cycle, Plan, RequiredChange
from plans.reminders import due
from plans.tests.factories import PlanFactory
from plans.workflow import Status

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reminders_begun")]

DUE_ON = date(2026, 7, 29)  # of the answers; asked on July 8


def nine_on(day) -> datetime:
    return datetime.combine(day, datetime.min.time(), tzinfo=EASTERN) + timedelta(hours=9)


@pytest.fixture
def returned():
    Cycle.objects.filter(pk=2027).update(reminders_from=nine_on(date(2026, 4, 1)))
    plan = PlanFactory(returned=True)
    RequiredChange.objects.filter(plan=plan).update(due_on=DUE_ON)
    person(Role.SUPERINTENDENT, plan.district, email="sam@example.org")
    return plan


def answers_at(moment) -> list[str]:
    return [one.rule for one in due(moment) if one.address == "sam@example.org"]


def test_answers_that_are_due_are_reminded_of_from_the_day_after_they_were_asked(returned):
    late = nine_on(DUE_ON + timedelta(days=14))

    assert answers_at(late) == [
        *("answers-due-14", "answers-due-7", "answers-due-3", "answers-due-1", "answers-due-0"),
        *("answers-overdue-1", "answers-overdue-3", "answers-overdue-7", "answers-overdue-14"),
    ]
    letter = list(due(late))[-1]
    assert str(letter.subject).endswith("answers for the FY2027 plan are 14 days late")
    assert f"/plans/{returned.district.slug}/2027/changes/" in str(letter.body)


def test_reminders_of_answers_go_on_after_a_word_is_typed_until_the_plan_comes_in_again(
    returned, mailoutbox
):
    at = nine_on(DUE_ON - timedelta(days=7))
    post_reminders(at=at)
    deliver_due(at=at)
    assert [letter.to for letter in mailoutbox if "sam@" in letter.to[0]] == [["sam@example.org"]]

    at = nine_on(DUE_ON)
    post_reminders(at=at)
    author = person(Role.PLAN_COORDINATOR, returned.district)
    RequiredChange.objects.filter(plan=returned).update(
        answer="ok", answered_at=at, answered_by=author
    )
    deliver_due(at=at)
    late = at + timedelta(days=1)
    post_reminders(at=late)
    deliver_due(at=late)

    assert "Each required change has its answer, and the plan is still to be" in mailoutbox[-1].body
    Plan.objects.filter(pk=returned.pk).update(status=Status.SUBMITTED)
    assert answers_at(late + timedelta(days=2)) == []


def test_a_retired_district_is_reminded_of_no_answers(returned, manager):
    late = nine_on(DUE_ON + timedelta(days=1))
    assert answers_at(late)

    returned.district.retired_at, returned.district.retired_by = late, manager
    returned.district.save()

    assert answers_at(late) == []


def owing(name):
    district = DistrictFactory(name=name)
    DesignationFactory(district=district, first_fiscal_year=2028, last_fiscal_year=2032)
    return district


def test_managers_read_the_districts_by_name_whichever_came_first(manager):
    owing("Bristol"), owing("Ansonia")

    (letter,) = due(datetime(2027, 6, 23, 9, 0, tzinfo=EASTERN))

    assert "\nAnsonia\nBristol\n" in letter.body


def test_managers_are_told_once_of_all_districts_where_nobody_is_left(manager, mailoutbox):
    ansonia, _ = owing("Ansonia"), owing("Bristol")
    june = datetime(2027, 6, 23, 9, 0, tzinfo=EASTERN)
    for minutes in (0, 1, 60 * 24):
        post_reminders(at=june + timedelta(minutes=minutes))
        deliver_due(at=june + timedelta(minutes=minutes))

    (letter,) = mailoutbox
    assert (letter.to, letter.subject) == (
        [manager.email],
        "FY2028: nobody to remind in 2 districts",
    )
    assert "Ansonia\nBristol\n" in letter.body

    held = person(Role.SUPERINTENDENT, ansonia).memberships.get()
    held.ended_at, held.ended_by = june + timedelta(days=1), manager
    held.save()
    post_reminders(at=june + timedelta(days=2))
    deliver_due(at=june + timedelta(days=2))

    assert len(mailoutbox) == 2  # another occasion


@pytest.mark.parametrize("by_an_administrator", [True, False])
def test_a_suspension_is_an_occasion_to_tell_again(manager, admin, mailoutbox, by_an_administrator):
    """Of the last one of a second district, of the same district once more, and of no idle one."""
    owing("Ansonia")
    last = person(Role.SUPERINTENDENT, owing("Bristol"))
    june = datetime(2027, 6, 23, 9, 0, tzinfo=EASTERN)

    def sweep(days):
        at = june + timedelta(days=days)
        post_reminders(at=at)
        deliver_due(at=at)
        to_manager = [letter for letter in mailoutbox if letter.to == [manager.email]]
        return [letter.subject for letter in to_manager]

    def keep_out(days):
        by = admin if by_an_administrator else None
        suspend(last, by=by, at=june + timedelta(days=days))

    of_one, of_two = (f"FY2028: nobody to remind in {n}" for n in ("1 district", "2 districts"))
    assert sweep(0) == [of_one]
    keep_out(1)
    twice = [of_one, of_two] if by_an_administrator else [of_one]
    assert (sweep(2), sweep(3)) == (twice, twice)
    let_in(last, by=admin, at=june + timedelta(days=4))
    assert sweep(5) == twice
    keep_out(6)
    assert sweep(7) == ([*twice, of_two] if by_an_administrator else [of_one])


def test_administrators_are_told_where_there_is_no_manager(admin):
    owing("Ansonia")

    told = list(due(datetime(2027, 6, 23, 9, 0, tzinfo=EASTERN)))

    assert [one.address for one in told] == [admin.email]


def test_who_is_idle_is_reminded_and_told_how_to_come_back(manager, mailoutbox):
    """The district is not without people: they come back by a new password."""
    superintendent = person(Role.SUPERINTENDENT, owing("Ansonia"), is_active=False, is_idle=True)
    person(Role.PLAN_COORDINATOR, owing("Bristol"), is_active=False)
    june = datetime(2027, 6, 23, 9, 0, tzinfo=EASTERN)
    for _ in range(2):
        post_reminders(at=june)
        deliver_due(at=june)

    letters = {letter.to[0]: letter.body for letter in mailoutbox}
    assert set(letters) == {superintendent.email, manager.email}
    assert letters[superintendent.email].count("set a new password first") == 1
    assert "Bristol" in letters[manager.email]
    assert "Ansonia" not in letters[manager.email]
