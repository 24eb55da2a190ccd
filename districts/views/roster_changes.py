"""Changes of the roster: what was asked, and what waits for a second person."""

from dataclasses import dataclass
from http import HTTPStatus

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from districts import services
from districts.forms.roster import RefusalForm, TakeBackForm
from districts.models import District, RosterChange, RosterChangeQuerySet
from districts.permissions import (
    may_confirm_changes,
    may_manage_roster,
    may_see_roster,
    visible_changes,
    why_not_of_own,
)
from districts.requests import status_of
from districts.views.answers import explain, only, waits

FOR_THE_DEPARTMENT = "The record of the roster is the Department’s."
FOR_ADMINS = "Only an administrator at the Department changes the roster."
FOR_CONFIRMERS = "An administrator or a program manager confirms changes of the roster."
PAGE = 50
CRUMBS = [("Districts", "districts:list"), ("Changes", "districts:changes")]


@dataclass(frozen=True)
class Entry:
    """A change as the record of a district shows it."""

    change: RosterChange
    lines: list[str]


def record_of(district: District, changes: RosterChangeQuerySet) -> list[Entry]:
    """What of these changes is about a district: what waits, then the latest first."""
    changes = (
        changes.about(district)
        .defer("asked")  # of a file it holds the whole file
        .select_related("proposed_by", "confirmed_by", "refused_by")
        .waiting_first()[:PAGE]
    )
    entries = [Entry(change, services.lines_about(change, district)) for change in changes]
    return [entry for entry in entries if entry.lines]


@require_safe
def change_list(request):
    only(may_see_roster(request.user), FOR_THE_DEPARTMENT)
    changes = _changes(request).defer("asked").with_fiscal_year()  # a file's `asked` is the file
    page = Paginator(changes.order_by("-pk"), PAGE).get_page(request.GET.get("page", ""))
    context = {
        "waiting": changes.waiting().order_by("pk"),
        "page": page,
        "crumbs": _crumbs()[:1],
        "may_manage": may_manage_roster(request.user),
    }
    return render(request, "districts/roster_changes.html", context)


@require_safe
def change_detail(request, pk):
    change = _visible(request, pk)
    return _change_page(request, change, _form_of(change, request))


@require_POST
def change_confirm(request, pk):
    change = _visible(request, pk)
    only(may_confirm_changes(request.user), FOR_CONFIRMERS)
    form = _form_of(change, request)
    try:
        services.confirm_change(change_id=change.pk, by=request.user, at=timezone.now())
    except services.Refusal as refusal:
        return _change_page(request, change, form, stopped=str(refusal))
    messages.success(request, "Confirmed: it is in effect.")
    return redirect(change)


@require_POST
def change_refuse(request, pk):
    change = _visible(request, pk)
    only(may_confirm_changes(request.user), FOR_CONFIRMERS)
    form = _form_of(change, request, request.POST)
    if form.is_valid():
        try:
            services.refuse_change(
                change_id=change.pk,
                why=form.cleaned_data["refusal"],
                by=request.user,
                at=timezone.now(),
            )
        except services.Refusal as refusal:
            explain(form, refusal)
        else:
            done = "Taken back" if change.proposed_by == request.user else "Refused"
            messages.success(request, f"{done}. Nothing was changed; the record keeps it.")
            return redirect(change)
    return _change_page(request, change, form)


def _visible(request, pk) -> RosterChange:
    only(may_see_roster(request.user), FOR_THE_DEPARTMENT)
    return get_object_or_404(_changes(request), pk=pk)


def _changes(request) -> RosterChangeQuerySet:
    return visible_changes(request.user).select_related(
        "district", "proposed_by", "confirmed_by", "refused_by"
    )


def _form_of(change: RosterChange, request, typed=None) -> RefusalForm:
    """What refuses it, or takes one's own back."""
    is_own = change.proposed_by_id == request.user.pk
    return TakeBackForm(typed) if is_own else RefusalForm(typed)


def _change_page(request, change: RosterChange, form: RefusalForm, stopped: str = ""):
    may_confirm = may_confirm_changes(request.user)
    may_confirm = may_confirm and not why_not_of_own(request.user, change.concerns)
    is_own = change.proposed_by_id == request.user.pk
    is_theirs = change.is_waiting and may_confirm and not is_own
    context = {
        "change": change,
        "form": form,
        "stopped": stopped,
        "may_confirm": is_theirs,
        "hearers": services.hearers(change, request.user) if is_theirs else None,
        "may_take_back": change.is_waiting and may_confirm and is_own,
        "seconds": waits(change) if change.is_waiting else "",
        "crumbs": _crumbs(),
    }
    status = HTTPStatus.CONFLICT if stopped else status_of(form)
    return render(request, "districts/roster_change.html", context, status=status)


def _crumbs() -> list[tuple[str, str]]:
    return [(label, reverse(name)) for label, name in CRUMBS]
