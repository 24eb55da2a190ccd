"""What the Department's dashboard of one fiscal year shows, each figure with the rows behind it."""

from dataclasses import dataclass
from datetime import date

from plans.models import Cycle
from reviews.reports.dashboard.dollars import (
    NONE,
    Cut,
    PartDollars,
    PlanDollars,
    YearDollars,
    dollars_of_year,
    names_of_parts,
    plan_dollars,
)
from reviews.reports.dashboard.late import AllLate, Late, LatePlan, late_in
from reviews.reports.dashboard.quiet import QUIET_DAYS, Quiet, quiet_districts
from reviews.reports.dashboard.times import (
    PlanTimes,
    Side,
    SideSums,
    plan_times,
    sums_of_times,
)
from reviews.reports.queue import Tally, tallies_of
from reviews.reports.turns import Duties

SHOWN = 8  # rows of a list on the dashboard; the list itself has all

__all__ = [
    "NONE",
    "QUIET_DAYS",
    "SHOWN",
    "AllLate",
    "Cut",
    "Dashboard",
    "Late",
    "LatePlan",
    "PartDollars",
    "PlanDollars",
    "PlanTimes",
    "Quiet",
    "Side",
    "SideSums",
    "YearDollars",
    "late_in",
    "names_of_parts",
    "plan_dollars",
    "plan_times",
    "quiet_districts",
    "read_dashboard",
]


@dataclass(frozen=True)
class Dashboard:
    tallies: dict[str, Tally]  # by tab of the queue
    times: dict[Side | None, SideSums]  # None: all plans
    late: AllLate
    dollars: YearDollars
    quiet: list[Quiet]
    quiet_count: int


def read_dashboard(cycle: Cycle, *, reader_id: int, duties: Duties, today: date) -> Dashboard:
    """Seven queries, whatever the number of districts and years."""
    quiet, quiet_count = quiet_districts(cycle, today=today, most=SHOWN)
    return Dashboard(
        tallies=tallies_of(cycle, reader_id=reader_id, duties=duties),
        times=sums_of_times(cycle.pk, today=today),
        late=late_in(cycle, today=today, reader_id=reader_id, duties=duties, most=SHOWN),
        dollars=dollars_of_year(cycle.pk),
        quiet=quiet,
        quiet_count=quiet_count,
    )
