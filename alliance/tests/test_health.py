"""What whoever watches the machine is told, with parts really away, hung or late."""

import signal
import socket
import time
from contextlib import contextmanager
from datetime import timedelta
from threading import Timer

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection

from alliance import health
from alliance.embedded.state import temporary_state
from alliance.embedded.valkey import Valkey
from alliance.health import last_migrations
from alliance.signs_of_life import leave_sign_of_life
from notices.models import Notice
from notices.services import dismiss, send_again
from notices.tests.factories import POSTED_AT, NoticeFactory
from plans.models import CycleChange

pytestmark = pytest.mark.django_db

WELL = {"status": "ok"}
NOW = 1_795_000_000
NO_TROUBLE = {"status": "ok", "failed": 0, "late": 0}
ONE_FAILED = {"status": "warning", "failed": 1, "late": 0}
DAY = 24 * 60  # minutes
PATIENCE = 2  # seconds an answer may take, whatever is away


@pytest.fixture(autouse=True)
def _nothing_known(settings):
    """Nor is anything waiting: other tests leave tasks in the usual queue."""
    cache.delete_many(["alive:worker", "alive:beat"])
    settings.CELERY_TASK_DEFAULT_QUEUE = "health"


@pytest.fixture
def ask(client):
    """The code and the body, which came in time."""

    def _ask(address):
        started = time.monotonic()
        response = client.get(address)
        assert time.monotonic() - started < PATIENCE
        return response.status_code, response.json()

    return _ask


@pytest.fixture
def database_away(monkeypatch):
    elsewhere = connection.copy()
    elsewhere.settings_dict["HOST"] = "/nowhere"
    monkeypatch.setattr(health, "connection", elsewhere)


def point_at(settings, url):
    """Cache and broker, as REDIS_URL does."""
    settings.BROKER_ADDRESS = f"{url}?db=0"
    location = {**settings.CACHES["default"], "LOCATION": f"{url}?db=1"}
    settings.CACHES = {"default": location}


@pytest.fixture
def valkey_away(settings):
    point_at(settings, "unix:///nowhere/valkey.sock")


@contextmanager
def another_valkey():
    """Its address and its process."""
    with temporary_state() as state:
        valkey = Valkey(state.folder, state.run_folder / "v.sock", state.logs / "v", durable=False)
        server = valkey.start()
        try:
            yield valkey.url, server.process
        finally:
            server.process.send_signal(signal.SIGCONT)
            server.stop()


def signs_of_life(*, worker: int, beat: int) -> None:
    """Seconds before NOW."""
    for who, seconds in (("worker", worker), ("beat", beat)):
        with time_machine.travel(NOW - seconds, tick=False):
            leave_sign_of_life(who)


def test_balancer_hears_that_pages_can_be_answered(ask, django_assert_num_queries):
    with django_assert_num_queries(1):
        answer = ask("/health/")

    assert answer == (200, {"status": "ok", "web": WELL, "database": WELL})


def test_balancer_hears_that_the_database_is_away(ask, database_away):
    assert ask("/health/") == (
        503,
        {"status": "not ok", "web": WELL, "database": {"status": "away"}},
    )


@pytest.mark.parametrize(
    "undo",
    [
        "DELETE FROM django_migrations WHERE app = 'plans' AND name = %s",
        "ALTER TABLE django_migrations RENAME TO %s",
    ],
)
def test_balancer_hears_that_the_database_is_not_migrated(ask, undo):
    last = dict(last_migrations())["plans"]
    with connection.cursor() as cursor:
        cursor.execute(undo.replace("%s", f"'{last}'" if "DELETE" in undo else "none_yet"))

    assert ask("/health/") == (
        503,
        {"status": "not ok", "web": WELL, "database": {"status": "not migrated"}},
    )


@pytest.mark.parametrize("address", ["/health/", "/health/all/"])
def test_nobodys_session_is_read_which_would_be_in_the_database(
    client, auditor, address, django_assert_num_queries
):
    client.force_login(auditor)
    key = client.session.session_key

    with django_assert_num_queries(3 if address == "/health/all/" else 1):
        client.get(address)

    assert client.session.session_key == key  # and nobody is signed out by it


def test_database_that_accepts_and_never_answers_is_given_up(client, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        elsewhere = connection.copy()
        elsewhere.settings_dict |= dict(zip(("HOST", "PORT"), silent.getsockname(), strict=True))
        monkeypatch.setattr(health, "connection", elsewhere)
        hangs_up = Timer(8, silent.close)
        hangs_up.start()
        started = time.monotonic()

        response = client.get("/health/")

        hangs_up.cancel()
    assert (response.status_code, time.monotonic() - started < 5) == (503, True)


def test_no_web_is_taken_away_because_the_broker_is(ask, valkey_away):
    assert ask("/health/") == (200, {"status": "ok", "web": WELL, "database": WELL})


def test_alarm_hears_of_every_part(ask, django_assert_num_queries):
    signs_of_life(worker=2, beat=180)

    with time_machine.travel(NOW, tick=False), django_assert_num_queries(3):
        response = ask("/health/all/")

    assert response == (
        200,
        {
            "status": "ok",
            "web": WELL,
            "database": WELL,
            "cache": WELL,
            "broker": {"status": "ok", "waiting": 0},
            "worker": {"status": "ok", "seconds": 2},
            "beat": {"status": "ok", "seconds": 180},
            "letters": NO_TROUBLE,
        },
    )


@pytest.mark.parametrize(
    ("worker", "beat", "statuses"),
    [(181, 3, ("late", "ok")), (3, 181, ("ok", "late")), (9_999, 9_999, ("late", "late"))],
)
def test_alarm_hears_who_missed_three_sweeps(ask, worker, beat, statuses):
    signs_of_life(worker=worker, beat=beat)

    with time_machine.travel(NOW, tick=False):
        code, told = ask("/health/all/")

    assert (code, told["status"]) == (503, "not ok")
    assert (told["worker"], told["beat"]) == (
        {"status": statuses[0], "seconds": worker},
        {"status": statuses[1], "seconds": beat},
    )


def test_who_never_gave_a_sign_is_unknown_and_not_well(ask):
    code, told = ask("/health/all/")

    assert (code, told["worker"], told["beat"]) == (
        503,
        {"status": "unknown"},
        {"status": "unknown"},
    )


NOTHING_OF_VALKEY = {
    "status": "not ok",
    "web": WELL,
    "database": WELL,
    "cache": {"status": "away"},
    "broker": {"status": "away"},
    "worker": {"status": "unknown"},
    "beat": {"status": "unknown"},
    "letters": NO_TROUBLE,
}


def test_alarm_hears_that_valkey_is_away(ask, valkey_away):
    assert ask("/health/all/") == (503, NOTHING_OF_VALKEY)


def test_alarm_hears_in_time_that_valkey_hangs(ask, settings):
    with another_valkey() as (url, process):
        point_at(settings, url)
        process.send_signal(signal.SIGSTOP)  # it accepts connections and never answers

        assert ask("/health/all/") == (503, NOTHING_OF_VALKEY)


def test_alarm_hears_that_valkey_has_no_room_though_each_process_goes_on(ask, settings):
    with another_valkey() as (url, _):
        point_at(settings, url)
        with health.broker() as broker:
            broker.config_set("maxmemory", 1)
        leave_sign_of_life("worker")

        answer = ask("/health/all/")

    broker_answers = {"broker": {"status": "ok", "waiting": 0}}
    assert answer == (503, NOTHING_OF_VALKEY | broker_answers)


def test_alarm_hears_that_the_database_and_valkey_are_away(ask, database_away, valkey_away):
    nothing = {"database": {"status": "away"}, "letters": {"status": "unknown"}}
    assert ask("/health/all/") == (503, NOTHING_OF_VALKEY | nothing)


def test_tasks_nobody_took_are_counted(ask):
    with health.broker() as broker:
        broker.rpush("health", "one", "two")
        try:
            _, told = ask("/health/all/")
        finally:
            broker.delete("health")

    assert told["broker"] == {"status": "ok", "waiting": 2}


def test_sign_of_life_is_a_file_too_for_a_check_in_the_container(settings, tmp_path):
    settings.SIGN_OF_LIFE_FILE = str(tmp_path / "alive")

    leave_sign_of_life("worker")

    assert (tmp_path / "alive").exists()


@pytest.mark.parametrize(
    ("minutes_ago", "letter", "told"),
    [
        (6 * DAY, {"failed": True}, ONE_FAILED),
        (8 * DAY, {"failed": True}, NO_TROUBLE),
        (11, {}, {"status": "late", "failed": 0, "late": 1}),
        (9, {}, NO_TROUBLE),
        (23 * 60, {"sent": True}, NO_TROUBLE),
        (23 * 60, {"withdrawn": True}, NO_TROUBLE),
    ],
)
def test_alarm_hears_of_letters_that_failed_or_do_not_leave(ask, minutes_ago, letter, told):
    NoticeFactory(leaves_at=POSTED_AT, **letter)
    now = POSTED_AT + timedelta(minutes=minutes_ago)

    with time_machine.travel(now, tick=False):
        for who in ("worker", "beat"):
            leave_sign_of_life(who)
        code, answer = ask("/health/all/")

    wakes_somebody = told["status"] == "late"
    assert (code, answer["letters"]) == (503 if wakes_somebody else 200, told)
    assert answer["status"] == {"late": "not ok"}.get(told["status"], told["status"])


def well(ask, at):
    with time_machine.travel(at, tick=False):
        for who in ("worker", "beat"):
            leave_sign_of_life(who)
        code, answer = ask("/health/all/")
    return code, answer["letters"]["status"], answer["letters"]["failed"]


@pytest.mark.parametrize(
    ("seen_to", "told"),
    [
        ("not at all", (200, "warning", 1)),
        ("it is sent again", (200, "ok", 0)),
        ("an administrator dismisses it", (200, "ok", 0)),
        ("a new one to the same person has left", (200, "ok", 0)),
        ("a new one to the same person waits", (200, "warning", 1)),
        ("a new one to somebody else has left", (200, "warning", 1)),
    ],
)
def test_one_bounced_password_letter_wakes_nobody_and_counts_until_it_is_seen_to(
    ask, admin, seen_to, told
):
    """Kind: an alarm that nobody can put out is one that everybody learns to pass over."""
    about = {"kind": "set_password", "about": "user/1", "body": ""}
    bounced = NoticeFactory(failed=True, **about)
    later = {**about, "posted_at": POSTED_AT + timedelta(minutes=5)}
    if seen_to == "it is sent again":  # one whose words are kept
        Notice.objects.update(kind="plan_assigned")
        send_again(notice_id=bounced.pk, by=admin, at=POSTED_AT + timedelta(minutes=5))
    if seen_to == "an administrator dismisses it":
        dismiss(notice_id=bounced.pk, by=admin, at=POSTED_AT + timedelta(minutes=5))
    if "has left" in seen_to:
        to = NoticeFactory().to if "else" in seen_to else bounced.to
        Notice.objects.filter(status="waiting").delete()
        NoticeFactory(sent=True, to=to, **later)
    if "waits" in seen_to:
        NoticeFactory(to=bounced.to, **later)

    assert well(ask, POSTED_AT + timedelta(minutes=9)) == told


def test_many_letters_that_fail_at_once_are_the_mail_server_and_an_alarm(ask):
    NoticeFactory.create_batch(health.MANY, failed=True)

    assert well(ask, POSTED_AT + timedelta(minutes=30)) == (503, "refused", health.MANY)
    assert well(ask, POSTED_AT + timedelta(minutes=90)) == (200, "warning", health.MANY)


def test_letter_of_a_cycle_whose_letters_are_held_is_not_late(ask, admin):
    at = POSTED_AT + timedelta(minutes=30)
    NoticeFactory(kind="reminder", about="plan/0020011/2028")
    assert well(ask, at) == (503, "late", 0)
    CycleChange.objects.create(
        cycle_id=2028,
        values={},
        letters=1,
        held_until=at + timedelta(hours=20),
        made_at=POSTED_AT,
        made_by=admin,
    )

    assert well(ask, at) == (200, "ok", 0)
