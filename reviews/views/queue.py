"""The review queue."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from districts.calendar import eastern_day
from districts.reports import troubles
from districts.requests import SignedInRequest
from plans.models import Cycle
from reviews.permissions import may_assign, may_decide, may_read_reviews, may_send_again
from reviews.reports.queue import cycles_in_play, read_queue, usual_cycle
from reviews.reports.waiting import waiting_for


@require_safe
def queue(request: SignedInRequest) -> HttpResponse:
    if not may_read_reviews(request.user):
        raise Http404
    now = timezone.now()
    cycles = cycles_in_play()
    cycle = (
        _wanted(cycles, request.GET["fy"]) if "fy" in request.GET else usual_cycle(cycles, at=now)
    )
    words = request.GET.get("q", "")
    told = troubles(request.user, at=now) if may_send_again(request.user) else None
    context = {
        "cycles": cycles,
        "cycle": cycle,
        "words": words,
        "tab": request.GET.get("tab", ""),
        "today": eastern_day(now),
        "may_assign": may_assign(request.user),
        "waiting": waiting_for(request.user, on=eastern_day(now)),
        "failed_letters": told.failed if told else 0,
        "lacking": told.lacking if told else 0,
        "queue": cycle
        and read_queue(
            cycle,
            reader_id=request.user.pk,
            at=now,
            tab=request.GET.get("tab", ""),
            words=words,
            page=request.GET.get("page", ""),
            decides=may_decide(request.user),
        ),
        "decides": may_decide(request.user),
    }
    return render(request, "reviews/queue_list.html", context)


def _wanted(cycles: list[Cycle], fiscal_year: str) -> Cycle:
    for cycle in cycles:
        if str(cycle.pk) == fiscal_year:
            return cycle
    raise Http404
