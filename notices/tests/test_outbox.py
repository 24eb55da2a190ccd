import socket
import time
from dataclasses import replace

import pytest
from celery import Celery, current_app
from django.conf import settings
from django.db import IntegrityError, transaction

from notices.models import About, Notice
from notices.services import Letter, NotSentAgain, post, post_each, send_again, withdraw
from notices.services.outbox import DELIVERER, message_id
from notices.tests.factories import ANSONIA, POSTED_AT, AddresseeFactory, NoticeFactory
from notices.tests.mailserver import free_port

pytestmark = pytest.mark.django_db

LETTER = {
    "key": "plan_submitted/plan/0020011/2028/1/user-5",
    "kind": "plan_submitted",
    "subject": "Ansonia submitted its FY2028 amendment",
    "body": "The Department has your plan.\n",
    "about": ANSONIA,
    "why": "The plan was submitted",
    "at": POSTED_AT,
}


@pytest.fixture
def woken(monkeypatch):
    """The tasks asked for, in place of a broker."""
    asked = []
    monkeypatch.setattr(current_app, "send_task", lambda name, **options: asked.append(name))
    return asked


def test_post_writes_the_letter_as_it_is_now():
    addressee = AddresseeFactory(email="a@example.org")

    notice = post(to=addressee, **LETTER)

    addressee.email = "b@example.org"
    addressee.save()
    notice.refresh_from_db()
    assert (notice.address, notice.status, notice.leaves_at) == (
        "a@example.org",
        Notice.Status.WAITING,
        POSTED_AT,
    )
    assert notice.message_id.endswith("@csde.example.org>")


@pytest.mark.parametrize("people", [1, 3])
def test_post_each_takes_three_queries_however_many_people_there_are(
    people, woken, django_assert_num_queries, django_capture_on_commit_callbacks
):
    to = {f"plan_submitted/{person.pk}": person for person in AddresseeFactory.create_batch(people)}
    says = {name: LETTER[name] for name in ("kind", "subject", "body", "about", "why")}

    # a savepoint, known ones, new ones, those as they are now, its release
    with django_capture_on_commit_callbacks(execute=True), django_assert_num_queries(5):
        letters = post_each(Letter(**says), to=to, at=POSTED_AT)

    assert [(letter.key, letter.to, letter.about) for letter in letters] == [
        (key, person, str(ANSONIA)) for key, person in to.items()
    ]
    assert woken == [DELIVERER]


def test_post_each_writes_to_nobody_twice(woken):
    first, second = AddresseeFactory.create_batch(2)
    post(**LETTER | {"key": "first"}, to=first)
    says = {name: LETTER[name] for name in ("kind", "subject", "body", "about", "why")}
    to = {"first": first, "second": second}

    new = post_each(Letter(**says), to=to, at=POSTED_AT)
    again = post_each(Letter(**says), to=to, at=POSTED_AT)

    assert ([letter.key for letter in new], again) == (["second"], [])
    assert Notice.objects.count() == 2


def test_post_of_a_known_key_is_no_second_letter_and_spoils_no_transaction():
    addressee = AddresseeFactory()

    with transaction.atomic():
        first = post(to=addressee, **LETTER)
        second = post(to=addressee, **{**LETTER, "subject": "Other words"})
        post(to=addressee, **{**LETTER, "key": "another"})

    assert second is None
    assert list(Notice.objects.order_by("pk").values_list("key", "subject")) == [
        (first.key, LETTER["subject"]),
        ("another", LETTER["subject"]),
    ]


def test_post_leaves_no_letter_when_the_callers_transaction_fails(woken):
    addressee = AddresseeFactory()

    def fail_after_posting():
        with transaction.atomic():
            post(to=addressee, **LETTER)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_after_posting()

    assert not Notice.objects.exists()
    assert woken == []


def test_subject_with_a_line_break_is_one_line():
    notice = post(
        to=AddresseeFactory(), **{**LETTER, "subject": "Plan\r\nBcc: all@example.org " + "x" * 300}
    )

    assert notice.subject.startswith("Plan Bcc: all@example.org xxx")
    assert len(notice.subject) == 200


def test_message_id_is_the_same_for_the_same_key_and_only_for_it():
    first, again, other = message_id("a"), message_id("a"), message_id("b")

    assert (first == again, first == other) == (True, False)


def test_post_wakes_the_deliverer_once_after_the_commit(woken, django_capture_on_commit_callbacks):
    addressee = AddresseeFactory()

    with django_capture_on_commit_callbacks(execute=True):
        for number in range(3):
            post(to=addressee, **{**LETTER, "key": str(number)})
        assert woken == []

    assert woken == [DELIVERER]


def test_post_of_a_letter_for_later_wakes_nobody(woken, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        post(to=AddresseeFactory(), leaves_at=POSTED_AT.replace(hour=23), **LETTER)

    assert woken == []


@pytest.fixture
def deaf_port():
    """An address that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("is_deaf", "longest"), [(False, 0.5), (True, 2)])  # seconds
def test_post_without_a_broker_neither_fails_nor_waits(monkeypatch, deaf_port, is_deaf, longest):
    address = f"redis://127.0.0.1:{deaf_port if is_deaf else free_port()}/0"
    broken = Celery("broken", broker=address, set_as_current=False)
    broken.conf.broker_transport_options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    monkeypatch.setattr("notices.services.outbox.current_app", broken)
    addressee = AddresseeFactory()

    started = time.monotonic()
    post(to=addressee, **LETTER)
    took = time.monotonic() - started

    assert (Notice.objects.get().status, took < longest) == (Notice.Status.WAITING, True)


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_post_puts_a_task_before_a_real_broker():
    current_app.control.purge()

    post(to=AddresseeFactory(), **LETTER)

    assert current_app.control.purge() == 1


def test_withdraw_takes_back_what_waits_of_that_kind_about_that_thing():
    reminder = {"kind": "reminder", "about": ANSONIA}
    waiting = NoticeFactory(**reminder)
    sent = NoticeFactory(sent=True, **reminder)
    another_kind = NoticeFactory(about=reminder["about"])
    another_thing = NoticeFactory(kind="reminder", about=replace(ANSONIA, district_code="0090011"))

    count = withdraw(**reminder, at=POSTED_AT, why="The plan was submitted")

    assert count == 1
    for notice in (waiting, sent, another_kind, another_thing):
        notice.refresh_from_db()
    assert (waiting.status, waiting.closed_at, waiting.outcome) == (
        Notice.Status.WITHDRAWN,
        POSTED_AT,
        "The plan was submitted",
    )
    assert [sent.status, another_kind.status, another_thing.status] == [
        Notice.Status.SENT,
        Notice.Status.WAITING,
        Notice.Status.WAITING,
    ]


def test_send_again_sets_a_failed_letter_going_and_says_who_asked():
    notice = NoticeFactory(failed=True)
    asker = AddresseeFactory()

    send_again(notice_id=notice.pk, by=asker, at=POSTED_AT)

    again = Notice.objects.get()
    assert (again.status, again.attempts, again.closed_at, again.message_id) == (
        Notice.Status.WAITING,
        0,
        None,
        notice.message_id,
    )
    assert (again.sent_again_by, again.sent_again_at) == (asker, POSTED_AT)


@pytest.mark.parametrize("stage", ["sent", "withdrawn"])
def test_send_again_refuses_a_letter_that_did_not_fail(stage):
    notice = NoticeFactory(**{stage: True})

    with pytest.raises(NotSentAgain, match=f"This letter is {stage}"):
        send_again(notice_id=notice.pk, by=notice.to, at=POSTED_AT)

    assert Notice.objects.get().status == stage


def test_send_again_refuses_a_letter_whose_secret_is_gone():
    notice = NoticeFactory(failed=True, kind="set_password", body="")

    with pytest.raises(NotSentAgain, match=r"is not kept\. Send the person a new letter\."):
        send_again(notice_id=notice.pk, by=notice.to, at=POSTED_AT)


def test_database_keeps_no_secret_of_a_letter_that_is_closed():
    with pytest.raises(IntegrityError, match="notice_secret_is_kept_only_while_it_waits"):
        NoticeFactory(sent=True, kind="set_password", body="https://…/5-secret/")


def test_withdrawn_secret_is_forgotten():
    person = About("user", about_id=5)
    notice = NoticeFactory(kind="set_password", about=person, body="https://…/5-secret/")

    withdraw(about=person, kind="set_password", at=POSTED_AT, why="A mistake")

    notice.refresh_from_db()
    assert (notice.status, notice.body) == (Notice.Status.WITHDRAWN, "")


def test_send_again_refuses_a_reminder_that_is_no_longer_due(settings):
    settings.REMINDER_SOURCES = []
    notice = NoticeFactory(failed=True, kind="reminder")

    with pytest.raises(NotSentAgain, match="out of date"):
        send_again(notice_id=notice.pk, by=notice.to, at=POSTED_AT)
