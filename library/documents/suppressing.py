"""Counts small enough to know a student by are not public, nor those that would give them away.

One truth for the page, the files and the API: baselines and results come through here. The limits
are federal and State practice (FERPA); no section of § 10-262u names them.
"""

import re
from collections.abc import Hashable, Iterator, Sequence
from decimal import Decimal
from itertools import combinations
from typing import NamedTuple

A_FEW = 5  # students: a count of so many, or fewer, is not public
COUNTS = re.compile(r"\b(students?|pupils?|children|learners?|count|number)\b", re.IGNORECASE)
SUPPRESSED, TO_PROTECT_ANOTHER = f"<{A_FEW + 1}", "*"
TOGETHER = 3  # figures of which one can be the sum of the others
MOST_TRIED = 10  # figures in view of which every sum is tried


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

    @property
    def is_hidden(self) -> bool:
        return self.is_small or self.is_left_out

    @property
    def is_kept_back(self) -> bool:
        """A number that is not small, left out because it is where it would tell another."""
        return self.is_left_out and self.value is not None and self.value > A_FEW

    @property
    def is_told(self) -> bool:
        """In view, and more than nothing: a 0 tells nobody."""
        return bool(self.value) and not self.is_hidden


class Hidden(NamedTuple):
    """What somebody who knows these rules knows of a figure that is left out."""

    value: Decimal | None  # none where we do not know it either
    least: Decimal
    most: Decimal


def group_of(indicator: str, measure: str, unit: str, year: str) -> tuple[str, ...]:
    """Those of one indicator, or else of one measure, in one year; of whom does not matter."""
    return tuple(" ".join(each.casefold().split()) for each in (indicator or measure, unit, year))


def left_out(figures: Sequence[Figure], beside: Sequence[Figure] = ()) -> dict[int, str]:
    """By place, what stands instead of each figure that the public does not read.

    Where a single one of a group is left out, the others and their sum would tell it: the
    smallest of the others is left out with it, and so are further ones, as long as one that is
    left out can be reckoned. `beside` are figures that stand elsewhere as they are.
    """
    found = {place: SUPPRESSED for place, one in enumerate(figures) if one.is_small}
    for group in {one.group for one in figures if one.counts}:
        members = {place: one for place, one in enumerate(figures) if one.group == group}
        others = [one for one in beside if one.group == group]
        found |= _protecting(members, others)
    return found


def _protecting(members: dict[int, Figure], beside: Sequence[Figure]) -> dict[int, str]:
    """Those of a group that are left out for the sake of others, the smallest first."""
    elsewhere = [one.value for one in beside if one.is_told]
    told = {place: one.value for place, one in members.items() if one.is_told and one.value}
    others = {place: one.value for place, one in members.items() if one.is_kept_back and one.value}
    few = [_few(one) for place, one in members.items() if place not in others and one.is_hidden]
    is_alone = len(few) + len(others) == 1 and 1 + len(told) >= TOGETHER
    while told and (few or others):
        in_view = [*told.values(), *(each for each in elsewhere if each)]
        if not is_alone and not _can_be_reckoned(few, others, in_view):
            break
        smallest = min(told, key=lambda place: told[place])
        others[smallest], is_alone = told.pop(smallest), False
    return dict.fromkeys(others, TO_PROTECT_ANOTHER)


def _few(figure: Figure) -> Hidden:
    return Hidden(figure.value, Decimal(1), Decimal(A_FEW))


def _can_be_reckoned(
    few: Sequence[Hidden], others: dict[int, Decimal], told: Sequence[Decimal]
) -> bool:
    """Whether one of those in view is the sum of others in view and of some that are left out,
    which can have but one value then: the only one, or each as small or as large as it can be."""
    hidden = [*few, *(Hidden(each, Decimal(A_FEW + 1), min(told)) for each in others.values())]
    if len(told) > MOST_TRIED:
        return True
    gaps = {total - some for total, some in _sums(told)}
    return any(_is_told_by(gaps, each) for each in _some_of(hidden))


def _is_told_by(gaps: set[Decimal], hidden: Sequence[Hidden]) -> bool:
    least, most = sum(one.least for one in hidden), sum(one.most for one in hidden)
    values = [one.value for one in hidden if one.value is not None]
    if len(values) < len(hidden):
        fits = {gap for gap in gaps if least <= gap <= most}
    else:
        fits = gaps & {sum(values, Decimal(0))}
    return bool(fits) if len(hidden) == 1 else bool(fits & {least, most})


def _sums(told: Sequence[Decimal]) -> Iterator[tuple[Decimal, Decimal]]:
    """Each figure, with each sum of some of the others."""
    for place, total in enumerate(told):
        sums = {Decimal(0)}
        for other in (*told[:place], *told[place + 1 :]):
            sums |= {each + other for each in sums}
        yield from ((total, each) for each in sums if each < total)


def _some_of(hidden: Sequence[Hidden]) -> Iterator[Sequence[Hidden]]:
    for size in range(1, TOGETHER + 1):
        yield from combinations(hidden, size)
    if len(hidden) > TOGETHER:
        yield hidden
