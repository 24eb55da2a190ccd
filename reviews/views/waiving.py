"""The Commissioner's waivers: of who reviews and decides a version, and of what last year lacks."""

from datetime import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from districts.calendar import eastern_day
from districts.requests import SignedInRequest, status_of
from plans.forms.attempts import attempt
from plans.workflow import WAIVED_FOR_FUNDS, Status, Step, steps_from
from reviews import services
from reviews.forms import WaiveForm, WaiveLastYearForm
from reviews.models import Waiver
from reviews.permissions import may_waive
from reviews.reports.deciders import deciders
from reviews.reports.packet import Packet
from reviews.rules import Condition, gate
from reviews.views.access import packet_or_404


@require_http_methods(["GET", "HEAD", "POST"])
def plan_waive(request: SignedInRequest, slug: str, fiscal_year: int) -> HttpResponse:
    packet = packet_or_404(request, slug, fiscal_year)
    plan, now = packet.plan, timezone.now()
    if not may_waive(request.user, plan):
        raise PermissionDenied
    conditions = gate(packet, on=eastern_day(now), by=request.user.pk)
    about_people = [one for one in conditions if one.is_about_people]
    is_about_funds = plan.status in WAIVED_FOR_FUNDS
    if request.method != "POST" and not _is_needed(packet, about_people, at=now):
        return redirect("reviews:plan", slug, fiscal_year)
    form = WaiveForm(request.POST or None, initial={"version": packet.version.number})
    if (
        request.method == "POST"
        and form.is_valid()
        and attempt(
            form,
            lambda: services.waive(
                plan_id=plan.pk,
                version=form.cleaned_data["version"],
                grounds=form.cleaned_data["grounds"],
                by=request.user,
                at=now,
            ),
        )
    ):
        if is_about_funds:
            messages.success(request, "Your waiver is on record.")
            goes_on = "release" if plan.status == Status.WITHHELD else "withhold"
            return redirect(f"reviews:{goes_on}", slug, fiscal_year)
        messages.success(request, "Your waiver is on record. It is named in the gate below.")
        return redirect("reviews:approve", slug, fiscal_year)
    before = "plan" if is_about_funds else "approve"
    context = {
        "packet": packet,
        "plan": plan,
        "form": form,
        "conditions": about_people,
        "is_about_funds": is_about_funds,
        "back": reverse(f"reviews:{before}", args=[slug, fiscal_year]),
    }
    return render(request, "reviews/plan_waive.html", context, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
def plan_waive_last_year(request: SignedInRequest, slug: str, fiscal_year: int) -> HttpResponse:
    """R31, waived with grounds: the plan is decided without what is missing of the year before."""
    packet = packet_or_404(request, slug, fiscal_year)
    plan, now = packet.plan, timezone.now()
    if not may_waive(request.user, plan):
        raise PermissionDenied
    conditions = gate(packet, on=eastern_day(now), by=request.user.pk)
    missing = [one for one in conditions if one.is_about_last_year and not one.is_met]
    can_be_decided = Step.APPROVE in steps_from(plan.status)
    if request.method != "POST" and not (can_be_decided and missing):
        return redirect("reviews:approve", slug, fiscal_year)
    form = WaiveLastYearForm(request.POST or None, initial={"version": packet.version.number})
    if (
        form.is_bound
        and form.is_valid()
        and attempt(
            form,
            lambda: services.waive(
                plan_id=plan.pk,
                version=form.cleaned_data["version"],
                grounds=form.cleaned_data["grounds"],
                of=Waiver.Of.LAST_YEAR,
                by=request.user,
                at=now,
            ),
        )
    ):
        messages.success(request, "Your waiver is on record. It is named in the gate below.")
        return redirect("reviews:approve", slug, fiscal_year)
    context = {"packet": packet, "plan": plan, "form": form, "missing": missing}
    return render(request, "reviews/plan_waive_last_year.html", context, status=status_of(form))


def _is_needed(packet: Packet, about_people: list[Condition], *, at: datetime) -> bool:
    """Whether something of this kind stops an approval, or stops a decider from the funds."""
    status = Status(packet.plan.status)
    if status in WAIVED_FOR_FUNDS:
        decide = {person.pk for person in deciders(at=at)}
        return packet.waiver is None and bool(packet.had_a_hand & decide)
    return Step.APPROVE in steps_from(status) and any(not one.is_met for one in about_people)
