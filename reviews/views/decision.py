"""The decision as its district reads it: the letter that left, and nothing else of the review."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from districts.requests import SignedInRequest
from plans.reading.access import own_plan_or_404
from plans.workflow import label_for
from reviews.models import Determination
from reviews.reports.former import former_decisions
from reviews.reports.letter_templates import frozen_letter_of
from reviews.views.following import follows_for_district
from reviews.views.letter import paragraphs_of


@require_safe
def plan_decision(request: SignedInRequest, slug: str, fiscal_year: int) -> HttpResponse:
    plan = own_plan_or_404(request, slug, fiscal_year)
    decided = Determination.objects.filter(plan=plan).first()
    if decided is None:
        raise Http404
    now = timezone.now()
    is_held = decided.is_held(now)  # what can be called back is no letter yet
    context = {
        "frozen": None if is_held else frozen_letter_of(decided),
        "is_held": is_held,
        "plan": plan,
        "label": label_for(plan.status, is_department=False),
        "decided": decided,
        "former": [
            (one, paragraphs_of(one.letter))
            for one in former_decisions(plan)
            if one.called_back_id is None  # of one called back no letter ever left
        ],
        "follows": [] if is_held else follows_for_district(plan, by=request.user, at=now),
        "letter": [] if is_held else paragraphs_of(decided.letter),
    }
    return render(request, "reviews/plan_decision.html", context)
