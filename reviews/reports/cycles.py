"""The years that a page of the Department can be about, and the one it is about unless asked."""

from datetime import datetime
from typing import Any

from django.db.models import Subquery

from districts.calendar import eastern_day
from plans.models import Cycle, Plan


def cycles_in_play() -> list[Any]:
    """Every cycle, the earliest first, each with the latest year of which a plan was handed in."""
    handed_in = Plan.objects.filter(submitted_at__isnull=False).order_by("-cycle")
    found = Cycle.objects.annotate(latest=Subquery(handed_in.values("cycle")[:1]))
    return list(found.order_by("fiscal_year"))


def usual_cycle(cycles: list[Any], *, at: datetime) -> Cycle | None:
    """The latest cycle in which a plan was handed in, else the latest open one, else the first."""
    today = eastern_day(at)
    handed_in = [cycle for cycle in cycles if cycle.pk == cycle.latest]
    is_open = [cycle for cycle in cycles if cycle.opens_on <= today]
    return next(iter((handed_in or is_open)[-1:] or cycles[:1]), None)
