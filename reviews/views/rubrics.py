"""The rubric of a year: read by all of the Department, written by program managers."""

from http import HTTPStatus

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from districts.requests import SignedInRequest, status_of
from plans.forms.attempts import attempt
from plans.models import Cycle
from plans.sections import SECTIONS, SectionKey
from reviews import services
from reviews.forms import rubrics as forms
from reviews.permissions import may_edit_rubrics, may_read_reviews
from reviews.reports.rubrics import RubricShown, rubric_for, versions_of


@require_http_methods(["GET", "HEAD", "POST"])
def rubric(request: SignedInRequest, fiscal_year: int) -> HttpResponse:
    if not may_read_reviews(request.user):
        raise PermissionDenied
    if not Cycle.objects.filter(pk=fiscal_year).exists():
        raise Http404
    may_edit = may_edit_rubrics(request.user)
    if request.method == "POST" and not may_edit:
        raise PermissionDenied
    found = rubric_for(fiscal_year)
    act = _act(request, found)
    rows = forms.sent(request.POST) if request.method == "POST" else forms.shown(found.questions)
    if request.method == "POST" and _is_saved(request, fiscal_year, act, rows):
        return redirect("reviews:rubric", fiscal_year)
    context = {
        "fiscal_year": fiscal_year,
        "found": found,
        "questions": [(SECTIONS[SectionKey(one.section)].title, one) for one in found.questions],
        "versions": list(versions_of(fiscal_year)),
        "may_edit": may_edit,
        "form": act,
        "rows": rows if may_edit else [],
    }
    status = status_of(act) if request.method == "POST" else HTTPStatus.OK
    return render(request, "reviews/rubric.html", context, status=status)


def _act(request: SignedInRequest, found: RubricShown) -> forms.RubricForm:
    initial = {"read": found.number, "asks_for_all": found.asks_for_all}
    return forms.RubricForm(request.POST or None, initial=initial)


def _is_saved(
    request: SignedInRequest,
    fiscal_year: int,
    act: forms.RubricForm,
    rows: list[forms.CriterionForm],
) -> bool:
    if not all([act.is_valid(), *(row.is_valid() for row in rows)]):
        act.add_error(None, "A criterion has more words than there is room for.")
        return False
    is_saved = attempt(
        act,
        lambda: services.save_rubric(
            fiscal_year=fiscal_year,
            criteria=forms.criteria_of(rows),
            by=request.user,
            at=timezone.now(),
            **act.cleaned_data,
        ),
    )
    if is_saved:
        messages.success(
            request,
            f"The rubric of FY{fiscal_year} is saved. Reviews begun before go on by the version"
            " they began under.",
        )
    return bool(is_saved)
