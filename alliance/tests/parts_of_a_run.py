"""What each process of a run begins with."""

from collections.abc import Sequence
from typing import TypeVar

Item = TypeVar("Item")


def for_each(processes: int, long: Sequence[Item], others: Sequence[Item]) -> list[Item]:
    """Of a run that gives each process one part of the list (--dist=worksteal), at the beginning of
    each part its share of what takes long."""
    ordered: list[Item] = []
    left = len(long) + len(others)
    for nth in range(processes):
        size = left // (processes - nth)
        left -= size
        own = long[nth::processes]
        more = max(0, size - len(own))
        ordered += [*own, *others[:more]]
        others = others[more:]
    return [*ordered, *others]
