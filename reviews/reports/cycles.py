"""The years that a page of the Department can be about, and the one it is about unless asked."""

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef

from districts.calendar import eastern_day
from plans.models import Cycle, Plan


def cycles_in_play() -> list[Any]:
    """Every cycle, the earliest first, with whether a plan of it was ever handed in."""
    handed_in = Plan.objects.filter(cycle=OuterRef("pk"), submitted_at__isnull=False)
    return list(Cycle.objects.annotate(has_plans_in=Exists(handed_in)).order_by("fiscal_year"))


def usual_cycle(cycles: list[Any], *, at: datetime) -> Cycle | None:
    """The latest cycle in which a plan was handed in, else the latest open one, else the first."""
    today = eastern_day(at)
    handed_in = [cycle for cycle in cycles if cycle.has_plans_in]
    is_open = [cycle for cycle in cycles if cycle.opens_on <= today]
    return next(iter((handed_in or is_open)[-1:] or cycles[:1]), None)
