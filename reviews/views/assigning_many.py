"""Giving the plans of a year to their reviewers, all on one page and in one act."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from districts.requests import SignedInRequest, refuse, status_of
from plans.models import Cycle
from plans.rules.words import count
from reviews import services
from reviews.forms import AssignManyForm, MostForm, plans_sent
from reviews.permissions import may_assign
from reviews.reports.to_assign import PARTS, Assigning, read_assigning
from reviews.rules.spreading import Proposal, spread


@require_http_methods(["GET", "HEAD", "POST"])
def plans_assign(request: SignedInRequest, fiscal_year: int) -> HttpResponse:
    if not may_assign(request.user):
        raise PermissionDenied
    cycle = get_object_or_404(Cycle, pk=fiscal_year)
    only = plans_sent(request.POST) if request.method == "POST" else None
    assigning = read_assigning(fiscal_year, reader=request.user, only=only)
    asked = MostForm(request.GET or None)
    most = asked.cleaned_data["most"] if asked.is_valid() else None
    proposal = spread(assigning, most=most)
    form = AssignManyForm(request.POST or None, assigning=assigning, proposal=proposal)
    if request.method == "POST" and form.is_valid() and _is_done(request, form):
        return redirect("reviews:assign_many", fiscal_year)
    context = {
        "cycle": cycle,
        "form": form,
        "asked": asked,
        "assigning": assigning,
        "loads": _loads(assigning, proposal),
        "lacking": sum(len(each) < len(PARTS) for each in proposal.values()),
    }
    return render(request, "reviews/assign_many.html", context, status=status_of(form))


def _is_done(request: SignedInRequest, form: AssignManyForm) -> bool:
    """Whether any was; then the page says what of it. If none, the form says why of each."""
    outcome = services.assign_many(
        wanted=form.wanted(), key=form.cleaned_data["key"], by=request.user, at=timezone.now()
    )
    told = [f"{plan.district}: {why}" for plan, why in outcome.not_done]
    if not outcome.plans:
        for sentence in told or ["None of these plans is there to assign."]:
            refuse(form, sentence)
        return False
    done = count(len(outcome.plans), "plan")
    verb = "is" if len(outcome.plans) == 1 else "are"
    messages.success(
        request, f"{done} {verb} with the reviewers you chose. A letter goes to whoever is new."
    )
    if told:
        not_done = count(len(told), "plan")
        messages.warning(request, f"{not_done} not assigned. {' '.join(told)}")
    return True


def _loads(assigning: Assigning, proposal: Proposal) -> list[dict]:
    """What everybody has in hand, and would have."""
    new = [
        person
        for one in assigning.plans
        for part, person in proposal[one.plan.pk].items()
        if one.stays.get(part) != person
    ]
    return [
        {"person": each, "in_hand": each.in_hand, "then": each.in_hand + new.count(each.pk)}
        for each in assigning.candidates
    ]
