"""One change of the roster, or of who may do what, at a time.

These acts are rare and each looks at several rows before it writes, so two admins at once wait
for each other instead of passing each other's checks.
"""

from typing import Literal

from django.db import connection


def hold(what: Literal["roster", "people", "wordings", "letter words"]) -> None:
    """Wait for whoever is changing the same; others wait until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"districts.{what}"])
