"""Closing a year of which nothing can be reported: what was authorized goes on whole."""

from http import HTTPStatus

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from districts.models import District
from districts.reports.money import money_of
from districts.requests import SignedInRequest, status_of
from districts.words import money
from plans.models import Cycle
from plans.workflow import StepNotAllowed
from progress.forms.spending import ReasonForm
from progress.permissions import may_close_years
from progress.services.unreported import carry_unreported, refuse_unless_over


@require_http_methods(["GET", "HEAD", "POST"])
def close_year(request: SignedInRequest, fiscal_year: int, slug: str) -> HttpResponse:
    cycle = get_object_or_404(Cycle, pk=fiscal_year)
    district = get_object_or_404(District, slug=slug)
    if not may_close_years(request.user, district):
        raise PermissionDenied("A program manager closes a year that nobody can report on.")
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            carried = carry_unreported(
                district_id=district.pk,
                fiscal_year=fiscal_year,
                reason=form.cleaned_data["reason"],
                by=request.user,
                at=timezone.now(),
            )
        except StepNotAllowed as refusal:
            form.add_error(None, str(refusal))
            return _ask(request, cycle, district, form, status=HTTPStatus.CONFLICT)
        messages.success(
            request,
            f"FY{fiscal_year} of {district.name} is closed: {money(carried.amount)} goes on to"
            f" FY{fiscal_year + 1}.",
        )
        return redirect("progress:spending_of_all", fiscal_year)
    try:
        refuse_unless_over(district, fiscal_year, at=timezone.now())
    except StepNotAllowed as refusal:
        messages.error(request, str(refusal))
        return redirect("progress:spending_of_all", fiscal_year)
    return _ask(request, cycle, district, form, status=status_of(form))


def _ask(
    request: SignedInRequest, cycle: Cycle, district: District, form: ReasonForm, *, status: int
) -> HttpResponse:
    year, authorized = cycle.fiscal_year, money_of(district.pk, cycle.fiscal_year).authorized
    context = {
        "cycle": cycle,
        "district": district,
        "form": form,
        "title": f"Close FY{year} of {district.name}?",
        "body": f"No plan of FY{year} is approved, so nobody can report on it. What was authorized,"
        f" {money(authorized)}, goes on whole to FY{year + 1} (§ 10-262u(h)). It stands with your"
        " name and reason, and follows where an earlier year is corrected.",
        "verb": "Close the year",
        "back": reverse("progress:spending_of_all", args=[year]),
        "back_words": "Not now",
    }
    return render(request, "progress/year_close.html", context, status=status)
