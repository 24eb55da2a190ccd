"""The letters of a cycle: letting its reminders begin, and taking a change back in time."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from districts.requests import SignedInRequest
from districts.words import eastern
from plans import services
from plans.models import Cycle, CycleChange
from plans.permissions import may_edit_cycles
from plans.views.cycle_record import letters_in_words
from plans.views.cycles import FOR_ADMINS


@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: SignedInRequest, fiscal_year: int) -> HttpResponse:
    """What would leave if the reminders of a year began now; then they begin."""
    if not may_edit_cycles(request.user):
        raise PermissionDenied(FOR_ADMINS)
    found = get_object_or_404(Cycle, pk=fiscal_year)
    by, now = request.user, timezone.now()
    if found.reminders_from is not None:
        messages.info(request, f"The reminders of {found} began {eastern(found.reminders_from)}.")
        return redirect(found)
    if request.method == "POST":
        services.begin_reminders(fiscal_year=found.pk, by=by, at=now)
        messages.success(request, f"The reminders of {found} have begun.")
        return redirect(found)
    sends = letters_in_words(services.letters_of_beginning(fiscal_year=found.pk, by=by, at=now))
    return render(request, "plans/cycle_begin.html", {"cycle": found, "sends": sends})


@require_POST
def take_back(request: SignedInRequest, fiscal_year: int, pk: int) -> HttpResponse:
    """Undo the last change of a cycle while its letters are held."""
    if not may_edit_cycles(request.user):
        raise PermissionDenied(FOR_ADMINS)
    change = get_object_or_404(CycleChange, pk=pk, cycle=fiscal_year)
    try:
        cycle = services.take_back(change_id=change.pk, by=request.user, at=timezone.now())
    except services.NotTakenBack as refusal:
        messages.error(request, str(refusal))
        return redirect("plans:cycle", fiscal_year)
    messages.success(request, "Taken back. None of its letters has left, and none will.")
    return redirect(cycle)
