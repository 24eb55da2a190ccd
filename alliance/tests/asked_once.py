"""In the transaction of a test PostgreSQL plans once what the product prepares outside of one.

The product asks plainly within a transaction, which a refusal would end; so in a test, which is
one, each statement would be read and planned at each asking, and that takes PostgreSQL longer than
the answer. Here a refusal is undone to where it was asked, and then it is asked plainly. Whoever
counts or reads what was asked finds it as the product wrote it.

conftest.py names this file.
"""

from weakref import WeakSet

import psycopg2
import pytest
from django.db import DatabaseError, connection
from django.db.backends.postgresql.operations import DatabaseOperations
from django.db.backends.utils import CursorWrapper

from districts.prepared import Prepared

_refused: WeakSet[Prepared] = WeakSet()


def _is_in_a_tests_transaction() -> bool:
    blocks = connection.atomic_blocks
    return bool(blocks) and blocks[0]._from_testcase and not connection.needs_rollback


@pytest.fixture(autouse=True)
def _asks_what_is_prepared(monkeypatch):
    waiting = []  # what is asked next, with its values
    asks, executes = Prepared.execute, CursorWrapper._execute
    tells = DatabaseOperations.last_executed_query

    def ask(prepared, cursor, values):
        if not _is_in_a_tests_transaction():
            return asks(prepared, cursor, values)
        waiting[:] = [(prepared, values)]
        return False  # so it is asked plainly, which comes to `execute`

    def execute(wrapper, sql, params, *rest):
        for prepared, values in waiting:
            waiting.clear()
            if sql == prepared._sql and _is_answered(prepared, wrapper, values):
                return None
        return executes(wrapper, sql, params, *rest)

    def tell(operations, cursor, sql, params):
        if (cursor.query or b"").startswith(b"EXECUTE alliance_") and sql[:8] != "EXECUTE ":
            return cursor.mogrify(sql, params).decode()
        return tells(operations, cursor, sql, params)

    monkeypatch.setattr(Prepared, "execute", ask)
    monkeypatch.setattr(CursorWrapper, "_execute", execute)
    monkeypatch.setattr(DatabaseOperations, "last_executed_query", tell)


def _is_answered(prepared: Prepared, wrapper: CursorWrapper, values) -> bool:
    if prepared in _refused or not _is_in_a_tests_transaction():
        return False
    ours = connection.connection
    with connection.wrap_database_errors, ours.cursor() as beside:
        beside.execute("SAVEPOINT asked")
        try:
            name = prepared._is_known.get(ours) or prepared._prepare(wrapper)
            wrapper.cursor.execute(f"EXECUTE {name}{prepared._asks}", list(values))
        except (DatabaseError, psycopg2.Error):
            beside.execute("ROLLBACK TO asked; RELEASE asked")
            if ours not in prepared._is_known:
                _refused.add(prepared)  # PostgreSQL cannot tell what a value stands for
            return False
        beside.execute("RELEASE asked")
    return True
