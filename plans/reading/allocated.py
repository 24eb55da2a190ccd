"""A final allocation that came while the plan was written, and is not what it budgets."""

from dataclasses import dataclass
from datetime import datetime

from plans.documents import PlanDocument
from plans.reports.history import Allocated, History
from plans.rules.budget import differs_from_final


@dataclass(frozen=True)
class Differs:
    """By how much, and what was known before it was final. Whole US dollars."""

    preliminary: Allocated | None
    since: datetime
    more: int  # to budget; below 0, to budget less

    @property
    def by_how_much(self) -> int:
        return abs(self.more)


def new_allocation(
    document: PlanDocument, history: History, *, started_at: datetime
) -> Differs | None:
    """None while the allocation is preliminary, is budgeted, or was known when the plan began.

    Then the list of what is missing says all there is to do (R17). A final one that was superseded
    is read by no page.
    """
    by_stage = {one.stage: one for one in history.allocations}
    final = by_stage.get("final")
    if final is None or final.stated_at is None or final.stated_at < started_at:
        return None
    if not differs_from_final(document):
        return None
    return Differs(by_stage.get("preliminary"), final.stated_at, document.left_to_budget)
