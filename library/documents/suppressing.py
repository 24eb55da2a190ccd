"""Counts small enough to know a student by are not public, nor those that would give them away.

The limits are federal and State practice (FERPA); no section of § 10-262u names them.
"""

import re
from collections.abc import Hashable, Sequence
from decimal import Decimal
from typing import NamedTuple

A_FEW = 5  # students: a count of so many, or fewer, is not public
COUNTS = re.compile(r"\b(students?|pupils?|children|learners?|count|number)\b", re.IGNORECASE)
SUPPRESSED, TO_PROTECT_ANOTHER = f"<{A_FEW + 1}", "*"
TOGETHER = 3  # figures of which one can be the sum of the others


class Figure(NamedTuple):
    """A figure of a group: those of one measure, unit and year, for different students."""

    group: Hashable
    unit: str
    value: Decimal | None  # none where it was left out already, or is not known
    is_left_out: bool = False

    @property
    def is_small(self) -> bool:
        return self.counts and self.value is not None and 0 < self.value <= A_FEW

    @property
    def counts(self) -> bool:
        return bool(COUNTS.search(self.unit))


def left_out(figures: Sequence[Figure]) -> dict[int, str]:
    """By place, what stands instead of each figure that the public does not read.

    Where a single one of a group is left out, the others and their sum would tell it: the
    smallest of the others is left out with it.
    """
    found = {place: SUPPRESSED for place, one in enumerate(figures) if one.is_small}
    for group in {one.group for one in figures if one.counts}:
        of_group = [place for place, one in enumerate(figures) if one.group == group]
        hidden = [place for place in of_group if place in found or figures[place].is_left_out]
        told = {
            place: value
            for place in of_group
            if place not in hidden and (value := figures[place].value)
        }
        if len(hidden) == 1 and len(hidden) + len(told) >= TOGETHER:
            found[min(told, key=lambda place: told[place])] = TO_PROTECT_ANOTHER
    return found
