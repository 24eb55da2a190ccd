"""The embedded services: they start, keep their data, die with their starter, leave nothing."""

# ruff: noqa: S603  every command run here is our own, as a list of words

import json
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import psycopg2
import pytest
import redis

from alliance.embedded import CannotRun, installation, postgres, processes
from alliance.embedded import state as states
from alliance.embedded.services import local_environment, running_services
from alliance.embedded.state import InUse, State, temporary_state

pytestmark = pytest.mark.services

STARTER = """
import json, pathlib, sys
from alliance.embedded.services import running_services
from alliance.embedded.state import State

folder = pathlib.Path(sys.argv[1])
state = State(folder, run_folder=folder / "run")
with state.held_by("A starter"), running_services(state) as services:
    pids = {child.name: child.process.pid for child in services.children}
    print(json.dumps({"pids": pids, **services.environment}), flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def state(monkeypatch):
    """A state folder that nothing uses yet, and an environment that names no services."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("REDIS_URL", raising=False)
    folder = Path(tempfile.mkdtemp(prefix="alliance-embedded-", dir=states.TEMPORARY))
    folder.chmod(0o711)  # as root we run PostgreSQL as another account
    state = State(folder, run_folder=folder / "run")
    state.make()
    yield state
    shutil.rmtree(folder)


@pytest.fixture
def starter(state):
    """Another process that has started the services, as script/server would have."""
    with subprocess.Popen(
        [sys.executable, "-c", STARTER, state.folder],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        process.started = json.loads(process.stdout.readline())
        yield process
        process.kill()
    wait_until_nobody_is_left(state)


@contextmanager
def running(state):
    with state.held_by("A test"), running_services(state) as services:
        yield services


def connect(state):
    connection = psycopg2.connect(
        host=str(state.run_folder / "postgres.sockets"), user="alliance", dbname="alliance"
    )
    connection.autocommit = True
    return connection


def write_a_word(state, word):
    connection = connect(state)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE words AS SELECT %s AS word", [word])
    connection.close()
    with redis.from_url(f"unix://{state.run_folder}/valkey.sock") as valkey:
        valkey.set("word", word)


def read_words(state):
    connection = connect(state)
    with connection.cursor() as cursor:
        cursor.execute("SELECT word FROM words")
        (in_postgres,) = cursor.fetchone()
    connection.close()
    with redis.from_url(f"unix://{state.run_folder}/valkey.sock") as valkey:
        return in_postgres, valkey.get("word").decode()


def wait_until_nobody_is_left(state):
    processes.wait_for_earlier("PostgreSQL", (state.folder / "postgres").resolve())
    processes.wait_for_earlier("Valkey", state.folder / "valkey")


def is_running(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_services_keep_their_data_and_leave_no_process(state):
    with running(state) as services:
        started = [child.process.pid for child in services.children]
        is_new_at_first = services.database_is_new
        write_a_word(state, "kept")

    assert [is_running(pid) for pid in started] == [False, False]

    with running(state) as services:
        assert read_words(state) == ("kept", "kept")
        assert (is_new_at_first, services.database_is_new) == (True, False)


def test_services_die_with_a_starter_that_is_killed_and_start_again(state, starter):
    write_a_word(state, "kept")

    starter.kill()
    starter.wait()

    with running(state):  # at once, while the old ones may still be stopping
        assert read_words(state) == ("kept", "kept")
        assert [is_running(pid) for pid in starter.started["pids"].values()] == [False, False]


def test_killed_services_start_again_while_they_are_zombies_and_have_their_data(state, starter):
    write_a_word(state, "kept")
    pids = starter.started["pids"]
    for pid in pids.values():
        os.kill(pid, signal.SIGKILL)  # their starter does not look

    with running_services(state):  # the starter lives, and holds the folder still
        assert [Path(f"/proc/{pid}").exists() for pid in pids.values()] == [True, True]
        assert read_words(state) == ("kept", "kept")


SLOW_SIEVE = ("/bin/sh", "-c", "sleep 0.2; cat")  # as on a busy machine


def child_that(does, tmp_path, *, sieve=()):
    return processes.start(
        "A child",
        ["/bin/sh", "-c", does],
        log=tmp_path / "log",
        cwd=tmp_path,
        env={},
        sieve=sieve,
    )


def wait_for_end(child):
    while not child.has_ended():
        time.sleep(0.01)


def test_a_child_that_is_killed_is_started_again_without_what_it_left(tmp_path):
    children = [child_that("sleep 60 & echo $! ; wait", tmp_path)]
    while not (tmp_path / "log").read_text().endswith("\n"):
        time.sleep(0.01)
    grandchild = int((tmp_path / "log").read_text())
    killed = children[0].process
    killed.kill()
    wait_for_end(children[0])

    sentences = processes.Watch(children).look()

    is_another = children[0].process.pid != killed.pid and not children[0].has_ended()
    processes.stop_all(children)
    assert is_another
    assert sentences == [
        f"A child has ended (exit code -9) and was started again. Its log is {tmp_path}/log"
    ]
    assert not is_running(grandchild)


@pytest.mark.parametrize("sieve", [(), SLOW_SIEVE], ids=["straight", "through a slow sieve"])
def test_a_child_that_ends_again_and_again_is_given_up_with_the_end_of_its_log(tmp_path, sieve):
    children = [child_that("echo No room.; exit 7", tmp_path, sieve=sieve)]
    watch = processes.Watch(children)

    with pytest.raises(CannotRun) as refusal:  # noqa: PT012
        for _ in range(3):
            wait_for_end(children[0])
            watch.look()

    assert str(refusal.value) == (
        "A child has ended 3 times within a minute (exit code 7), so everything is stopped. Its"
        f" log, {tmp_path}/log, ends:\nNo room.\nNo room.\nNo room."
    )


def test_a_child_that_is_not_ready_is_given_up_with_what_its_sieve_still_holds(tmp_path):
    child = child_that("echo No room.; : > said; sleep 60", tmp_path, sieve=SLOW_SIEVE)

    def is_ready():
        while not (tmp_path / "said").exists():
            time.sleep(0.01)
        return False

    with pytest.raises(CannotRun) as refusal:
        processes.wait_until(is_ready, child, seconds=0)

    assert str(refusal.value) == (
        f"A child did not start. Its log, {tmp_path}/log, ends:\nNo room."
    )


def test_services_are_those_the_environment_names():
    with temporary_state() as state, running_services(state) as services:
        assert services.children == []
        assert services.environment == {
            "DATABASE_URL": os.environ["DATABASE_URL"],
            "REDIS_URL": os.environ["REDIS_URL"],
        }


@pytest.mark.parametrize(
    ("name", "url", "sentence"),
    [
        ("DATABASE_URL", "postgres://127.0.0.1:1/none", "DATABASE_URL does not lead to a database"),
        ("DATABASE_URL", "mysql://127.0.0.1/none", "DATABASE_URL is not the address of a Postgre"),
        ("DATABASE_URL", "alliance", "DATABASE_URL is not the address of a PostgreSQL database"),
        ("REDIS_URL", "redis://127.0.0.1:1", "REDIS_URL does not lead to a Redis or Valkey server"),
        ("REDIS_URL", "alliance", "REDIS_URL does not lead to a Redis or Valkey server"),
    ],
)
def test_services_refuse_a_wrong_address_in_one_sentence(state, monkeypatch, name, url, sentence):
    monkeypatch.setenv(name, url)

    with pytest.raises(CannotRun, match=sentence) as refusal, running(state):
        pass

    assert "\n" not in str(refusal.value)
    assert not (state.folder / "postgres").exists()


def test_a_service_that_cannot_start_shows_the_end_of_its_log(state):
    (state.folder / "postgres").mkdir()  # a folder, and no database in it

    with pytest.raises(CannotRun, match="PostgreSQL did not start") as refusal:
        running(state).__enter__()

    assert str(state.logs / "postgres.log") in str(refusal.value)
    assert "could not access the server configuration file" in str(refusal.value)


def test_state_is_held_by_one_command_at_a_time(state):
    holder = rf"script/server \(process {os.getpid()}\) is using"

    with state.held_by("script/server"), pytest.raises(InUse, match=holder):
        state.held_by("script/manage").__enter__()

    with state.held_by("script/manage"):
        pass


def test_an_announcement_lasts_as_long_as_its_server(state):
    with state.held_by("script/server") as earlier_was_killed:
        state.announce({"DATABASE_URL": "postgres://here"})
        announced = state.announced()
        mode = (state.folder / "server.json").stat().st_mode & 0o777

    assert (announced, mode, earlier_was_killed) == (
        {"DATABASE_URL": "postgres://here"},
        0o600,
        False,
    )
    assert state.announced() is None


def test_the_announcement_of_a_killed_server_is_not_believed(state):
    state.announce({"DATABASE_URL": "postgres://gone"})

    with state.held_by("script/manage") as last_server_was_killed:
        assert (last_server_was_killed, state.announced()) == (True, None)


def test_sockets_are_not_put_where_somebody_else_may_look(state):
    state.run_folder.symlink_to(state.folder)

    with pytest.raises(CannotRun, match="belongs to somebody else"):
        state.held_by("script/server").__enter__()


def test_a_state_folder_that_cannot_be_used_is_a_sentence(state):
    (state.folder / "file").touch()

    with pytest.raises(CannotRun, match="cannot be used"):
        State(state.folder / "file", run_folder=state.folder).make()


def test_a_disk_that_is_nearly_full_is_a_sentence_that_says_how_much_is_needed(state, monkeypatch):
    monkeypatch.setattr(states, "NEEDED_MB", 10**9)  # a petabyte, which no disk has free

    with pytest.raises(CannotRun) as refusal:
        state.check_room()

    assert re.fullmatch(
        rf"\d+ MB are free where {state.folder}\S* is, and 1000000000 MB are needed: make room,"
        r" or give another folder with --state DIR or ALLIANCE_STATE=DIR\.",
        str(refusal.value),
    )


def test_what_a_killed_test_run_left_is_removed_and_a_living_one_is_not():
    an_hour_ago = time.time() - 3600
    left = Path(tempfile.mkdtemp(prefix=states.TEST_PREFIX, dir=states.TEMPORARY))
    os.utime(left, (an_hour_ago, an_hour_ago))

    with temporary_state() as living:
        os.utime(living.folder, (an_hour_ago, an_hour_ago))
        with temporary_state():
            assert (left.exists(), living.folder.exists()) == (False, True)


def test_programs_are_copied_for_an_account_that_cannot_reach_them(state, monkeypatch):
    monkeypatch.setattr(postgres, "ROOTS_FOLDER", state.folder / "lib")
    monkeypatch.setattr(postgres, "_may_reach", lambda folder, account: False)
    somebody = pwd.getpwuid(os.geteuid())

    programs = postgres.programs_folder(somebody)

    assert programs.is_relative_to(state.folder / "lib")
    said = subprocess.run([programs / "initdb", "--version"], capture_output=True, check=True)
    assert said.stdout.startswith(b"initdb (PostgreSQL) 18.")
    assert postgres.programs_folder(somebody) == programs


def test_an_account_may_not_reach_below_a_closed_folder(state):
    closed = state.folder / "closed"
    (closed / "open").mkdir(parents=True)
    closed.chmod(0o700)
    somebody = pwd.getpwuid(os.geteuid())

    assert postgres._may_reach(state.folder, somebody)
    assert not postgres._may_reach(closed / "open", somebody)
    assert postgres._may_reach(closed / "open", None)  # as ourselves


LOCAL_SETTINGS = (
    *("DEMO", "INSECURE_LOCAL", "ALLOWED_HOSTS"),
    *("EMAIL_URL", "MEDIA_ROOT", "STATIC_ROOT"),
)


def test_local_settings_give_way_to_the_environment(state, monkeypatch):
    for name in LOCAL_SETTINGS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SITE_URL", "https://alliance.example.org")

    assert local_environment(state, port=8123) == {
        "DEMO": "true",
        "INSECURE_LOCAL": "true",
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        "SITE_URL": "https://alliance.example.org",
        "EMAIL_URL": f"filemail:///{state.letters}",
        "MEDIA_ROOT": str(state.attachments),
        "STATIC_ROOT": str(state.folder / "static"),
    }


def test_a_local_env_is_written_once_and_for_its_owner_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(installation, "ROOT", tmp_path)

    installation.make_local_env()
    first = (tmp_path / ".env").read_text()
    installation.make_local_env()

    assert (tmp_path / ".env").read_text() == first
    assert (tmp_path / ".env").stat().st_mode & 0o777 == 0o600
    assert len(first.split("SECRET_KEY=")[1].strip()) > 50
