"""A final allocation that came while the plan was written, and is not what it budgets."""

from dataclasses import dataclass
from datetime import datetime

from plans.documents import PlanDocument
from plans.reports.history import Allocated, History


@dataclass(frozen=True)
class Differs:
    """By how much, and what was known before. Whole US dollars."""

    former: Allocated
    since: datetime
    more: int  # to budget; below 0, to budget less

    @property
    def by_how_much(self) -> int:
        return abs(self.more)


def new_allocation(
    document: PlanDocument, history: History, *, started_at: datetime
) -> Differs | None:
    """None while the allocation is preliminary, is budgeted, or was known when the plan began.

    Then the list of what is missing says all there is to do (R17).
    """
    stated = history.allocations
    final = next((one for one in reversed(stated) if one.stage == "final"), None)
    if document.money.stage != "final" or final is None or final.stated_at is None:
        return None
    others = [one for one in stated if one is not final and one.amount != final.amount]
    if not others or not document.left_to_budget or final.stated_at < started_at:
        return None
    return Differs(former=others[-1], since=final.stated_at, more=document.left_to_budget)
