"""Django's migrate, one at a time: of two machines that start at once, the second waits.

And it builds fewer models on its way.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.commands import migrate
from django.db import connections

from alliance.migrating import Executor

migrate.MigrationExecutor = Executor  # type: ignore[attr-defined]  # where Django’s command finds it
LOCK = 1_026_222  # a number of our own among PostgreSQL's advisory locks


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        with self._alone(options["database"]):
            super().handle(*args, **options)

    @contextmanager
    def _alone(self, database: str) -> Iterator[None]:
        """The lock belongs to the connection: it is free as soon as whoever holds it is gone."""
        with connections[database].cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
            if not cursor.fetchone()[0]:
                self.stdout.write("Another migrate is at work: waiting until it is done …")
                self.stdout.flush()
                cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        try:
            yield
        finally:
            with connections[database].cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
