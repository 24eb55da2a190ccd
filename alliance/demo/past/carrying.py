"""Ties the years: what an annual amendment started with of the plan before, each row read."""

from collections.abc import Collection, Mapping
from typing import Any

from alliance.demo.past.plans import Past
from plans.documents.kinds import CARRIED
from plans.models import Carried, Plan

KEPT = frozenset({"objective"})  # says the same in every year; figures and days have moved


def carry(last_year: Collection[Past], this_year: Mapping[int, Plan]) -> None:
    """FY2027 goes on from FY2026: rows of both have one lineage, and nobody has one unread."""
    after = {past.district.pk: this_year[past.district.pk] for past in last_year}
    for past in last_year:
        after[past.district.pk].copied_from = past.plan
    Plan.objects.bulk_update(after.values(), ["copied_from"])
    plans = [past.plan for past in last_year]
    before = [plan.copied_from for plan in plans if plan.copied_from]
    pairs = {plan.copied_from_id: plan for plan in [*plans, *after.values()]}
    for kind in CARRIED.values():
        _of_kind(kind, before + plans, pairs)


def _of_kind(kind: Any, plans: Collection[Plan], pairs: Mapping[int | None, Plan]) -> None:
    rows = kind.model._default_manager.filter(**kind.carried_if)
    here = {
        (row.plan_id, row.lineage): row
        for row in rows.filter(plan__in=[pairs[plan.pk] for plan in plans])
    }
    carried = []
    for old in rows.filter(plan__in=plans):
        new = here.get((pairs[old.plan_id].pk, old.lineage))
        if new is None:
            continue
        state = Carried.State.KEPT if kind.key in KEPT else Carried.State.REVISED
        carried.append(
            Carried(
                plan_id=new.plan_id,
                kind=kind.key,
                lineage=new.lineage,
                state=state,
                read_at=new.saved_at,
                read_by_id=new.saved_by_id,
            )
        )
    Carried.objects.bulk_create(carried)
