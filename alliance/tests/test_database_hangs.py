"""PostgreSQL is stopped, not ended: it takes connections and answers nobody. The web does.

Pages and `/health/` are answered in seconds, however many wait, and are well once it goes on.
"""

# ruff: noqa: S603  every command run here is our own, as a list of words

import os
import signal
import subprocess
import threading
import time
from contextlib import contextmanager, suppress
from http import HTTPStatus
from pathlib import Path

import pytest
from django.db import OperationalError, connection, transaction
from psycopg2.extensions import set_wait_callback

from alliance.embedded.postgres import NAME, Postgres, programs_folder
from alliance.embedded.state import temporary_state
from alliance.tests.backups import AS_MIGRATED
from alliance.tests.test_web import running
from alliance.web import database

A_FEW_SECONDS = 5
MANY = 12  # more than two processes have threads


@pytest.fixture
def postgres(django_db_setup):
    """A real one of this test's own, with our tables."""
    with temporary_state() as state:
        server = Postgres(state.folder, state.run_folder, state.logs / "pg", durable=False)
        child = server.start()
        fill(server)
        yield {"DATABASE_URL": server.url}, child.process.pid
        child.stop()


def fill(server: Postgres) -> None:
    """With the tables of the tests, as migrations left them."""
    ours, programs = connection.settings_dict, programs_folder()
    at = {"PGHOST": ours["HOST"], "PGPORT": str(ours["PORT"] or 5432), "PGUSER": ours["USER"]}
    dumped = subprocess.run(
        [programs / "pg_dump", "--no-owner", AS_MIGRATED],
        env=os.environ | at | {"PGPASSWORD": ours["PASSWORD"]},
        stdout=subprocess.PIPE,
        check=True,
    )
    subprocess.run(
        [programs / "psql", "--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1", NAME],
        env=os.environ | {"PGHOST": str(server.sockets), "PGUSER": NAME},
        input=dumped.stdout,
        stdout=subprocess.DEVNULL,
        check=True,
    )


@contextmanager
def stopped(postmaster: int):
    children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
    everybody = [postmaster, *map(int, children)]
    for pid in everybody:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in everybody:
            with suppress(ProcessLookupError):  # of a client that has gone meanwhile
                os.kill(pid, signal.SIGCONT)


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_a_database_that_hangs_is_said_to_be_away_in_seconds(postgres, free_port, tmp_path, capsys):
    where, postmaster = postgres
    told: list[tuple[int, float]] = []

    def ask(path):
        status, _, seconds = web.ask(path, cookie="sessionid=of-somebody", timeout=60)
        told.append((status, seconds))

    with running(free_port, tmp_path, environment=where) as web:
        assert web.ask("/", cookie="sessionid=of-somebody")[0] == HTTPStatus.OK
        with stopped(postmaster):
            paths = ["/home/", "/health/", "/"] * (MANY // 3)
            together = [threading.Thread(target=ask, args=[path]) for path in paths]
            for one in together:
                one.start()
            for one in together:
                one.join()
            ask("/health/")
            ask("/home/")
        with capsys.disabled():
            slowest = max(seconds for _, seconds in told)
            print(f"\n  {len(told)} asked while it hung, the slowest {slowest:.1f} s", end="")  # noqa: T201
        time.sleep(database.AGAIN_SECONDS + 0.1)
        again = [web.ask("/health/")[0] for _ in range(4)]

    assert {status for status, _ in told} == {HTTPStatus.SERVICE_UNAVAILABLE}
    assert max(seconds for _, seconds in told) < A_FEW_SECONDS
    assert again == [HTTPStatus.OK] * 4


@pytest.fixture
def watched(monkeypatch):
    """This process waits as the web does."""
    monkeypatch.setattr(database, "SLICE_SECONDS", 0.1)
    connection.close()
    set_wait_callback(database.Watch().wait)
    yield
    set_wait_callback(None)
    connection.close()


@pytest.mark.django_db(transaction=True)
def test_what_takes_long_is_waited_for_while_the_database_answers(watched):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.5), 'done'")
        assert cursor.fetchone()[1] == "done"


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_alone_hangs_is_given_up(watched, monkeypatch):
    monkeypatch.setattr(database, "STATEMENT_SECONDS", -0.5)

    alone = pytest.raises(OperationalError, match="does not answer this connection")
    with alone, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(5)")
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def test_postgresql_ends_a_statement_of_the_web_that_takes_too_long(monkeypatch):
    monkeypatch.setenv("PGOPTIONS", "")
    monkeypatch.delenv("PGOPTIONS")
    monkeypatch.setattr(database, "set_wait_callback", lambda _: None)

    database.bound_waits()

    assert os.environ["PGOPTIONS"] == "-c statement_timeout=15s"
