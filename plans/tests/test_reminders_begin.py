"""Going live in the middle of a year: nobody is reminded before an administrator says so."""

from datetime import date, datetime, timedelta
from importlib import import_module

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import connection

from districts.calendar import EASTERN
from districts.roles import Role
from districts.tests.factories import DesignationFactory, DistrictFactory, person
from notices.models import Notice
from notices.services import deliver_due, post_reminders
from notices.tests.factories import NoticeFactory
from plans import services
from plans.forms.cycles import DATES
from plans.models import Cycle, CycleChange
from plans.reminders import upcoming

pytestmark = pytest.mark.django_db

BEGIN = "/cycles/2027/begin/"
LATE_BY = "Ansonia: the FY2027 amendment is 151 days late"
LATE = datetime(2026, 11, 27, 10, 0, tzinfo=EASTERN)  # 150 days after FY2027's plans were due
NINE = datetime(2026, 11, 28, 9, 0, tzinfo=EASTERN)  # the next hour of reminders
HELD = timedelta(minutes=10)


@pytest.fixture
def coordinator():
    """The first one of a district that has been designated for years."""
    district = DistrictFactory(name="Ansonia")
    DesignationFactory(district=district)
    return person(Role.PLAN_COORDINATOR, district, email="ana@ansonia.example.org")


def sweep(at):
    post_reminders(at=at)
    deliver_due(at=at)


@pytest.fixture(autouse=True)
def _swept(db, settings):
    """Beat has been at work before. Administrators' letters on the roster are another source's."""
    settings.REMINDER_SOURCES = ["plans.reminders"]
    sweep(LATE - timedelta(minutes=1))


def test_nothing_leaves_before_an_administrator_begins_the_cycles_reminders(
    coordinator, mailoutbox
):
    sweep(LATE)

    assert (mailoutbox, Notice.objects.count(), upcoming(LATE)) == ([], 0, [])


def test_beginning_is_previewed_held_to_the_next_hour_and_sends_one_letter_of_all_missed(
    coordinator, admin, mailoutbox
):
    (letter,) = services.letters_of_beginning(fiscal_year=2027, by=admin, at=LATE)
    assert (str(letter.subject), letter.leaves_at) == (LATE_BY, NINE)
    assert Cycle.objects.get(pk=2027).reminders_from is None

    services.begin_reminders(fiscal_year=2027, by=admin, at=LATE)
    for minutes in (9, 10, 11, 600):
        sweep(LATE + timedelta(minutes=minutes))
    assert mailoutbox == []
    for minutes in (0, 1, 60):
        sweep(NINE + timedelta(minutes=minutes))

    assert [letter.subject for letter in mailoutbox] == [LATE_BY]
    assert Notice.objects.count() == 1  # those before it were never to leave: none passed over


def test_beginning_is_taken_back_while_its_letters_are_held(coordinator, admin, mailoutbox):
    services.begin_reminders(fiscal_year=2027, by=admin, at=LATE)
    change = CycleChange.objects.get()

    services.take_back(change_id=change.pk, by=admin, at=NINE - timedelta(minutes=5))
    sweep(NINE)

    assert (mailoutbox, Cycle.objects.get(pk=2027).reminders_from) == ([], None)


def test_person_is_reminded_only_once_they_can_sign_in(coordinator, admin, mailoutbox):
    coordinator.set_unusable_password()
    coordinator.save()
    services.begin_reminders(fiscal_year=2027, by=admin, at=LATE)
    sweep(NINE)
    assert [letter.to for letter in mailoutbox] == [[admin.email]]  # nobody there can be reminded
    assert upcoming(LATE)[0].people == 0

    coordinator.set_password("Quiet rivers carry stones")
    coordinator.save()
    sweep(NINE + 2 * HELD)
    assert len(mailoutbox) == 1
    sweep(NINE + timedelta(days=1))

    assert [letter.to for letter in mailoutbox[1:]] == [[coordinator.email]]


def test_reminders_that_are_begun_twice_begin_once(coordinator, admin):
    services.begin_reminders(fiscal_year=2027, by=admin, at=LATE)

    services.begin_reminders(fiscal_year=2027, by=admin, at=LATE + timedelta(days=3))

    assert Cycle.objects.get(pk=2027).reminders_from == LATE
    assert CycleChange.objects.count() == 1


@pytest.mark.parametrize("role", [role for role in Role if role != Role.SYSADMIN])
def test_beginning_is_for_the_administrator(role):
    for act in (services.begin_reminders, services.letters_of_beginning):
        with pytest.raises(PermissionDenied):
            act(fiscal_year=2027, by=person(role), at=LATE)


@time_machine.travel(LATE, tick=False)
def test_page_shows_what_would_leave_and_begins(client, admin, coordinator):
    client.force_login(admin)
    assert "The reminders of this cycle have not begun" in client.get("/cycles/2027/").text

    page = client.get(BEGIN).text
    assert "1 letter leaves because of this" in page
    assert LATE_BY in page
    assert "at 9:00 am Eastern Time on Saturday, November 28, 2026" in page
    client.post(BEGIN)

    cycle = client.get("/cycles/2027/").text
    assert "Reminders began" in cycle
    assert "The reminders of this cycle have not begun" not in cycle
    assert client.get(BEGIN).status_code == 302  # begun already


def test_upgrade_goes_on_only_with_the_cycles_own_reminders_of_a_year_not_ended():
    migration = import_module("plans.migrations.0004_cycle_changes")
    for year in (2026, 2028):
        Cycle.objects.get_or_create(
            pk=year,
            defaults={name: getattr(Cycle.objects.get(pk=2027), name) for name in DATES},
        )
    Cycle.objects.update(opens_on=date(2025, 7, 1), reminders_from=None)
    for year, days in ((2026, 300), (2027, 20)):
        NoticeFactory(
            key=f"reminder/{year}",
            kind="reminder",
            about=f"plan/0020011/{year}",
            status="sent",
            sent_at=LATE - timedelta(days=days),
        )

    with connection.cursor() as cursor:
        cursor.execute(migration.GO_ON)

    assert dict(Cycle.objects.values_list("pk", "reminders_from")) == {
        2026: None,
        2027: LATE - timedelta(days=20),
        2028: None,
    }
