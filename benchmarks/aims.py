"""What each kind of page should cost, and what it must not.

Times are multiples of an empty view's, measured in the same round on the same server.
"""

from dataclasses import dataclass

EMPTY_SPREAD = 1.5  # an empty view that varies more than this judges nothing
MORE_TIME = 1.3  # from the smallest to the largest database
MORE_DATA = 1.1  # rows and bytes, likewise
WORKER_MEGABYTES = 110


@dataclass(frozen=True)
class Aim:
    times: float
    not_acceptable: float
    queries: int


LIST = Aim(times=7, not_acceptable=12, queries=8)
FULL_PLAN = Aim(times=6, not_acceptable=10, queries=8)
LEDGER = Aim(times=7, not_acceptable=12, queries=14)
SECTION = Aim(times=5, not_acceptable=8, queries=8)
SAVE = Aim(times=5, not_acceptable=8, queries=12)
SAVE_AS_TYPED = Aim(times=4, not_acceptable=6, queries=10)
GRID = Aim(times=12, not_acceptable=18, queries=8)  # 650 fields: ADR 84
DASHBOARD = Aim(times=5, not_acceptable=10, queries=8)
