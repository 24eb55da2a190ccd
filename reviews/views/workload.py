"""The workload board of a fiscal year."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from districts.calendar import eastern_day
from districts.requests import SignedInRequest
from reviews.permissions import may_read_reviews
from reviews.reports.held_up import held_up
from reviews.reports.workload import workload
from reviews.views.cycle_wanted import cycles_and_wanted


@require_safe
def workload_board(request: SignedInRequest) -> HttpResponse:
    if not may_read_reviews(request.user):
        raise PermissionDenied
    cycles, cycle = cycles_and_wanted(request)
    context: dict[str, Any] = {"cycles": cycles, "cycle": cycle}
    if cycle:
        today = eastern_day(timezone.now())
        loads = workload(cycle.pk, reader=request.user, on=today)
        rows, how_many = held_up(cycle.pk, reader=request.user, on=today)
        context |= {
            "loads": loads,
            "held_up": rows,
            "held_up_in_all": how_many,
            "all": {
                name: sum(getattr(load, name) for load in loads)
                for name in ("program", "fiscal", "waiting", "of_other_years")
            },
        }
    return render(request, "reviews/workload.html", context)
