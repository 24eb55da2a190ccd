"""Opening a page makes nobody wait: no GET takes a lock, on rows or by name, or writes.

Who reads a page, or reloads it, must not stop whoever is handing a plan in.
"""

import re

import pytest
from django.db import connection

from alliance.tests.test_access import OF_NO_PLAN, Visits, rows, world

__all__ = ["world"]
LOCKS = re.compile(
    r"\bFOR (UPDATE|NO KEY UPDATE|SHARE|KEY SHARE)\b|\bLOCK TABLE\b|\bpg_(try_)?advisory"
    r"|^(INSERT|UPDATE|DELETE)\b",
    re.I,
)
# Finds what would leave by doing it and undoing it again (ADR 29): two short writes, in a
# transaction of its own, that only another administrator of the same cycle could wait for.
TRIED_AND_UNDONE = {"plans:cycle_begin": r'^(UPDATE "plans_cycle"|INSERT INTO "plans_cyclechange")'}


class Locks:
    """The statements that lock something, as they were executed."""

    def __init__(self) -> None:
        self.taken: list[str] = []

    def __call__(self, execute, sql, params, many, context):
        if LOCKS.search(sql):
            self.taken.append(sql)
        return execute(sql, params, many, context)


def readers_of(row) -> list[str]:
    """The first and the last of whom the table says that the page opens for them."""
    seen_by = [who for who, said in row.answers.items() if said == "sees"]
    return list(dict.fromkeys([*seen_by[:1], *seen_by[-1:]]))


@pytest.mark.parametrize(
    "state", ["draft", "closed", "under review", "back, answered", "recommended", "approved"]
)
def test_no_page_takes_a_lock_to_be_read(world, state):
    world.bring_to(state)
    visits, found = Visits(world), []
    pages = [row for row in rows() if row.method == "GET" and {state, OF_NO_PLAN} & {*row.states}]
    for row in pages:
        for who in readers_of(row):
            with connection.execute_wrapper(locks := Locks()):
                visits.send(who, "GET", visits.url(row.address))
            allowed = TRIED_AND_UNDONE.get(row.address, "$.")
            found += [
                f"{row.address}, opened by the {who}: {sql}"
                for sql in locks.taken
                if not re.match(allowed, sql)
            ]

    assert len(pages) > 40
    assert found == []
