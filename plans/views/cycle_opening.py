"""Opening the next cycle from the last one: what will follow is shown first."""

from http import HTTPStatus

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from districts.requests import SignedInRequest
from districts.words import eastern
from plans import services
from plans.forms.cycles import CycleForm
from plans.models import Cycle, StakeholderGroup
from plans.permissions import may_edit_cycles
from plans.reminders import Occurrence
from plans.reports.opening import MovedDate, WhatFollows, what_follows
from plans.views.cycles import FOR_ADMINS

SATURDAY = 5


@require_http_methods(["GET", "HEAD", "POST"])
def open_next(request: SignedInRequest, fiscal_year: int) -> HttpResponse:
    """What would follow if the year were opened from the one before; then it is opened."""
    if not may_edit_cycles(request.user):
        raise PermissionDenied(FOR_ADMINS)
    last = get_object_or_404(Cycle, pk=fiscal_year - 1)
    if (opened := Cycle.objects.filter(pk=fiscal_year).first()) is not None:
        return _is_open(request, opened)
    if request.method == "POST":
        return _open(request, fiscal_year)
    return render(request, "plans/cycle_open.html", _context(what_follows(last)))


def _open(request: SignedInRequest, fiscal_year: int) -> HttpResponse:
    now = timezone.now()
    try:
        cycle = services.open_cycle(fiscal_year=fiscal_year, by=request.user, at=now)
    except services.NotOpened as refusal:
        last = Cycle.objects.get(pk=fiscal_year - 1)
        context = _context(what_follows(last)) | {"refusal": str(refusal)}
        return render(request, "plans/cycle_open.html", context, status=HTTPStatus.CONFLICT)
    return _is_open(request, cycle)


def _is_open(request: SignedInRequest, cycle: Cycle) -> HttpResponse:
    """The cycle, with who opened it: it may have been somebody else, just now."""
    opening = cycle.changes.filter(opened_from__isnull=False).select_related("made_by").first()
    if opening is None:
        messages.info(request, f"{cycle} is open already.")
    elif opening.made_by == request.user:
        messages.success(
            request,
            f"{cycle} is open, from FY{opening.opened_from_id}. No letter leaves until its"
            " reminders are begun.",
        )
    else:
        messages.info(request, f"{opening.made_by.name} opened {cycle} {eastern(opening.made_at)}.")
    return redirect(cycle)


def _context(found: WhatFollows) -> dict[str, object]:
    reminders = [Occurrence(found.cycle.plan_due_on, rule.days) for rule in found.rules]
    after_opening = (each for each in reminders if each.day >= found.cycle.opens_on)
    first = min(after_opening, key=lambda occurrence: occurrence.day, default=None)
    labels = CycleForm.base_fields
    return {
        "found": found,
        "dates": [(labels[each.name].label, each, _falls_on_weekend(each)) for each in found.dates],
        "groups": [StakeholderGroup(code).label for code in found.cycle.stakeholder_groups],
        "reminders": [each.why for each in reminders],
        "first_reminder": first,
    }


def _falls_on_weekend(moved: MovedDate) -> bool:
    return moved.will_be_on.weekday() >= SATURDAY
