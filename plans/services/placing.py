"""The order of a plan's budget lines, of which two people may each move some."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Order:
    """The lines of one page, as they stand there, and as they stood when it was filled."""

    now: Sequence[UUID]
    was: Sequence[UUID]


def arranged(
    stored: Sequence[UUID], order: Order | None, new: Collection[UUID]
) -> tuple[list[UUID], bool]:
    """Every line in its place, and whether the moves of the page were left out.

    `stored` are all lines as they stand. Lines that are not on the page stay where they are. A new
    one comes after the line that is before it on the page, or last. Where somebody else has moved
    lines of the page too, theirs stands.
    """
    if order is None:
        return [*stored, *new], False
    placed, is_theirs = _moved(stored, order)
    for lineage, before in _with_the_one_before(order.now, {*stored, *new}):
        if lineage in new:
            placed.insert(_after(placed, before, order), lineage)
    return [*placed, *(each for each in new if each not in order.now)], is_theirs


def _moved(stored: Sequence[UUID], order: Order) -> tuple[list[UUID], bool]:
    on_page = {*stored} & {*order.now} & {*order.was}
    mine, was, theirs = (
        [each for each in dict.fromkeys(found) if each in on_page]
        for found in (order.now, order.was, stored)
    )
    if mine in (was, theirs):
        return list(stored), False
    if theirs != was:
        return list(stored), True
    in_turn = iter(mine)
    return [next(in_turn) if each in on_page else each for each in stored], False


def _with_the_one_before(
    now: Sequence[UUID], known: Collection[UUID]
) -> Iterator[tuple[UUID, UUID | None]]:
    before = None
    for lineage in dict.fromkeys(now):
        if lineage in known:
            yield lineage, before
            before = lineage


def _after(placed: list[UUID], before: UUID | None, order: Order) -> int:
    """Where a new line goes: after `before`; without one, before the first line of its page."""
    if before is not None:
        return placed.index(before) + 1
    on_page = {*order.now}
    return next((at for at, each in enumerate(placed) if each in on_page), len(placed))
