"""Holding a plan's row: of two people who act at once, the second waits and is then told."""

from plans.models import Plan


def locked_plan(plan_id: int) -> Plan:
    """The plan, with its row held until the transaction ends."""
    return Plan.objects.select_for_update(of=("self",)).select_related("district").get(pk=plan_id)
