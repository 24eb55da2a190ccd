"""No test is lost in the order that a run gives them, and each process begins with what is long."""

import pytest

from alliance.tests.parts_of_a_run import for_each


@pytest.mark.parametrize("processes", [1, 2, 3, 4])
@pytest.mark.parametrize("long", [0, 1, 5, 23])
@pytest.mark.parametrize("others", [0, 1, 2, 100])
def test_each_is_run_once_however_many_there_are(processes, long, others):
    run = for_each(processes, range(long), range(1000, 1000 + others))

    assert sorted(run) == [*range(long), *range(1000, 1000 + others)]


def test_each_part_begins_with_its_share_of_what_is_long():
    run = for_each(3, ["a", "b", "c", "d"], range(8))

    assert [run[:4], run[4:8], run[8:]] == [["a", "d", 0, 1], ["b", 2, 3, 4], ["c", 5, 6, 7]]
