"""What a district does in a year of the walk: on time or late, spending much or little, and so on.

Each district begins at another place of the list and goes one on each year, so every year has all
of them and every district meets most.
"""

from dataclasses import dataclass, replace
from enum import Enum
from fractions import Fraction


class When(Enum):
    """When something is filed, in days from the day it is due; never is not at all."""

    EARLY = -20
    ON_TIME = 0
    LATE = 12
    NEVER = None


@dataclass(frozen=True)
class Story:
    plan: When = When.ON_TIME
    is_returned: bool = False  # once, and handed in again
    is_revised: bool = False  # within the year
    is_withheld: bool = False  # after approval; released in part, then whole
    spent: Fraction = Fraction(9, 10)  # of what is authorized
    report: When = When.ON_TIME  # the annual ones
    is_corrected: bool = False  # the annual expenditure report, by another
    out_of_compliance: Fraction = Fraction(0)  # of what was spent
    remedy: str = "none"  # or repay, or reduce


STORIES = (
    Story(),
    Story(plan=When.EARLY, spent=Fraction(1)),
    Story(plan=When.LATE, is_returned=True, report=When.LATE, spent=Fraction(1, 2)),
    Story(is_revised=True, spent=Fraction(19, 20)),
    Story(out_of_compliance=Fraction(1, 20), remedy="repay", is_corrected=True),
    Story(is_withheld=True, spent=Fraction(2, 3), report=When.EARLY),
    Story(out_of_compliance=Fraction(1, 3), remedy="reduce", spent=Fraction(97, 100)),
    Story(is_returned=True, spent=Fraction(0)),
    Story(plan=When.NEVER),
    Story(is_corrected=True, spent=Fraction(4, 5), report=When.LATE),
)


def story_of(place: int, year: int) -> Story:
    """Of the district at a place of the list, in the year-th year of the walk.

    Who never filed has no report of that year; the Commissioner waives what the gate asks of it in
    the next.
    """
    return replace(STORIES[(place + year) % len(STORIES)])
