"""R04: administrators have a letter 12 months before designations end; renewing ends it."""

from datetime import datetime, timedelta

import pytest

from districts.calendar import EASTERN
from districts.reminders import batches
from districts.roles import Role
from districts.tests.factories import DesignationFactory, DistrictFactory, person
from notices.models import Notice
from notices.services import post_reminders

pytestmark = pytest.mark.django_db

BEFORE = datetime(2026, 7, 1, 8, 59, tzinfo=EASTERN)
JULY_1 = datetime(2026, 7, 1, 9, 0, tzinfo=EASTERN)


@pytest.fixture(autouse=True)
def only_ours(settings):
    settings.REMINDER_SOURCES = ["districts.reminders"]


@pytest.fixture
def ending():
    return [
        DesignationFactory(
            district=DistrictFactory(name=name), first_fiscal_year=2023, last_fiscal_year=2027
        ).district
        for name in ("Bristol", "Ansonia")
    ]


def letters():
    return list(Notice.objects.order_by("address"))


def test_r04_administrators_have_a_letter_twelve_months_before(admin, auditor, ending):
    post_reminders(at=BEFORE)
    assert letters() == []

    post_reminders(at=JULY_1)

    (letter,) = letters()
    assert (letter.to, letter.leaves_at, letter.page) == (admin, JULY_1, "roster")
    assert letter.subject == "2 designations end on Wednesday, June 30, 2027"
    assert "Ansonia\nBristol\n" in letter.body
    assert "It keeps what it carries forward" in letter.body


def test_letter_leaves_once_however_often_it_is_looked_for(admin, ending):
    for hours in (0, 1, 24, 24 * 200):
        post_reminders(at=JULY_1 + timedelta(hours=hours))

    assert len(letters()) == 1


def test_whoever_becomes_administrator_later_has_it_too(admin, ending):
    post_reminders(at=JULY_1)
    person(Role.SYSADMIN)

    post_reminders(at=JULY_1 + timedelta(days=1))

    assert len(letters()) == 2


def test_nothing_is_said_of_districts_that_are_renewed_or_retired(admin, ending, noon):
    DesignationFactory(district=ending[0], first_fiscal_year=2028, last_fiscal_year=2032)
    ending[1].retired_at, ending[1].retired_by = noon, admin
    ending[1].save()

    post_reminders(at=JULY_1)

    assert letters() == []


def test_a_letter_that_waits_is_withdrawn_once_all_are_renewed(admin, ending):
    post_reminders(at=JULY_1)
    for district in ending:
        DesignationFactory(district=district, first_fiscal_year=2028, last_fiscal_year=2032)

    post_reminders(at=JULY_1 + timedelta(minutes=1))

    assert [letter.status for letter in letters()] == [Notice.Status.WITHDRAWN]


@pytest.mark.parametrize("rows", [1, 3])
def test_letters_take_the_same_queries_however_many_districts_end(
    admin, django_assert_num_queries, rows
):
    for _ in range(rows):
        DesignationFactory(first_fiscal_year=2023, last_fiscal_year=2027)

    with django_assert_num_queries(2):
        [batch] = batches(JULY_1)

    assert len(batch.reminders) == 1
