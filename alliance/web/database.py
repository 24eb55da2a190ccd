"""What the web does when PostgreSQL takes connections and answers nobody, as a stopped one does.

No setting of the server's helps there, and its client waits for ever. So the web waits in slices:
after one it asks, by a connection of its own, whether the database still answers anybody. If not,
all who wait are told that it is away, and so is whoever comes until it answers again.

Worker, beat and commands are not concerned: what they do may take long.
"""

import os
import select
import threading
import time
from typing import Any

import psycopg2
from django.db import connections
from psycopg2 import OperationalError
from psycopg2.extensions import POLL_OK, POLL_READ, STATUS_BEGIN, STATUS_READY, set_wait_callback

STATEMENT_SECONDS = 15  # at most for one statement; waiting for rows that others hold is in it
SLICE_SECONDS = 1.5  # of waiting, after which the database is asked
ANSWER_SECONDS = 1.5  # in which it must answer
CONNECT_SECONDS = 3  # in which a connection is made
AGAIN_SECONDS = 1  # between two times that it is asked while it is away

CONNECTED = frozenset({STATUS_READY, STATUS_BEGIN})


def bound_waits() -> None:
    """For the whole of this process, before it connects. PostgreSQL ends what merely takes long."""
    os.environ.setdefault("PGOPTIONS", f"-c statement_timeout={STATEMENT_SECONDS}s")
    set_wait_callback(Watch().wait)


class Watch:
    """What this process knows of its database. Its threads share it."""

    def __init__(self) -> None:
        self._asking = threading.Lock()
        self._is_away = False
        self._asked_at = 0.0  # when the last answer came, or its time ran out

    def wait(self, connection: Any) -> None:
        """In place of psycopg2's own waiting: for each statement, and while it connects.

        Raises: OperationalError, and psycopg2 gives the connection up.
        """
        if self._is_away and not self._answers_again():
            raise OperationalError("the database does not answer")
        began = time.monotonic()
        while (state := connection.poll()) != POLL_OK:
            if not _is_ready(connection, state, SLICE_SECONDS):
                self._look(connection, began)

    def _look(self, connection: Any, began: float) -> None:
        if (self._is_away and self._asked_at > began) or not self._answers():
            raise OperationalError("the database does not answer")
        longest = STATEMENT_SECONDS + 1 if connection.status in CONNECTED else CONNECT_SECONDS
        if time.monotonic() - began > longest:
            raise OperationalError("the database does not answer this connection")

    def _answers_again(self) -> bool:
        return time.monotonic() - self._asked_at > AGAIN_SECONDS and self._answers()

    def _answers(self) -> bool:
        """One thread asks; the others go by what was found last."""
        if self._asking.acquire(blocking=False):
            try:
                self._is_away = not database_answers()
                self._asked_at = time.monotonic()
            finally:
                self._asking.release()
        return not self._is_away


def database_answers() -> bool:
    """Whether a new connection has an answer within ANSWER_SECONDS. To be refused is one too."""
    until = time.monotonic() + ANSWER_SECONDS
    given = connections["default"].get_connection_params()
    try:
        asked = psycopg2.connect(**given, async_=True)  # such a one waits for nothing by itself
    except psycopg2.Error:
        return True
    try:
        if not _is_done(asked, until):
            return False
        asked.cursor().execute("SELECT 1")
        return _is_done(asked, until)
    except psycopg2.Error:
        return True
    finally:
        asked.close()


def _is_done(connection: Any, until: float) -> bool:
    while (state := connection.poll()) != POLL_OK:
        if not _is_ready(connection, state, until - time.monotonic()):
            return False
    return True


def _is_ready(connection: Any, state: int, seconds: float) -> bool:
    waiting = select.poll()
    waiting.register(connection, select.POLLIN if state == POLL_READ else select.POLLOUT)
    return bool(waiting.poll(max(seconds, 0) * 1000))
