"""Whether each part of the product does its work, for whoever watches the machine.

Worker and beat answer no requests: how old the last sign of life of each is tells how they are.
"""

from functools import lru_cache
from time import time
from typing import NotRequired, TypedDict, cast

from django.conf import settings
from django.core.cache import cache
from django.db import Error, ProgrammingError, connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from alliance.cache import SteadyCache
from notices import reminders
from notices.reports import troubles

OK, LATE, AWAY, UNKNOWN = "ok", "late", "away", "unknown"
WARNING = "warning"  # for those who look after letters, in office hours; wakes nobody
REFUSED = "refused"  # so many letters at once that it is the mail server, not an address
DOES_ITS_WORK = frozenset({OK, WARNING})
NOT_MIGRATED = "not migrated"
MANY = 10  # letters that fail within an hour
MISSED_SWEEPS = 3  # then whoever should have worked is late
BROKER_SECONDS = 0.5


class Part(TypedDict):
    status: str
    seconds: NotRequired[int]  # since the last sign of life
    waiting: NotRequired[int]  # tasks
    failed: NotRequired[int]  # letters, within a week, that nobody has seen to
    late: NotRequired[int]  # letters that should have left


def parts_for_people() -> dict[str, Part]:
    """What a page needs: without these, another web process should be asked."""
    return {"web": {"status": OK}, "database": {"status": _database()}}


def all_parts() -> dict[str, Part]:
    """Beside those, what letters need, and whether they leave."""
    parts = parts_for_people()
    is_readable = parts["database"]["status"] == OK
    letters = _letters() if is_readable else Part(status=UNKNOWN)
    return parts | _parts_for_letters() | {"letters": letters}


def _letters() -> Part:
    """One that failed is for those who look after letters: an address to correct, no alarm.

    Letters that do not leave are one, and many that fail at once: then nobody gets any.
    """
    now = timezone.now()
    failed, failed_just_now, late = troubles(now, held=reminders.held(now))
    status = WARNING if failed else OK
    if failed_just_now >= MANY:
        status = REFUSED
    elif late:
        status = LATE
    return {"status": status, "failed": failed, "late": late}


def _parts_for_letters() -> dict[str, Part]:
    """Cache and broker are one server: when it is away, it is waited for once."""
    waiting = _tasks_waiting()
    away, unknown = Part(status=AWAY), Part(status=UNKNOWN)
    if waiting is None:
        return {"cache": away, "broker": away, "worker": unknown, "beat": unknown}
    parts = {"broker": Part(status=OK, waiting=waiting)}
    if not cast(SteadyCache, cache).keeps():
        return {"cache": away, **parts, "worker": unknown, "beat": unknown}
    return {"cache": Part(status=OK), **parts, "worker": _age("worker"), "beat": _age("beat")}


def _age(who: str) -> Part:
    last = cache.get(f"alive:{who}")
    if last is None:
        return {"status": UNKNOWN}
    seconds = max(0, round(time() - last))
    is_late = seconds > MISSED_SWEEPS * settings.SWEEP_SECONDS
    return {"status": LATE if is_late else OK, "seconds": seconds}


def _database() -> str:
    """Whether it answers, and has had every migration that this code knows."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT app, name FROM django_migrations")
            done = set(cursor.fetchall())
    except ProgrammingError:  # it has not even the table of those
        return NOT_MIGRATED
    except Error:
        return AWAY
    return OK if last_migrations() <= done else NOT_MIGRATED


@lru_cache(maxsize=1)
def last_migrations() -> set[tuple[str, str]]:
    """Of each app, as the code has it: reading them takes longer than a page."""
    return set(MigrationLoader(None, ignore_no_migrations=True).graph.leaf_nodes())


def _tasks_waiting() -> int | None:
    """How many nobody has taken yet; None where the broker does not answer."""
    try:
        with broker() as queues:
            return queues.llen(settings.CELERY_TASK_DEFAULT_QUEUE)
    except (RedisError, OSError):
        return None


def broker() -> Redis:
    return Redis.from_url(
        settings.BROKER_ADDRESS,
        socket_connect_timeout=BROKER_SECONDS,
        socket_timeout=BROKER_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )
