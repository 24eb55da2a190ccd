"""The letters about a final allocation that is not what a draft budgets: to both sides.

The roster is a lower app's and knows no plans: it tells here (`TOLD_OF_ALLOCATIONS`).

Of plans on record the letters of the change itself tell (ADR 28). A draft makes no change wait for
a second person: nothing on record rests on it.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from districts.models import Allocation
from districts.roles import Role
from districts.services.roster_changes import Effect
from notices.services import withdraw
from plans.documents import draft_document
from plans.models import Plan
from plans.rules.budget import differs_from_final
from plans.services.closing import current_version
from plans.services.letters import (
    SUBMITS,
    deadline_of,
    managers,
    outside_district,
    people_of,
    post_letter,
    queue_of,
)
from plans.workflow import Status

HEAR_OF_ALLOCATIONS = [*SUBMITS, Role.FISCAL_OFFICER]
DIFFERS, DIFFERS_THERE = "allocation_differs", "allocation_differs_there"


def tell_of_money(effects: Collection[Effect], *, at: datetime) -> None:
    """To both sides of each draft that budgets another amount than its final allocation is now."""
    for effect in effects:
        drafts = Plan.objects.filter(district=effect.district, status=Status.DRAFT)
        if effect.fiscal_years is not None:
            drafts = drafts.filter(cycle__in=effect.fiscal_years)
        for plan in drafts.select_related("district", "cycle").order_by("pk"):
            _post_if_it_differs(plan, at=at)


def _post_if_it_differs(plan: Plan, *, at: datetime) -> None:
    """Whoever writes the plan hears by how much; the Department only that it is so (R59).

    Of an allocation that changes again, only the last is told of. Whoever calls holds the plan.
    """
    for kind in (DIFFERS, DIFFERS_THERE):
        withdraw(about=plan.about, kind=kind, at=at, why="The allocation changed again.")
    document = draft_document(plan.pk)
    if not differs_from_final(document):
        return
    in_force = Allocation.objects.in_force(plan.cycle_id).get(district=plan.district_id)
    letter: dict[str, Any] = {
        "occasion": f"allocation-{in_force.pk}",
        "at": at,
        "money": document.money,
    }
    post_letter(
        plan,
        kind=DIFFERS,
        to=people_of(plan, HEAR_OF_ALLOCATIONS),
        why="The final allocation is not what the draft budgets",
        document=document,
        left=document.left_to_budget,
        by_how_much=abs(document.left_to_budget),
        is_closed=current_version(plan) is not None,
        deadline=deadline_of(plan, at=at),
        names_due_date=True,
        **letter,
    )
    readers = [share.reader for share in plan.shares.current().select_related("reader")]
    post_letter(
        plan,
        kind=DIFFERS_THERE,
        to={*managers(plan), *outside_district(plan, readers)},
        why="A final allocation is not what a draft budgets",
        page=queue_of(plan),
        **letter,
    )
