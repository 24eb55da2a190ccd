"""The effectiveness ledger (§ 10-262w) and the line of sight: sums of what is recorded elsewhere.

Of each district and fiscal year what was funded, budgeted, spent, carried and remedied, and what
the targets came to. Nothing is stored here; a figure beside another is no cause.
"""

from reviews.reports.findings import Came
from reviews.reports.ledger.approved import Dollars, StrategyRow, dollars_of, strategies_of
from reviews.reports.ledger.figures import BESIDE, PublishedRow, figures_of
from reviews.reports.ledger.sight import End, Sight, Through, sight_of, sight_of_all
from reviews.reports.ledger.targets import TargetRow, targets_of
from reviews.reports.ledger.whole import (
    Ledger,
    PartRow,
    added_up,
    by_focus_area,
    by_object_group,
    read_dollars,
    read_ledger,
    sum_by_district,
    sum_by_year,
)
from reviews.reports.ledger.years import LedgerYear, summed, total

__all__ = [
    "BESIDE",
    "Came",
    "Dollars",
    "End",
    "Ledger",
    "LedgerYear",
    "PartRow",
    "PublishedRow",
    "Sight",
    "StrategyRow",
    "TargetRow",
    "Through",
    "added_up",
    "by_focus_area",
    "by_object_group",
    "dollars_of",
    "figures_of",
    "read_dollars",
    "read_ledger",
    "sight_of",
    "sight_of_all",
    "strategies_of",
    "sum_by_district",
    "sum_by_year",
    "summed",
    "targets_of",
    "total",
]
