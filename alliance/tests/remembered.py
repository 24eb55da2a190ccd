"""While nothing changes, the same question has the same answer: PostgreSQL is asked it once."""

import re
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

ASKS, MORE = (
    re.compile(rb"SELECT\b"),
    re.compile(rb"\bFOR (UPDATE|SHARE|NO KEY|KEY)\b|set_config|pg_"),
)
KEEPS_ALL = re.compile(rb"(RELEASE |ROLLBACK TO )?SAVEPOINT\b|SELECT\b")


class Memory:
    """The answers to what was asked of one state of the database."""

    def __init__(self) -> None:
        self.answers: dict[bytes, tuple[Any, list[tuple]]] = {}
        self.is_tried = self.is_changed = False  # inside `undone`, and since it began

    def holds_for(self, question: bytes) -> bool:
        is_question = ASKS.match(question) and not MORE.search(question)
        return bool(is_question) and not self.is_changed

    def note(self, question: bytes) -> None:
        """A change that stays is one of all that was answered."""
        if KEEPS_ALL.match(question):
            return
        if self.is_tried:
            self.is_changed = True
        else:
            self.answers.clear()

    @contextmanager
    def undone(self):
        """Whatever one person does here, the next finds the world as it was."""
        self.is_tried = True
        try:
            with transaction.atomic():
                yield
                transaction.set_rollback(True)
        finally:
            self.is_tried = self.is_changed = False


class Cursor(CursorWrapper):
    """One that reads its rows in the memory where they are there."""

    def __init__(self, cursor, db, memory: Memory) -> None:
        super().__init__(cursor, db)
        self.memory, self.description, self.rows = memory, None, None

    def execute(self, sql, params=None):
        self.db.validate_no_broken_transaction()
        with self.db.wrap_database_errors:
            question = self.cursor.mogrify(sql, params)
        known = None if self.memory.is_changed else self.memory.answers.get(question)
        if known is None and not self.memory.holds_for(question):
            self.memory.note(question)
            super().execute(sql, params)
            self.description, self.rows = self.cursor.description, None
            return
        if known is None:
            super().execute(sql, params)
            known = self.cursor.description, self.cursor.fetchall()
            self.memory.answers[question] = known
        self.description, rows = known
        self.rows = iter([tuple(map(_own, row)) for row in rows])

    def executemany(self, sql, param_list):
        self.memory.note(b"many")
        super().executemany(sql, param_list)

    def __iter__(self):
        return iter(self.cursor) if self.rows is None else self.rows

    def fetchone(self):
        return self.cursor.fetchone() if self.rows is None else next(self.rows, None)

    def fetchall(self):
        return self.cursor.fetchall() if self.rows is None else list(self.rows)

    def fetchmany(self, size):
        if self.rows is None:
            return self.cursor.fetchmany(size)
        return [row for row, _ in zip(self.rows, range(size), strict=False)]


def _own(value: object) -> object:
    """A list of an array's column is whoever's asks, to change."""
    return list(value) if isinstance(value, list) else value


@contextmanager
def remembering():
    memory, make = Memory(), connection.make_cursor
    connection.make_cursor = lambda cursor: Cursor(cursor, connection, memory)
    try:
        yield memory
    finally:
        connection.make_cursor = make
