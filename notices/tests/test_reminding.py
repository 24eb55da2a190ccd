import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from functools import partial
from threading import Event

import pytest
from django.db import OperationalError, connection, transaction

from notices.models import LastSweep, Notice
from notices.reminders import Batch
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


class Source:
    """A source of a batch for each thing, which waits before it gives the second or reads again."""

    def __init__(self):
        self.waits, self.goes_on = Event(), Event()
        self.at_second_batch = self.at_second_look = False

    def batches(self, at):
        for number, about in enumerate(sorted({each.about for each in owed.due(at)}, key=str)):
            if number == 1 and self.at_second_batch:
                self.wait()
            yield Batch(self.of(about, at), partial(self.again, about, at))

    def of(self, about, at):
        return [each for each in owed.due(at) if each.about == about]

    def again(self, about, at):
        if self.at_second_look:
            self.wait()
        return self.of(about, at)

    def wait(self):
        self.waits.set()
        assert self.goes_on.wait(timeout=5)


BRISTOL = replace(ANSONIA, district_code="0170011")


@pytest.fixture
def sweeping(monkeypatch):
    """Begins a sweep of two things on a connection of its own, once told where it is to wait."""
    source = Source()
    monkeypatch.setattr(owed, "batches", source.batches)
    for about in (ANSONIA, BRISTOL):
        owed.owe(AddresseeFactory(), 14, about=about)

    def sweep():
        try:
            return post_reminders(at=before(14))
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=1) as pool:

        def begin(*, at_second_batch=False, at_second_look=False):
            source.at_second_batch, source.at_second_look = at_second_batch, at_second_look
            running = pool.submit(sweep)
            assert source.waits.wait(timeout=5)
            return running

        begin.source = source
        yield begin
        source.goes_on.set()


def hand_in(about: str) -> int:
    """What a verb does; it gives up where it is made to wait."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '200ms'")
        return withdraw(about=about, kind="reminder", at=before(14), why="Filed")


@pytest.mark.django_db(transaction=True)
def test_handing_in_waits_for_no_sweep_and_what_was_filed_meanwhile_has_no_letter(sweeping):
    running = sweeping(at_second_batch=True)

    withdrawn = hand_in(ANSONIA), hand_in(BRISTOL)
    owed.REMINDERS.clear()
    sweeping.source.goes_on.set()

    assert withdrawn == (1, 0)  # the first batch was posted, the second not yet
    assert (len(running.result(timeout=5).leaving), outbox()) == (
        1,
        [("14 days before", "withdrawn")],
    )


@pytest.mark.django_db(transaction=True)
def test_handing_in_waits_for_the_batch_of_its_own_letters_alone(sweeping):
    running = sweeping(at_second_look=True)

    assert hand_in(BRISTOL) == 0
    with pytest.raises(OperationalError, match="lock timeout"):
        hand_in(ANSONIA)
    sweeping.source.goes_on.set()
    assert len(running.result(timeout=5).leaving) == 2


@pytest.mark.django_db(transaction=True)
def test_what_was_filed_after_a_batch_was_read_has_no_letter(monkeypatch):
    owed.owe(AddresseeFactory(), 14)
    monkeypatch.setattr(owed, "batches", lambda at: [Batch(owed.due(at), list)])

    assert (post_reminders(at=before(14)).leaving, outbox()) == ([], [])


@pytest.mark.django_db(transaction=True)
def test_what_was_passed_by_and_not_handed_in_after_all_is_reminded_of_by_the_next_sweep():
    post_reminders(at=before(14.01))  # what comes due since leaves at once, not at the next hour
    owed.owe(AddresseeFactory(), 14)

    def sweep(at):
        try:
            return post_reminders(at=at)
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=1) as pool, transaction.atomic():
        withdraw(about=ANSONIA, kind="reminder", at=before(14), why="Filed")
        passed_by = pool.submit(sweep, before(14)).result(timeout=5)
        transaction.set_rollback(True)
    minute_later = post_reminders(at=before(14) + timedelta(minutes=1))

    assert (passed_by.leaving, [one.rule for one in minute_later.leaving]) == ([], ["due-14"])


@pytest.mark.django_db(transaction=True)
def test_what_waits_and_is_held_while_a_sweep_reads_is_not_withdrawn(sweeping, monkeypatch):
    post_reminders(at=before(14))
    running = sweeping(at_second_batch=True)

    monkeypatch.setattr(owed, "held", lambda at: {BRISTOL.fiscal_year})  # so none of it is due
    owed.REMINDERS[:] = [each for each in owed.REMINDERS if each.about != BRISTOL]
    sweeping.source.goes_on.set()

    assert (running.result(timeout=5).untrue, outbox()) == ([], [("14 days before", "waiting")] * 2)

    monkeypatch.setattr(owed, "held", lambda at: set())
    post_reminders(at=before(14))
    assert sorted(outbox()) == [("14 days before", "waiting"), ("14 days before", "withdrawn")]


@pytest.mark.django_db(transaction=True)
def test_a_sweep_that_took_long_does_not_put_back_the_mark_of_a_later_one(sweeping):
    post_reminders(at=before(14.1))
    running = sweeping(at_second_batch=True)

    sweeping.source.at_second_batch = False
    post_reminders(at=before(13.9))
    sweeping.source.goes_on.set()
    running.result(timeout=5)

    assert LastSweep.objects.get().at == before(13.9)


def test_a_mark_of_a_day_to_come_is_put_back():
    LastSweep.objects.create(pk=1, at=before(10))

    post_reminders(at=before(14))

    assert LastSweep.objects.get().at == before(14)


@pytest.mark.django_db(transaction=True)
def test_what_was_passed_by_in_any_batch_is_looked_for_from_then_again(sweeping):
    post_reminders(at=before(14.01))
    with transaction.atomic():
        withdraw(about=ANSONIA, kind="reminder", at=before(14), why="Filed")
        running = sweeping(at_second_batch=True)  # the first was passed by, this one will not be
        sweeping.source.at_second_batch = False
        sweeping.source.goes_on.set()
        posted = running.result(timeout=5).leaving
        transaction.set_rollback(True)
    minute_later = post_reminders(at=before(14) + timedelta(minutes=1))

    assert [one.about for one in posted] == [BRISTOL]
    assert [one.about for one in minute_later.leaving] == [ANSONIA]


def test_a_reminder_keeps_the_page_that_it_leads_to():
    owed.owe(AddresseeFactory(), 14, 7)

    post_reminders(at=before(7))

    pages = {(notice.page, *notice.page_args) for notice in Notice.objects.all()}
    assert (Notice.objects.count(), pages) == (2, {("plan", "ansonia", 2028)})


@pytest.mark.parametrize("held", [False, True])
def test_a_minute_in_which_nothing_can_come_due_reads_nobodys_reminders(
    monkeypatch, held, django_assert_num_queries
):
    post_reminders(at=before(14.01))
    owed.owe(AddresseeFactory(), 15)  # an act made it due just now: it waits for its hour
    monkeypatch.setattr(owed, "hold_ended", lambda since, at: held)
    read = []
    monkeypatch.setattr(owed, "batches", lambda at: read.append(at) or [])

    with django_assert_num_queries(3):  # mark, waiting, mark
        post_reminders(at=before(14.005))

    assert read == ([before(14.005)] if held else [])


@pytest.mark.parametrize("rows", [1, 3])
def test_sweep_asks_a_fixed_number_of_queries(rows, django_assert_num_queries):
    for person in AddresseeFactory.create_batch(rows):
        owed.owe(person, 14, 7)

    with django_assert_num_queries(
        8
    ):  # mark, waiting, known, savepoint, lock, insert, release, mark
        post_reminders(at=before(7))
