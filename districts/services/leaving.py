"""Nobody who is the last in a role leaves it before somebody has read what stops (ADR 38)."""

from collections.abc import Sequence

from districts.gaps import Gap, what_stops
from districts.services.refusals import PeopleRefusal


def refuse_unread(gaps: Sequence[Gap], *, knows_what_stops: bool) -> None:
    """Asked under the lock: whoever was there while the page was open may have left since."""
    if gaps and not knows_what_stops:
        raise PeopleRefusal(knows=f"{what_stops(gaps)} Confirm that you have read this.")
