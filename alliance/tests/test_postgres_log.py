"""What PostgreSQL writes into its own log when things go wrong: nothing that somebody typed."""

import os
import re
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress

import psycopg2
import pytest
import yaml
from django.conf import settings

from alliance.embedded.postgres import KEEPS_NO_WORDS, NAME, SIEVE, Postgres
from alliance.embedded.processes import start
from alliance.embedded.state import temporary_state

pytestmark = pytest.mark.services

TYPED = "Our-reading-coach-left-in-March"
TAKES_LONG = "INSERT INTO answers VALUES (2, %s, 'x') RETURNING pg_sleep(20)"
REFUSED = {
    "the same row twice": "INSERT INTO answers VALUES (1, %s, 'x')",
    "a constraint": "INSERT INTO answers VALUES (3, %s, NULL)",
    "no number": "SELECT %s::integer",
    "too long": "SELECT pg_sleep(5), %s",
    "no such table": "INSERT INTO nowhere VALUES (%s)",
}


@pytest.fixture(scope="module")
def server():
    with temporary_state() as state:
        postgres = Postgres(
            state.folder, state.run_folder / "s", state.logs / "postgres.log", durable=False
        )
        child = postgres.start()
        try:
            connection = connected(postgres)
            connection.cursor().execute(
                "SET synchronous_commit = on;"  # the table is there after a crash
                " CREATE TABLE answers (id int PRIMARY KEY, words text, by text NOT NULL);"
                " INSERT INTO answers VALUES (1, 'first', 'x')"
            )
            connection.commit()
            connection.close()
            yield postgres
        finally:
            child.stop()


def connected(server):
    return psycopg2.connect(host=str(server.sockets), user=NAME, dbname=NAME)


def wait_for(found, seconds=15):
    deadline = time.monotonic() + seconds
    while not (value := found()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return value


def running_backend(server):
    with closing(connected(server)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE wait_event = 'PgSleep'")
        return cursor.fetchone()


def save_slowly(server):
    with closing(connected(server)) as connection, suppress(psycopg2.OperationalError):
        connection.cursor().execute(TAKES_LONG, [TYPED])


@pytest.mark.parametrize(
    ("number", "said"),
    [
        # The server begins anew after it: only then is it ready for the next test.
        (signal.SIGKILL, "was terminated by signal 9.*ready to accept connections"),
        (signal.SIGTERM, "FATAL:  terminating"),
    ],
)
def test_backend_killed_during_a_save_leaves_no_word_in_the_log(server, number, said):
    with ThreadPoolExecutor(max_workers=1) as pool:
        saving = pool.submit(save_slowly, server)
        (pid,) = wait_for(lambda: running_backend(server))
        os.kill(pid, number)
        saving.result()

    wait_for(lambda: re.search(said, server.log.read_text(), re.DOTALL))
    assert TYPED not in server.log.read_text()


@pytest.mark.parametrize("statement", REFUSED.values(), ids=REFUSED)
def test_refused_statement_leaves_no_word_in_the_log(server, statement):
    with closing(connected(server)) as connection, connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 100")  # ms
        with pytest.raises(psycopg2.Error):
            cursor.execute(statement, [TYPED])

    log = server.log.read_text()
    assert ("ready to accept connections" in log, TYPED in log) == (True, False)


A_PANIC = f"""\
16:29:26.284 UTC [17234] PANIC:  could not write to file "pg_wal/xlogtemp.17234": No space left
16:29:26.284 UTC [17234] STATEMENT:  copy answers: '{TYPED}
\t{TYPED}
\t
\t{TYPED}'
16:29:26.287 UTC [17213] LOG:  client backend (PID 17234) was terminated by signal 6: Aborted
"""


def test_statement_that_a_panic_quotes_does_not_reach_the_log(tmp_path):
    said = tmp_path / "said"
    said.write_text(A_PANIC)
    log = tmp_path / "log"

    child = start(
        "PostgreSQL", ["cat", said], log=log, cwd=tmp_path, env={"PATH": os.defpath}, sieve=SIEVE
    )
    child.process.wait()
    child.stop()

    first, *_, last = A_PANIC.splitlines()
    assert log.read_text().splitlines() == [first, last]


COMPOSE = yaml.safe_load((settings.BASE_DIR / "docker-compose.yml").read_text())


def test_compose_says_the_same_to_its_postgres():
    told = COMPOSE["services"]["postgres"]["command"]

    assert told == ["postgres", *(f"--{setting}" for setting in KEEPS_NO_WORDS)]


def test_log_of_compose_goes_through_the_same_sieve(tmp_path):
    entrypoint = tmp_path / "docker-entrypoint.sh"
    entrypoint.write_text(f'#!/bin/sh\necho "$@"\ncat {tmp_path}/said >&2\n')
    entrypoint.chmod(0o755)
    (tmp_path / "said").write_text(A_PANIC)
    command = [word.replace("$$", "$") for word in COMPOSE["services"]["postgres"]["entrypoint"]]

    told = subprocess.run(  # noqa: S603
        [*command, "postgres", "--fsync=on"],
        env={"PATH": f"{tmp_path}:{os.defpath}"},
        capture_output=True,
        text=True,
        check=True,
    )

    first, *_, last = A_PANIC.splitlines()
    assert (told.stdout, told.stderr.splitlines()) == ("postgres --fsync=on\n", [first, last])
