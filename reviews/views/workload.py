"""The workload board."""

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


@require_safe
def workload_board(request: SignedInRequest) -> HttpResponse:
    if not may_read_reviews(request.user):
        raise PermissionDenied
    today = eastern_day(timezone.now())
    loads = workload(reader=request.user, on=today)
    rows, how_many = held_up(reader=request.user, on=today)
    context = {
        "loads": loads,
        "held_up": rows,
        "held_up_in_all": how_many,
        "program": sum(load.program for load in loads),
        "fiscal": sum(load.fiscal for load in loads),
        "waiting": sum(load.waiting for load in loads),
    }
    return render(request, "reviews/workload.html", context)
