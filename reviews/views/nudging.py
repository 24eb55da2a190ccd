"""A nudge to a quiet district: what leaves, and to whom, before it does."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from districts.models import District
from districts.requests import SignedInRequest, status_of
from plans.forms.attempts import attempt
from plans.forms.handing_in import ActForm
from plans.models import Cycle
from plans.reminders.owed import people_told
from reviews import services
from reviews.permissions import may_nudge, may_read_reviews


@require_http_methods(["GET", "HEAD", "POST"])
def district_nudge(request: SignedInRequest, slug: str, fiscal_year: int) -> HttpResponse:
    if not may_read_reviews(request.user):
        raise Http404
    district = get_object_or_404(District, slug=slug)
    cycle = get_object_or_404(Cycle, pk=fiscal_year)
    if not may_nudge(request.user, district):
        raise PermissionDenied
    form = ActForm(request.POST or None)
    back = f"{reverse('reviews:dashboard_list', args=['quiet'])}?fy={cycle.pk}"
    if (
        request.method == "POST"
        and form.is_valid()
        and attempt(form, lambda: _done(request, form, district, cycle))
    ):
        return redirect(back)
    context = {
        "form": form,
        "district": district,
        "cycle": cycle,
        "people": people_told([district.pk]).get(district.pk, []),
        "back": back,
    }
    return render(request, "reviews/nudge.html", context, status=status_of(form))


def _done(request: SignedInRequest, form: forms.Form, district: District, cycle: Cycle) -> None:
    services.nudge(
        district_id=district.pk,
        fiscal_year=cycle.pk,
        key=form.cleaned_data["key"],
        by=request.user,
        at=timezone.now(),
    )
    messages.success(
        request,
        f"A letter goes to the plan coordinator and the superintendent of {district.name}.",
    )
