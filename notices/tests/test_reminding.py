import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Event

import pytest
from django.db import connection, transaction

from notices.models import Notice
from notices.services import (
    deliver_due,
    post_reminders,
    preview_reminders,
    send_again,
    withdraw,
)
from notices.tests import owed
from notices.tests.factories import ANSONIA, AddresseeFactory, NoticeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _source(settings):
    settings.REMINDER_SOURCES = ["notices.tests.owed"]
    owed.REMINDERS.clear()


def before(days: float):
    return owed.DUE_AT - timedelta(days=days)


def outbox() -> list[tuple[str, str]]:
    rows = Notice.objects.order_by("leaves_at", "to")
    return [(notice.why, notice.status) for notice in rows]


def test_reminder_is_posted_on_its_day_and_not_before():
    owed.owe(AddresseeFactory(), 14, 7)

    early = post_reminders(at=before(14.01))
    on_the_day = post_reminders(at=before(14))

    assert (early.leaving, [reminder.rule for reminder in on_the_day.leaving]) == ([], ["due-14"])
    assert outbox() == [("14 days before", "waiting")]


def test_of_several_missed_reminders_the_latest_leaves_and_the_earlier_are_passed_over(mail_server):
    owed.owe(AddresseeFactory(), 60, 30, 14, 7)

    post_reminders(at=before(8))
    deliver_due(at=before(8))

    assert outbox() == [
        ("60 days before", "passed_over"),
        ("30 days before", "passed_over"),
        ("14 days before", "sent"),
    ]
    assert [letter["Subject"] for letter in mail_server.letters] == ["Due in 14 days"]


def test_each_person_and_each_thing_has_a_series_of_its_own():
    one, other = AddresseeFactory.create_batch(2)
    owed.owe(one, 14, 7)
    owed.owe(one, 14, about=replace(ANSONIA, district_code="0090011"))
    owed.owe(other, 14)

    post_reminders(at=before(7))

    assert sorted(outbox()) == [
        ("14 days before", "passed_over"),
        ("14 days before", "waiting"),
        ("14 days before", "waiting"),
        ("7 days before", "waiting"),
    ]


def test_sweeping_twice_late_or_elsewhere_posts_nothing_more(mail_server):
    owed.owe(AddresseeFactory(), 14, 7)

    for days in (7, 7, 6, 5):
        post_reminders(at=before(days))
        deliver_due(at=before(days))

    assert outbox() == [("14 days before", "passed_over"), ("7 days before", "sent")]
    assert len(mail_server.letters) == 1


def test_reminder_that_waits_is_withdrawn_once_nothing_is_owed():
    owed.owe(AddresseeFactory(), 14)
    post_reminders(at=before(14))
    NoticeFactory(kind="plan_submitted")  # no reminder: none of the sweep's business

    owed.REMINDERS.clear()
    settlement = post_reminders(at=before(13))

    assert [notice.why for notice in settlement.untrue] == ["14 days before"]
    assert sorted(outbox()) == [
        ("14 days before", "withdrawn"),
        ("The plan was submitted", "waiting"),
    ]


def test_reminder_that_still_waits_is_passed_over_when_a_later_one_is_due():
    owed.owe(AddresseeFactory(), 1, 0)
    post_reminders(at=before(1))

    post_reminders(at=before(0))

    assert outbox() == [("1 days before", "passed_over"), ("0 days before", "waiting")]


def test_sweep_of_an_earlier_moment_leaves_later_letters_alone():
    owed.owe(AddresseeFactory(), 14, 7)
    post_reminders(at=before(7))

    settlement = post_reminders(at=before(10))

    assert (settlement.leaving, settlement.untrue) == ([], [])
    assert outbox() == [("14 days before", "passed_over"), ("7 days before", "waiting")]


def test_preview_writes_nothing_and_says_the_same_again():
    owed.owe(AddresseeFactory(), 14, 7)

    first, second = preview_reminders(at=before(7)), preview_reminders(at=before(7))

    assert ([reminder.rule for reminder in first.leaving], first) == (["due-7"], second)
    assert not Notice.objects.exists()


def test_failed_reminder_is_sent_again_only_while_it_is_the_latest(mail_server):
    person = AddresseeFactory()
    owed.owe(person, 14)
    mail_server.refuses[person.email] = "550 5.1.1 No such person here"
    post_reminders(at=before(14))
    deliver_due(at=before(14))
    del mail_server.refuses[person.email]

    send_again(notice_id=Notice.objects.get().pk, by=person, at=before(13))
    post_reminders(at=before(13))
    deliver_due(at=before(13))

    assert (outbox(), mail_server.addresses) == ([("14 days before", "sent")], [person.email])


@pytest.mark.django_db(transaction=True)
def test_no_reminder_slips_out_while_the_thing_is_being_handed_in():
    owed.owe(AddresseeFactory(), 14)
    is_sweeping = Event()

    def sweep():
        is_sweeping.set()
        try:
            return post_reminders(at=before(14))
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=1) as pool:
        with transaction.atomic():  # of the verb that hands it in
            withdraw(about=ANSONIA, kind="reminder", at=before(14), why="Filed")
            sweeping = pool.submit(sweep)
            assert is_sweeping.wait(timeout=5)
            time.sleep(0.3)  # long enough for a sweep that does not wait to see it still owed
            owed.REMINDERS.clear()
        settlement = sweeping.result(timeout=5)

    assert (settlement.leaving, outbox()) == ([], [])


@pytest.mark.parametrize("rows", [1, 3])
def test_sweep_asks_a_fixed_number_of_queries(rows, django_assert_num_queries):
    for person in AddresseeFactory.create_batch(rows):
        owed.owe(person, 14, 7)

    with django_assert_num_queries(
        8
    ):  # savepoint, lock, mark, known, waiting, insert, mark, release
        post_reminders(at=before(7))
