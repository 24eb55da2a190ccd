from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from notices import tasks
from notices.models import Notice
from notices.services import deliver_due, send_again, withdraw
from notices.tests.factories import ANSONIA, POSTED_AT, AddresseeFactory, NoticeFactory
from notices.tests.mailserver import free_port

pytestmark = [pytest.mark.services, pytest.mark.django_db]


def test_deliver_due_sends_what_is_due_with_its_own_message_id(mail_server):
    notice = NoticeFactory(
        subject="Ansonia’s plan: $1,204,000 left", body="Dear Ms. Núñez,\n\nAnsonia’s plan is in.\n"
    )
    NoticeFactory(leaves_at=POSTED_AT + timedelta(minutes=1))

    left = deliver_due(at=POSTED_AT)

    (letter,) = mail_server.letters
    assert left == [notice]
    assert {
        name: letter[name] for name in ("To", "From", "Subject", "Message-ID", "Auto-Submitted")
    } == {
        "To": notice.address,
        "From": "Alliance <alliance@csde.example.org>",
        "Subject": "Ansonia’s plan: $1,204,000 left",
        "Message-ID": notice.message_id,
        "Auto-Submitted": "auto-generated",
    }
    assert letter.get_content().replace("\r\n", "\n") == notice.body
    notice.refresh_from_db()
    assert (notice.status, notice.sent_at, notice.attempts, notice.outcome) == (
        Notice.Status.SENT,
        POSTED_AT,
        1,
        "250 2.0.0 Ok: queued as 0001",
    )


def test_deliver_due_again_sends_nothing_more(mail_server):
    NoticeFactory.create_batch(3)

    first, second = deliver_due(at=POSTED_AT), deliver_due(at=POSTED_AT)

    assert (len(first), second, len(mail_server.letters)) == (3, [], 3)


def test_deliver_due_of_one_kind_leaves_the_others(mail_server):
    reminder, other = NoticeFactory(kind="reminder"), NoticeFactory()

    left = deliver_due(at=POSTED_AT, kind="reminder")

    other.refresh_from_db()
    assert (left, other.status) == ([reminder], Notice.Status.WAITING)


def test_address_refused_for_good_fails_at_once_and_holds_up_nobody(mail_server):
    gone, fine = NoticeFactory(to__email="gone@example.org"), NoticeFactory()
    mail_server.refuses["gone@example.org"] = "550 5.1.1 No such person here"

    deliver_due(at=POSTED_AT)

    gone.refresh_from_db()
    assert (gone.status, gone.closed_at, gone.attempts, gone.outcome) == (
        Notice.Status.FAILED,
        POSTED_AT,
        1,
        "550 5.1.1 No such person here",
    )
    assert mail_server.addresses == [fine.address]


def test_address_refused_for_now_is_tried_again_later(mail_server):
    notice = NoticeFactory(to__email="full@example.org")
    mail_server.refuses["full@example.org"] = "452 4.2.2 Mailbox full"

    deliver_due(at=POSTED_AT)
    del mail_server.refuses["full@example.org"]
    too_soon = deliver_due(at=POSTED_AT + timedelta(seconds=59))
    in_time = deliver_due(at=POSTED_AT + timedelta(minutes=1))

    notice.refresh_from_db()
    assert (too_soon, in_time) == ([], [notice])
    assert (notice.status, notice.attempts, len(mail_server.letters)) == (Notice.Status.SENT, 2, 1)


def test_letter_that_waits_goes_to_the_address_its_person_has_when_it_leaves(mail_server):
    untried, tried = NoticeFactory(), NoticeFactory(to__email="full@example.org")
    mail_server.refuses["full@example.org"] = "452 4.2.2 Mailbox full"
    _correct(untried, "ana@example.org")
    deliver_due(at=POSTED_AT)
    _correct(tried, "bo@example.org")

    deliver_due(at=POSTED_AT + timedelta(minutes=1))

    tried.refresh_from_db()
    assert mail_server.addresses == ["ana@example.org", "bo@example.org"]
    assert (tried.address, tried.goes_to) == ("bo@example.org", "bo@example.org")


def test_letter_sent_again_goes_to_the_corrected_address_and_keeps_the_failed_try(mail_server):
    notice = NoticeFactory(to__email="gone@example.org")
    mail_server.refuses["gone@example.org"] = "550 5.1.1 No such person here"
    deliver_due(at=POSTED_AT)
    _correct(notice, "ana@example.org")

    send_again(notice_id=notice.pk, by=notice.to, at=POSTED_AT)
    left = deliver_due(at=POSTED_AT)

    assert (left, mail_server.addresses) == ([notice], ["ana@example.org"])
    assert list(notice.failed_tries.values_list("tried_at", "address", "answer")) == [
        (POSTED_AT, "gone@example.org", "550 5.1.1 No such person here")
    ]


def _correct(notice, address):
    notice.to.email = address
    notice.to.save()


def test_letter_backs_off_and_fails_after_a_day_without_a_mail_server(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    notice = NoticeFactory()
    waits, at = [], POSTED_AT

    while notice.status == Notice.Status.WAITING:
        deliver_due(at=at)
        notice.refresh_from_db()
        waits.append(((notice.next_try_at or at) - at) // timedelta(minutes=1))
        at = notice.next_try_at or at

    assert waits == [1, 5, 15, 60, *[60] * 23, 0]
    assert (notice.status, notice.closed_at - POSTED_AT > timedelta(hours=24)) == (
        Notice.Status.FAILED,
        True,
    )
    assert notice.outcome.startswith("No mail server: [Errno 111]")


def test_mail_server_away_is_asked_once_not_for_each_letter(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    NoticeFactory.create_batch(3)

    deliver_due(at=POSTED_AT)

    assert list(Notice.objects.order_by("pk").values_list("attempts", flat=True)) == [1, 0, 0]


def test_letter_to_a_suspended_person_is_withdrawn(mail_server):
    notice = NoticeFactory(to=AddresseeFactory(is_active=False))

    left = deliver_due(at=POSTED_AT)

    notice.refresh_from_db()
    assert (left, mail_server.letters, notice.status, notice.outcome) == (
        [],
        [],
        Notice.Status.WITHDRAWN,
        "The account of this person is suspended.",
    )


@pytest.mark.parametrize("address", ["a@example.org,b@example.org", "a@[example.org"])
def test_letter_that_no_server_could_be_given_fails_and_holds_up_nobody(mail_server, address):
    odd, fine = NoticeFactory(to__email=address), NoticeFactory()

    deliver_due(at=POSTED_AT)

    odd.refresh_from_db()
    assert (odd.status, mail_server.addresses) == (Notice.Status.FAILED, [fine.address])
    assert odd.outcome.startswith("Cannot be sent: ")


def test_line_break_in_a_subject_forges_no_header(mail_server):
    NoticeFactory(subject="Ansonia\r\nBcc: all@example.org\n\nsubmitted its plan")

    deliver_due(at=POSTED_AT)

    (letter,) = mail_server.letters
    assert (letter["Subject"], letter["Bcc"]) == (
        "Ansonia Bcc: all@example.org submitted its plan",
        None,
    )


@pytest.mark.usefixtures("untrusted_mail_server")
def test_letter_waits_while_the_certificate_of_the_mail_server_is_not_trusted(caplog):
    first, second = NoticeFactory.create_batch(2)

    deliver_due(at=POSTED_AT)

    for notice in (first, second):
        notice.refresh_from_db()
    assert [(one.status, one.attempts) for one in (first, second)] == [
        (Notice.Status.WAITING, 1),
        (Notice.Status.WAITING, 0),
    ]
    assert first.outcome.startswith("No mail server: [SSL: CERTIFICATE_VERIFY_FAILED]")
    assert [line.getMessage().partition(": ")[0] for line in _warnings(caplog)] == [
        f"Letter {first.pk} (plan_submitted) waits"
    ]


@pytest.mark.parametrize(
    "setting",
    [
        {"DEFAULT_FROM_EMAIL": "Alliance, CSDE <alliance@example.org"},
        {"DEFAULT_FROM_EMAIL": "a@example.org\nBcc: b@example.org"},
        {"EMAIL_USE_TLS": True, "EMAIL_USE_SSL": True},
        {"EMAIL_HOST": "x" * 64 + ".example.org"},  # no name of a host
        {"EMAIL_USE_SSL": True, "EMAIL_SSL_CERTFILE": "/nowhere.pem"},
        {"EMAIL_USE_TLS": True},  # the server has none
        {"EMAIL_HOST_USER": "alliance", "EMAIL_HOST_PASSWORD": "wrong"},
    ],
)
def test_letter_waits_while_a_setting_of_mail_is_wrong(mail_server, settings, setting):
    for name, value in setting.items():
        setattr(settings, name, value)
    notice = NoticeFactory()

    deliver_due(at=POSTED_AT)

    notice.refresh_from_db()
    assert (notice.status, mail_server.letters) == (Notice.Status.WAITING, [])
    assert notice.outcome.startswith("No mail server: ")


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("530 5.7.0 Must issue a STARTTLS command first", Notice.Status.WAITING),
        ("550 5.7.1 Relaying denied", Notice.Status.WAITING),
        ("553 5.1.8 Sender's domain does not exist", Notice.Status.WAITING),
        ("550 5.1.1 No such person here", Notice.Status.FAILED),
        ("550 No such person here", Notice.Status.FAILED),
        ("551 5.1.6 The person has moved", Notice.Status.FAILED),
        ("421 4.3.2 Going down", Notice.Status.WAITING),
    ],
)
def test_letter_fails_for_good_only_where_its_addressee_is_refused(mail_server, said, status):
    notice = NoticeFactory(to__email="gone@example.org")
    mail_server.refuses["gone@example.org"] = said

    deliver_due(at=POSTED_AT)

    notice.refresh_from_db()
    assert (notice.status, notice.outcome) == (status, said)


def test_failure_is_a_warning_in_the_log(mail_server, caplog):
    notice = NoticeFactory(to__email="gone@example.org")
    mail_server.refuses["gone@example.org"] = "550 5.1.1 No such person here"

    deliver_due(at=POSTED_AT)

    assert [line.getMessage() for line in _warnings(caplog)] == [
        f"Letter {notice.pk} (plan_submitted) failed: 550 5.1.1 No such person here"
    ]


def _warnings(caplog):
    return [line for line in caplog.records if line.levelname == "WARNING"]


SECRET = "https://alliance.example.org/accounts/password/reset/key/5-secret/"


def test_link_that_sets_a_password_is_kept_only_until_its_letter_left(mail_server):
    person = AddresseeFactory()
    letter = {"kind": "set_password", "about": f"user/{person.pk}", "to": person, "body": SECRET}
    sent = NoticeFactory(**letter)
    refused = NoticeFactory(**letter | {"to": AddresseeFactory(email="gone@example.org")})
    mail_server.refuses["gone@example.org"] = "550 5.1.1 No such person here"

    deliver_due(at=POSTED_AT)

    assert [one.get_content().strip() for one in mail_server.letters] == [SECRET]
    for notice in (sent, refused):
        notice.refresh_from_db()
    assert (sent.status, sent.body) == (Notice.Status.SENT, "")
    assert (refused.status, refused.body) == (Notice.Status.FAILED, "")


def test_letter_whose_check_breaks_leaves_and_holds_up_nobody(mail_server, settings):
    settings.LETTER_CHECKS = ["notices.tests.broken_check"]
    first, second = NoticeFactory.create_batch(2)

    left = deliver_due(at=POSTED_AT)

    assert left == [first, second]


def _deliver_on_a_connection_of_its_own():
    try:
        return deliver_due(at=POSTED_AT)
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_two_deliverers_at_once_send_each_letter_once(mail_server):
    held, free = NoticeFactory(), NoticeFactory()
    mail_server.holds.add(held.address)

    with ThreadPoolExecutor(max_workers=1) as pool:
        slow = pool.submit(_deliver_on_a_connection_of_its_own)
        assert mail_server.is_holding.wait(timeout=5)
        beside = deliver_due(at=POSTED_AT)
        sent_beside = mail_server.addresses
        mail_server.may_answer.set()
        first = slow.result()

    assert (beside, sent_beside) == ([free], [free.address])
    assert (first, mail_server.addresses) == ([held], [free.address, held.address])


@pytest.mark.django_db(transaction=True)
def test_withdraw_neither_waits_for_nor_touches_a_letter_on_its_way(mail_server):
    notice = NoticeFactory(kind="reminder")
    mail_server.holds.add(notice.address)

    with ThreadPoolExecutor(max_workers=1) as pool:
        slow = pool.submit(_deliver_on_a_connection_of_its_own)
        assert mail_server.is_holding.wait(timeout=5)
        count = withdraw(about=ANSONIA, kind="reminder", at=POSTED_AT, why="Filed")
        mail_server.may_answer.set()
        slow.result()

    notice.refresh_from_db()
    assert (count, notice.status) == (0, Notice.Status.SENT)


def test_process_killed_before_the_commit_sends_again_under_the_same_message_id(
    mail_server, monkeypatch
):
    notice = NoticeFactory()

    def die(*args, **kwargs):
        raise KeyboardInterrupt

    with monkeypatch.context() as killed:
        killed.setattr(Notice, "save", die)
        with pytest.raises(KeyboardInterrupt):
            deliver_due(at=POSTED_AT)
    deliver_due(at=POSTED_AT)

    assert [letter["Message-ID"] for letter in mail_server.letters] == [notice.message_id] * 2


def test_sweep_delivers_what_nobody_woke_the_deliverer_for(mail_server, settings):
    settings.REMINDER_SOURCES = []
    notice = NoticeFactory()

    tasks.sweep()

    assert mail_server.addresses == [notice.address]
