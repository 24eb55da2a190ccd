"""How ready a plan is to be approved, which orders what stands before the decider."""

from collections.abc import Sequence
from enum import IntEnum

from reviews.rules.conditions import Condition


class Readiness(IntEnum):
    """The exceptions first."""

    BLOCKED = 1  # the gate lacks something
    SECOND_LOOK = 2  # nothing stops it, and the gate warns of something
    NOT_WRITTEN = 3  # the findings are still to be written
    CLEAN = 4  # can be signed off with others


def readiness_of(conditions: Sequence[Condition], *, is_prepared: bool) -> Readiness:
    """By what the gate says of it, and by whether its findings are written."""
    if any(not one.is_met for one in conditions):
        return Readiness.BLOCKED
    if any(one.is_warning for one in conditions):
        return Readiness.SECOND_LOOK
    return Readiness.CLEAN if is_prepared else Readiness.NOT_WRITTEN


def reasons_of(conditions: Sequence[Condition]) -> list[Condition]:
    """What makes it an exception, as the gate says it; what stops it first."""
    return [one for one in conditions if not one.is_met] + [
        one for one in conditions if one.is_met and one.is_warning
    ]
