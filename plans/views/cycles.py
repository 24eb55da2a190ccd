"""The cycles: each fiscal year's calendar, its reminders and the words its plans are written in."""

from collections.abc import Iterable
from copy import copy
from datetime import date
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from districts.calendar import eastern_day
from districts.requests import SignedInRequest
from districts.words import full_day
from notices.reminders import Reminder
from plans import services
from plans.forms.conflicts import Conflict, Difference
from plans.forms.cycles import DATES, CycleForm, filled_from, rebased
from plans.models import Cycle, ObjectCode, StakeholderGroup
from plans.permissions import may_edit_cycles, may_read_cycles
from plans.reminders import Move, Occurrence, moves
from plans.reports.cycles import (
    cycles_with_plans,
    cycles_with_waiting,
    focus_areas_of,
    last_change_of,
    waiting_for,
)
from plans.rules.words import listing
from plans.views.cycle_record import Letters, doubts_about, letters_in_words, record_of

FOR_THE_DEPARTMENT = "Cycles are kept by the Department."
FOR_ADMINS = "Only an administrator at the Department changes a cycle."


@require_safe
def cycle_list(request: SignedInRequest) -> HttpResponse:
    if not may_read_cycles(request.user):
        raise PermissionDenied(FOR_THE_DEPARTMENT)
    cycles = list(cycles_with_plans())
    may_open = bool(cycles) and may_edit_cycles(request.user)
    context = {"cycles": cycles, "next_year": cycles[0].pk + 1 if may_open else None}
    return render(request, "plans/cycle_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def cycle(request: SignedInRequest, fiscal_year: int) -> HttpResponse:
    if not may_read_cycles(request.user):
        raise PermissionDenied(FOR_THE_DEPARTMENT)
    found = get_object_or_404(cycles_with_waiting(fiscal_year, request.user), pk=fiscal_year)
    if request.method == "POST":
        if not may_edit_cycles(request.user):
            raise PermissionDenied(FOR_ADMINS)
        return _edit(request, found)
    form = CycleForm.of_cycle(found)
    return _page(request, found, form)


def _waiting(found: Cycle) -> list[tuple[str, str]]:
    """Each of them in words, with its address."""
    return [
        (
            f"{each.kind.label}, {each.district or 'many districts'}",
            reverse("districts:change", args=[each.pk]),
        )
        for each in waiting_for(found)
    ]


def _edit(request: SignedInRequest, found: Cycle) -> HttpResponse:
    """Save what was typed. A due date that moves is saved once its reminders have been seen."""
    typed = rebased(request.POST, found)
    form = CycleForm(typed.data, instance=copy(found))
    if typed.conflicts:
        return _ask(request, found, form, typed.conflicts)
    if "not_now" in request.POST:
        messages.info(request, "Nothing is saved. What you typed is still in the form.")
        return _page(request, found, _typed(form, found, seen_due_on="", seen_opens_on=""))
    if not form.is_valid():
        return _page(request, found, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    edit = {
        "fiscal_year": found.pk,
        "version": form.cleaned_data["version"],
        "values": form.values(),
        "by": request.user,
        "at": timezone.now(),
    }
    try:
        if not form.letters_were_seen():
            return _look_first(request, found, form, services.letters_of_edit(**edit))
        saved = services.edit_cycle(**edit)
    except services.StaleRow as stale:
        return _ask(request, stale.row, form, form.Meta.fields)
    messages.success(request, f"Saved. Plans for {saved} are due {full_day(saved.plan_due_on)}.")
    return redirect(saved)


def _look_first(
    request: SignedInRequest, found: Cycle, form: CycleForm, letters: list[Reminder]
) -> HttpResponse:
    """What the new dates would send, and to whom; the same form saves it."""
    due_on, opens_on = form.cleaned_data["plan_due_on"], form.cleaned_data["opens_on"]
    look = _typed(form, found, seen_due_on=due_on, seen_opens_on=opens_on)
    has_moved, today = due_on != found.plan_due_on, eastern_day(timezone.now())
    return _page(
        request,
        found,
        look,
        moved=moves(found, due_on, at=timezone.now()) if has_moved else [],
        moved_to=due_on if has_moved else None,
        doubts=doubts_about(due_on, found, today=today) if has_moved else [],
        sends=letters_in_words(letters),
    )


def _typed(form: CycleForm, found: Cycle, **hidden: object) -> CycleForm:
    """The form again as it was typed, with other hidden fields."""
    typed: Any = form.data  # what a browser sent, which can be copied
    data = typed.copy()
    for name, value in hidden.items():
        data[name] = str(value)
    return CycleForm(data, instance=copy(found))


def _ask(
    request: SignedInRequest, row: Cycle, form: CycleForm, names: Iterable[str]
) -> HttpResponse:
    """The form again, with both texts of the fields that somebody else changed too."""
    hidden = {"version": row.version, "was": filled_from(row)}
    again = _typed(form, row, seen_due_on="", seen_opens_on="", **hidden)
    again.is_valid()
    differences = {name: _difference(again, row, name) for name in names}
    asked = {name: each for name, each in differences.items() if each.mine != each.theirs}
    last = last_change_of(row)
    conflict = Conflict(
        last.made_by.name if last else "Somebody",
        last.made_at if last else None,
        list(asked.values()),
        " ".join(asked),
    )
    return _page(request, row, again, conflict=conflict, status=HTTPStatus.CONFLICT)


def _difference(form: CycleForm, row: Cycle, name: str) -> Difference:
    bound = form[name]
    mine = form.cleaned_data.get(name, bound.value())
    theirs = getattr(row, name)
    return Difference(str(bound.label), bound.id_for_label, _in_words(mine), _in_words(theirs))


def _in_words(value: object) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, date):
        return full_day(value)
    if isinstance(value, list):
        return listing([StakeholderGroup(each).label for each in value]) if value else "—"
    return str(value) or "—"


def _page(
    request: SignedInRequest,
    found: Cycle,
    form: CycleForm,
    *,
    moved: list[Move] | None = None,
    moved_to: date | None = None,
    doubts: list[str] | None = None,
    sends: Letters | None = None,
    conflict: Conflict | None = None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    rules = found.reminder_rules.order_by("days")
    context: dict[str, Any] = {
        "cycle": found,
        "form": form if may_edit_cycles(request.user) else None,
        "dates": [
            ("Estimates to towns (§ 10-262x, 2024 edition)", found.estimates_on),
            *((form.fields[name].label, getattr(found, name)) for name in DATES),
        ],
        "moved": moved or [],
        "new_due_on": moved_to,
        "doubts": doubts or [],
        "sends": sends,
        "record": record_of(found, at=timezone.now()),
        "conflict": conflict,
        "roster_changes": _waiting(found),
        "reminders": [
            (Occurrence(found.plan_due_on, rule.days), rule.repeats_weekly) for rule in rules
        ],
        "areas": focus_areas_of(found),
        "groups": [StakeholderGroup(code).label for code in found.stakeholder_groups],
        "assurances": found.assurances.order_by("number"),
        "codes": ObjectCode.objects.order_by("code"),
    }
    return render(request, "plans/cycle_detail.html", context, status=status)
