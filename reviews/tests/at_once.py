"""Two acts at once, the second made to wait for the first."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction

from plans.services import Blocked
from plans.workflow import StepNotAllowed


@pytest.fixture
def behind():
    """Do one act while another, done first, is not committed yet: it waits, and then it runs.

    What it waits for is seen in PostgreSQL, so that nothing rests on how long a test sleeps.
    """
    pool = ThreadPoolExecutor(max_workers=1)

    def _behind(first, second):
        with transaction.atomic():
            first()
            waiting = pool.submit(with_own_connection, second)
            until_somebody_waits()
        return waiting.result(timeout=10)

    yield _behind
    pool.shutdown()


def with_own_connection(act):
    try:
        return act()
    except (PermissionDenied, Blocked, StepNotAllowed) as refusal:
        return refusal
    finally:
        connection.close()


def until_somebody_waits():
    for _ in range(1_000):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.005), pg_stat_clear_snapshot()")
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE"
                " datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[0]:
                return
    raise AssertionError("the second act did not wait for the first")
