"""Statements that PostgreSQL reads and plans once for each connection, and not at each asking.

A page of reviews asks statements of 10,000 characters: PostgreSQL takes 5 ms to read and plan one,
and 1 ms to answer it. Outside a transaction alone: what fails there is asked again plainly, so a
migration meanwhile, a pool that gives another connection, or a number that no column can hold is
answered as ever (ADR 80).
"""

import hashlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from weakref import WeakKeyDictionary

from django.conf import settings
from django.db import (
    DatabaseError,
    DataError,
    InternalError,
    NotSupportedError,
    ProgrammingError,
    connection,
)
from django.db.backends.utils import CursorWrapper
from psycopg2.errors import DuplicatePreparedStatement, InvalidSqlStatementName
from psycopg2.extensions import AsIs

# Else PostgreSQL plans a statement anew for the first five times that a connection asks it.
PLANNED_ONCE = "SET plan_cache_mode = force_generic_plan"

REFUSALS = (DataError, InternalError, NotSupportedError, ProgrammingError)

# As wide as what is bound plainly: a number beyond a column's own kind is no fault of a question.
# Of words PostgreSQL finds by itself what they stand for, as it does where they are written out.
KINDS = {int: "bigint", Decimal: "numeric", date: "date", datetime: "timestamptz"}


class Prepared:
    """One statement's text with its values left out, named after that text.

    So whoever finds the name on a connection finds this very statement, also after a release.
    """

    def __init__(
        self, sql: str, parameters: Sequence[Any], places: Mapping[int, int], values: Sequence[Any]
    ):
        self._sql = sql
        self._parameters = [
            AsIs(f"${places[place] + 1}") if place in places else fixed
            for place, fixed in enumerate(parameters)
        ]
        kinds = ", ".join(KINDS.get(type(value), "unknown") for value in values)
        self._kinds = f" ({kinds})" if values else ""
        self._asks = f" ({', '.join(['%s'] * len(values))})" if values else ""
        self._is_known: WeakKeyDictionary[Any, str] = WeakKeyDictionary()
        self._is_refused = False

    def execute(self, cursor: CursorWrapper, values: Sequence[Any]) -> bool:
        """Whether it was answered so; if not, it is to be asked plainly."""
        if self._is_refused or not may_prepare():
            return False
        try:
            name = self._is_known.get(connection.connection) or self._prepare(cursor)
        except REFUSALS:
            self._is_refused = True  # PostgreSQL cannot tell what a value stands for
            return False
        try:
            cursor.execute(f"EXECUTE {name}{self._asks}", list(values))
        except DatabaseError as fault:
            if not (isinstance(fault, REFUSALS) or _is_forgotten(fault)):
                raise
            self._is_known.pop(connection.connection, None)
            return False
        return True

    def _prepare(self, cursor: CursorWrapper) -> str:
        text = cursor.cursor.mogrify(self._sql, self._parameters).decode()
        name = f"alliance_{hashlib.sha256((self._kinds + text).encode()).hexdigest()[:32]}"
        with connection.wrap_database_errors, suppress(DuplicatePreparedStatement):
            cursor.cursor.execute(PLANNED_ONCE)
            cursor.cursor.execute(f"PREPARE {name}{self._kinds} AS {text}")
        self._is_known[connection.connection] = name
        return name


def _is_forgotten(fault: DatabaseError) -> bool:
    """The connection has no statement of that name any more."""
    return isinstance(fault.__cause__, InvalidSqlStatementName)


def may_prepare() -> bool:
    """A refusal within a transaction would end it."""
    is_alone = connection.get_autocommit() and not connection.in_atomic_block
    return settings.PREPARES_STATEMENTS and is_alone
