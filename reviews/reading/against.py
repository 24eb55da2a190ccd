"""What the text under review says otherwise than another: last year's, or the version returned."""

from dataclasses import dataclass

from districts.models import User
from plans.models import Plan, PlanVersion
from plans.reading.compared import Compared, compared, text_of_version
from plans.reports.sides import Side, sides_of

NOTHING = "none"  # in an address: the text alone


@dataclass(frozen=True)
class Other:
    """A text to compare with."""

    name: str  # in an address
    words: str
    side: Side


@dataclass(frozen=True)
class Against:
    """`chosen` is none where the text stands alone; then nothing is compared."""

    offered: list[Other]
    chosen: Other | None
    found: Compared | None

    def of_section(self, key: str) -> str | None:
        """HTML of what is other there; empty where nothing is, none where nothing is compared."""
        if self.found is None:
            return None
        return next((each.body for each in self.found.sections if each.count.key == key), "")


def against(user: User, plan: Plan, version: PlanVersion, *, asked: str) -> Against:
    """The version returned is what a reviewer wants most, else last year's plan. One query."""
    offered = [
        _other(side)
        for side in reversed(sides_of(user, plan))
        if side.version
        and (side.is_of_last_year or (side.was_returned and side.version.number < version.number))
    ]
    if asked == NOTHING:
        return Against(offered, None, None)
    chosen = next((each for each in offered if each.name == asked), next(iter(offered), None))
    if chosen is None or chosen.side.version is None:
        return Against(offered, None, None)
    return Against(
        offered, chosen, compared(text_of_version(chosen.side.version), text_of_version(version))
    )


def _other(side: Side) -> Other:
    if side.is_of_last_year:
        return Other(side.name, f"FY{side.fiscal_year}, as approved", side)
    number = side.version.number if side.version else 0
    return Other(side.name, f"Version {number}, returned", side)
