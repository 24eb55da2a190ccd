"""Which fiscal year a page of the Department is about: the one asked for, else the usual one."""

from django.http import Http404
from django.utils import timezone

from districts.requests import SignedInRequest
from plans.models import Cycle
from reviews.permissions import may_read_reviews
from reviews.reports.cycles import cycles_in_play, usual_cycle


def cycle_wanted(request: SignedInRequest) -> Cycle | None:
    """None where no cycle is set up.

    Raises:
        Http404: the reader is not of the Department, or there is no such year.
    """
    return cycles_and_wanted(request)[1]


def cycles_and_wanted(request: SignedInRequest) -> tuple[list[Cycle], Cycle | None]:
    """All cycles with it, for a page that offers the other years."""
    if not may_read_reviews(request.user):
        raise Http404
    cycles = cycles_in_play()
    if "fy" not in request.GET:
        return cycles, usual_cycle(cycles, at=timezone.now())
    for cycle in cycles:
        if str(cycle.pk) == request.GET["fy"]:
            return cycles, cycle
    raise Http404
