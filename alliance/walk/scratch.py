"""A database of its own for a walk, made from the migrations and dropped at the end."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def scratch_database() -> Iterator[str]:
    """From here on this process speaks to a database that holds what migrations load; its name.

    The account needs the right to make databases, as that of `script/server` has.
    """
    name = f"{connection.settings_dict['NAME']}_walk_{os.getpid()}"
    before = connection.settings_dict["NAME"]
    connection.settings_dict["TEST"]["NAME"] = name
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        yield name
    finally:
        connection.creation.destroy_test_db(before, verbosity=0)
