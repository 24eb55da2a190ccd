"""Recommending a plan to the Commissioner."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from districts.calendar import eastern_day
from districts.requests import SignedInRequest, status_of
from districts.words import eastern
from plans.forms.attempts import attempt
from plans.models import Plan
from plans.permissions import parts_of
from plans.rules.words import count
from plans.workflow import TRANSITIONS, Part, Status, Step
from reviews import services
from reviews.forms import RecommendForm
from reviews.models import Recommendation
from reviews.reports.deciders import deciders
from reviews.reports.disputes import open_disputes
from reviews.reports.packet import Packet
from reviews.rules import gate, reviews_asked_for
from reviews.views.access import packet_or_404
from reviews.views.acts import may_recommend
from reviews.views.shared_draft import may_return, not_sent


@require_http_methods(["GET", "HEAD", "POST"])
def plan_recommend(request: SignedInRequest, slug: str, fiscal_year: int) -> HttpResponse:
    packet = packet_or_404(request, slug, fiscal_year)
    plan, now = packet.plan, timezone.now()
    parts = parts_of(request.user, plan)
    if not TRANSITIONS[Step.RECOMMEND].by & parts:
        raise PermissionDenied
    if request.method != "POST" and not may_recommend(parts, packet, by=request.user.pk):
        return redirect("reviews:plan", slug, fiscal_year)
    mine = _review_of(packet, parts, by=request.user.pk)
    form = RecommendForm(request.POST or None, initial={"version": packet.version.number})
    if (
        request.method == "POST"
        and form.is_valid()
        and attempt(
            form,
            lambda: services.recommend(
                plan_id=plan.pk, by=request.user, at=now, **form.cleaned_data
            ),
        )
    ):
        if apart := len(open_disputes(packet_or_404(request, slug, fiscal_year))):
            messages.warning(request, _said_apart(apart))
            return redirect("reviews:side_by_side", slug, fiscal_year)
        messages.success(request, _said(plan, mine))
        return redirect("reviews:plan", slug, fiscal_year)
    context = {
        "packet": packet,
        "plan": plan,
        "form": form,
        "mine": mine.label,
        "counts": mine in reviews_asked_for(packet),
        "reviews": _reviews(packet, mine),
        "conditions": gate(packet, on=eastern_day(now)),
        "not_sent": not_sent(packet) if may_return(parts) else "",
        "deciders": deciders(at=now),
    }
    return render(request, "reviews/plan_recommend.html", context, status=status_of(form))


def _review_of(packet: Packet, parts: frozenset[Part], *, by: int) -> Recommendation.As:
    """As the service will say, from what the page has read already."""
    theirs = [one.reviews_as for one in packet.reviewers if one.person == by]
    if Part.ASSIGNED_REVIEWER not in parts or not theirs:
        return Recommendation.As.MANAGER
    return Recommendation.As(max(theirs))


@dataclass(frozen=True)
class AskedReview:
    """One of the reviews that a plan is recommended by, and whose it is."""

    label: str
    whose: str


def _reviews(packet: Packet, mine: Recommendation.As) -> list[AskedReview]:
    given = packet.reviews
    assigned: dict[str, str] = {one.reviews_as: one.name for one in packet.reviewers}
    asked = []
    for part in reviews_asked_for(packet):
        if part in given:
            whose = f"{given[part].made_by}, {eastern(given[part].made_at)}"
        elif part == mine:
            whose = "You, with this page"
        elif part == Recommendation.As.MANAGER:
            named = packet.third if packet.third and packet.third.is_reachable else None
            whose = f"{named.name if named else 'A program manager'}, not in yet"
        else:
            whose = f"{assigned.get(part, 'Nobody is assigned')}, not in yet"
        asked.append(AskedReview(part.label, whose))
    return asked


def _said_apart(number: int) -> str:
    criteria = count(number, "criterion", "criteria")
    verb = "is" if number == 1 else "are"
    return (
        f"Your review is on record. {criteria} {verb} rated two levels apart: record with the"
        " other reviewers on what you agree. Then the plan goes to the Commissioner."
    )


def _said(plan: Plan, mine: Recommendation.As) -> str:
    plan.refresh_from_db(fields=["status"])
    if plan.status == Status.RECOMMENDED:
        return f"{plan.district} is recommended for approval. It is with the Commissioner."
    return (
        f"Your {mine.label[0].lower()}{mine.label[1:]} is on record. The plan goes to the "
        "Commissioner once each review is in."
    )
