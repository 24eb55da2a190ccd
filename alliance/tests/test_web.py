"""The web as it runs: slow strangers, bodies too long, killed processes, reload and stop."""

# ruff: noqa: S603  every command run here is our own, as a list of words

import http.client
import os
import re
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import environ
import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client

from alliance.web import __main__ as web
from alliance.web.answering import connections_within
from districts.roles import Role
from districts.tests.factories import person

pytestmark = [pytest.mark.services, pytest.mark.usefixtures("django_db_setup")]
on_the_database = pytest.mark.django_db(transaction=True)

EACH = 200  # connections of each kind
A_SECOND = 1.0


class Server:
    """A web of its own on this test's database."""

    def __init__(self, process: subprocess.Popen, port: int, env_file: Path):
        self.process, self.port, self.env_file = process, port, env_file

    def ask(self, path="/health/", *, cookie="", host="127.0.0.1", timeout=10.0):
        """The answer's status and text, and how long it took."""
        started = time.perf_counter()
        asking = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            asking.request("GET", path, headers={"Cookie": cookie, "Host": host})
            answer = asking.getresponse()
            text = answer.read().decode()
        finally:
            asking.close()
        return answer.status, text, time.perf_counter() - started

    def open(self, sent: bytes) -> socket.socket:
        held = socket.create_connection(("127.0.0.1", self.port), timeout=10)
        held.sendall(sent)
        return held

    def children(self) -> set[int]:
        told = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return {int(pid) for pid in told.split()}


@contextmanager
def running(
    port: int,
    tmp_path: Path,
    *,
    files: int = 0,
    inherited: socket.socket | None = None,
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
    at_once: Callable[[Server], None] | None = None,
):
    env_file = tmp_path / "alliance.env"
    env_file.write_text("ALLOWED_HOSTS=127.0.0.1\n")
    command = [sys.executable, "-m", "alliance.web", f"--bind=127.0.0.1:{port}"]
    log = (tmp_path / "web.log").open("wb")
    command.append(f"--env-file={env_file}")
    if folder:
        command.append(f"--folder={folder}")
    if files:
        command = ["/bin/sh", "-c", f'ulimit -n {files}; exec "$@"', "-", *command]
    if inherited:  # as systemd does it: the number 3, and whose it is
        give = f'exec 3<&{inherited.fileno()}; LISTEN_PID=$$ LISTEN_FDS=1 exec "$@"'
        command = ["/bin/bash", "-c", give, "-", *command]
    process = subprocess.Popen(
        command,
        pass_fds=[inherited.fileno()] if inherited else [],
        cwd=settings.BASE_DIR,
        env=environment_of_the_tests() | (environment or {}),
        stdout=log,
        stderr=log,
    )
    server = Server(process, port, env_file)
    try:
        if at_once:
            at_once(server)
        deadline = time.monotonic() + 30
        while not _answers(server):
            assert process.poll() is None, (tmp_path / "web.log").read_text()
            assert time.monotonic() < deadline
            time.sleep(0.1)
        yield server
    finally:
        process.terminate()
        process.wait(30)
        log.close()


def wait_until(condition: Callable[[], bool], seconds: float = 40) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def environment_of_the_tests() -> dict[str, str]:
    """For a process of ours that is to work on the database of these tests."""
    return os.environ | {
        "DATABASE_URL": _url_of_the_tests(),
        "SECRET_KEY": settings.SECRET_KEY,
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        "SITE_URL": "http://127.0.0.1",
        "EMAIL_URL": "smtp://127.0.0.1:9",
    }


def _url_of_the_tests() -> str:
    url = os.environ["DATABASE_URL"]
    before, _, after = url.rpartition(f"/{environ.Env.db_url_config(url)['NAME']}")
    return f"{before}/{connection.settings_dict['NAME']}{after}"


def _answers(server: Server) -> bool:
    try:
        return server.ask(timeout=2)[0] == http.HTTPStatus.OK
    except OSError:
        return False


@pytest.fixture(scope="module")
def lasting(django_db_setup, tmp_path_factory):
    """One for all tests that do not end it."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with running(port, tmp_path_factory.mktemp("web")) as started:
        yield started


@pytest.fixture
def server(lasting):
    """Whole before and after."""
    assert (len(lasting.children()), lasting.process.poll()) == (2, None)
    yield lasting
    wait_until(lambda: len(lasting.children()) == 2)
    assert lasting.ask()[0] == http.HTTPStatus.OK


@pytest.fixture
def fresh(free_port, tmp_path):
    """One with nothing behind it: no process that starts anew takes time from what is timed."""
    with running(free_port, tmp_path) as started:
        yield started


@pytest.fixture
def cookie():
    """Of somebody who is signed in."""
    client = Client()
    client.force_login(person(Role.AUDITOR))
    return f"{settings.SESSION_COOKIE_NAME}={client.session.session_key}"


@on_the_database
def test_slow_strangers_hold_connections_and_nobody_up(fresh, cookie, capsys):
    """As many of each kind as offices have people; a valid token, or Django would read no body."""
    _, page, _ = fresh.ask("/accounts/login/")
    token = re.search(r'csrfmiddlewaretoken"\s+value="(\w+)"', page).group(1)
    head = f"POST /accounts/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: csrftoken={token}\r\n"

    def queue():
        return fresh.ask("/reviews/", cookie=cookie)

    kinds = {
        "idle": b"",
        "half headers": b"GET /health/ HTTP/1.1\r\nHost: 127.0",
        "half bodies": (
            f"{head}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 500\r\n\r\n"
            f"csrfmiddlewaretoken={token}&login=some"
        ).encode(),
    }
    calm = [max(asked()[2] for _ in range(3)) for asked in (fresh.ask, queue)]
    with ExitStack() as held:
        for kind, sent in kinds.items():
            for _ in range(EACH):
                held.enter_context(fresh.open(sent))
            told = [fresh.ask(), queue()]
            assert [status for status, _, _ in told] == [200, 200]
            with capsys.disabled():
                times = "the queue ".join(f"{seconds * 1000:.0f} ms " for _, _, seconds in told)
                print(f"\n  {EACH} {kind} more held: /health/ {times}", end="")  # noqa: T201
            for (_, _, seconds), before in zip(told, calm, strict=True):
                assert seconds < A_SECOND + 10 * before  # a busy machine is slow before, too


@pytest.mark.parametrize("how", ["length", "length, once told to go on", "chunks"])
def test_a_body_too_long_is_refused_unread_by_a_page_that_tells_the_limit(server, how):
    head = b"POST /accounts/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    started = time.perf_counter()
    if how == "length":
        sending = server.open(head + b"Content-Length: 250000000\r\n\r\n")
    elif how == "length, once told to go on":
        sending = server.open(head + b"Content-Length: 250000000\r\nExpect: 100-continue\r\n\r\n")
    else:
        sending = server.open(head + b"Transfer-Encoding: chunked\r\n\r\n")
        piece = b"100000\r\n" + b"x" * 0x100000 + b"\r\n"
        for _ in range(settings.LARGEST_BODY // 0x100000 + 1):
            sending.sendall(piece)
    with sending:
        sending.sendall(b"x" * 100_000)  # the browser is still at it
        answer = http.client.HTTPResponse(sending)
        answer.begin()
        page = answer.read().decode()

    assert answer.status == http.HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    assert re.fullmatch(r"[0-9a-f]{32}", answer.headers["X-Request-ID"])
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "larger than 27.0\xa0MB" in page
    assert "what you typed is still there" in page
    assert time.perf_counter() - started < 5


def test_a_body_as_long_as_it_may_be_is_taken(server):
    head = b"POST /accounts/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
    with server.open(head + f"Content-Length: {settings.LARGEST_BODY}\r\n\r\n".encode()) as sending:
        sending.sendall(b"x" * settings.LARGEST_BODY)
        answer = http.client.HTTPResponse(sending)
        answer.begin()

    assert answer.status == http.HTTPStatus.FORBIDDEN  # it has no token; but it was read


def test_a_process_that_is_killed_is_replaced(server):
    before = server.children()
    assert len(before) == 2

    os.kill(min(before), signal.SIGKILL)

    wait_until(lambda: len(server.children()) == 2 and server.children() != before)
    assert server.ask()[0] == http.HTTPStatus.OK


def test_one_that_is_killed_as_it_starts_takes_no_other_with_it(free_port, tmp_path):
    killed = threading.Event()

    def kill_the_first(server):
        deadline = time.monotonic() + 20
        while not server.children():
            assert time.monotonic() < deadline
            time.sleep(0.01)
        os.kill(min(server.children()), signal.SIGKILL)
        killed.set()

    with running(free_port, tmp_path, at_once=kill_the_first) as server:
        assert killed.is_set()
        wait_until(lambda: len(server.children()) == 2)

        assert server.ask()[0] == http.HTTPStatus.OK


def test_what_does_not_start_stops_nobody_who_answers(monkeypatch):
    monkeypatch.setattr(web.signal, "signal", lambda *_: None)
    process = subprocess.Popen(["/bin/sleep", "60"])
    keeper, waits = web.Web(web.parser().parse_args([]), None), []
    keeper._processes = [process]

    def fail():
        raise web.CannotStart("No room.")

    def wait(seconds):
        waits.append(seconds)
        keeper._is_stopping = len(waits) == 8
        assert process.poll() is None

    monkeypatch.setattr(keeper, "_look", fail)
    monkeypatch.setattr(keeper, "_wait", wait)
    keeper.run()

    assert waits == [2, 4, 8, 16, 32, 60, 60, 60]


def test_a_reload_reads_settings_anew_and_loses_no_request(server):
    before, settings_before = server.children(), server.env_file.read_text()
    assert server.ask(host="new.localhost")[0] == http.HTTPStatus.BAD_REQUEST
    answers, stop = [], threading.Event()

    def go_on_asking():
        while not stop.is_set():
            try:
                answers.append(server.ask()[0])
            except OSError as fault:
                answers.append(repr(fault))
            time.sleep(0.01)  # or those that start have no processor

    askers = [threading.Thread(target=go_on_asking) for _ in range(4)]
    for asker in askers:
        asker.start()
    server.env_file.write_text("ALLOWED_HOSTS=127.0.0.1,new.localhost\n")
    server.process.send_signal(signal.SIGHUP)
    wait_until(lambda: not before & server.children() and len(server.children()) == 2)
    stop.set()
    for asker in askers:
        asker.join()
    server.env_file.write_text(settings_before)

    assert server.ask(host="new.localhost")[0] == http.HTTPStatus.OK
    assert len(answers) > 50
    assert set(answers) == {200}


def test_a_reload_from_a_release_that_is_not_there_leaves_who_answers(free_port, tmp_path):
    current = tmp_path / "current"
    current.symlink_to(settings.BASE_DIR)
    log = tmp_path / "web.log"
    with running(free_port, tmp_path, folder=current) as server:
        before = server.children()
        current.unlink()
        server.process.send_signal(signal.SIGHUP)
        deadline = time.monotonic() + 10
        while "did not start: [Errno 2]" not in log.read_text():
            assert time.monotonic() < deadline
            time.sleep(0.1)

        assert server.ask()[0] == http.HTTPStatus.OK
        assert server.children() == before


@on_the_database
def test_what_is_being_answered_is_answered_before_it_stops(free_port, tmp_path, cookie):
    answers = []

    def ask():
        answers.append(server.ask("/reviews/", cookie=cookie, timeout=20)[0])

    asker = threading.Thread(target=ask)
    with running(free_port, tmp_path) as server:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("LOCK TABLE districts_user IN ACCESS EXCLUSIVE MODE")
            asker.start()
            _wait_until_somebody_waits_for_the_table()
            server.process.terminate()
            time.sleep(1)
            assert server.process.poll() is None
        asker.join()

        assert server.process.wait(20) == 0
        assert answers == [200]
        with pytest.raises(ConnectionRefusedError):
            server.ask()


def _wait_until_somebody_waits_for_the_table():
    deadline = time.monotonic() + 20
    with connection.cursor() as cursor:
        while True:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
            assert time.monotonic() < deadline
            time.sleep(0.05)


def test_strangers_with_more_connections_than_files_may_be_open_wait_their_turn(
    free_port, tmp_path
):
    with running(free_port, tmp_path, files=256) as server, ExitStack() as held:
        for _ in range(300):
            held.enter_context(server.open(b""))
        time.sleep(1)
        held.close()  # they go, and nothing is left of them

        assert server.ask()[0] == http.HTTPStatus.OK
        assert "Too many open files" not in (tmp_path / "web.log").read_text()


def test_a_new_server_on_the_socket_that_systemd_keeps_answers_who_came_meanwhile(
    free_port, tmp_path
):
    with socket.create_server(("127.0.0.1", free_port), backlog=64) as kept:
        with running(free_port, tmp_path, inherited=kept) as first:
            assert first.ask()[0] == http.HTTPStatus.OK
        meanwhile = first.open(b"GET /health/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        with meanwhile, running(free_port, tmp_path, inherited=kept):
            answer = http.client.HTTPResponse(meanwhile)
            answer.begin()

    assert answer.status == http.HTTPStatus.OK


SIGNS_IN = """
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from districts.passwords import Argon2Hasher

def megabytes():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6

def sign_in(_):
    Argon2Hasher().encode("four unrelated words", "salt-of-a-person")

sign_in(0)
before = megabytes()
with ThreadPoolExecutor(4) as threads:
    list(threads.map(sign_in, range(12)))
print(megabytes() - before)
"""


def test_memory_that_hashed_passwords_is_given_back():
    memory = web.MEMORY | os.environ | {"DJANGO_SETTINGS_MODULE": "alliance.settings"}
    command = [sys.executable, "-c", SIGNS_IN]
    told = subprocess.run(command, env=memory, capture_output=True, text=True, check=True)

    assert float(told.stdout) < 10


def test_a_process_has_neither_lists_of_passwords_nor_a_client_of_s3_that_it_does_not_use():
    loads = (
        "import alliance.wsgi, alliance.urls, sys;"
        " from django.core.files.storage import default_storage; default_storage.exists('a');"
        " print({'zxcvbn', 'boto3', 'botocore', 'storages'} & set(sys.modules))"
    )
    command = [sys.executable, "-c", loads]
    told = subprocess.run(
        command, env=environment_of_the_tests(), capture_output=True, text=True, check=True
    )

    assert told.stdout == "set()\n"


BEGINS = """
import gc, os, socket
from alliance.web import answering

def stands(*args, **options):
    print(gc.get_freeze_count() > 100_000)
    raise SystemExit

answering.create_server = stands
listener = socket.create_server(("127.0.0.1", 0))
answering.main(listener.fileno(), os.pipe()[1], 4, "")
"""


def test_what_a_process_begins_with_is_not_weighed_again():
    told = subprocess.run(
        [sys.executable, "-c", BEGINS],
        env=environment_of_the_tests(),
        capture_output=True,
        text=True,
        check=True,
    )

    assert told.stdout == "True\n"


def test_every_process_that_answers_has_its_memory_bounded_so(server):
    for pid in server.children():
        given = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
        assert {f"{name}={value}".encode() for name, value in web.MEMORY.items()} <= set(given)


def test_every_process_that_answers_leaves_docstrings_out(server):
    for pid in server.children():
        command = Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")
        assert command[1 : 1 + len(web.WITHOUT_WORDS)] == web.WITHOUT_WORDS


@pytest.mark.parametrize(
    ("soft", "hard", "connections"), [(1024, 4096, 1998), (256, 256, 78), (1024, -1, 2000)]
)
def test_connections_fit_into_the_files_that_may_be_open(monkeypatch, soft, hard, connections):
    monkeypatch.setattr(resource, "getrlimit", lambda _: (soft, hard))
    monkeypatch.setattr(resource, "setrlimit", lambda *_: None)

    assert connections_within(4100) == connections
