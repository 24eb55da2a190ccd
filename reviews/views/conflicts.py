"""Conflicts of interest: one page on which they are read, declared and recorded (R37)."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from districts.models import Conflict, District, User
from districts.requests import SignedInRequest, status_of
from plans.forms.attempts import attempt
from reviews import services
from reviews.forms import DeclareForm, EndConflictForm
from reviews.permissions import (
    may_assign,
    may_end_conflict,
    may_end_conflicts,
    may_read_reviews,
    visible_conflicts,
)
from reviews.reports.conflicts import (
    PAGE,
    conflicts_ended,
    conflicts_in_force,
    people_of_department,
)


@require_http_methods(["GET", "HEAD", "POST"])
def conflict_list(request: SignedInRequest) -> HttpResponse:
    if not may_read_reviews(request.user):
        raise PermissionDenied
    records = may_assign(request.user)
    form = DeclareForm(
        request.POST or None,
        initial={"person": request.user.pk},
        districts=District.objects.order_by("name"),
        people=people_of_department() if records else None,
    )
    if (
        request.method == "POST"
        and form.is_valid()
        and attempt(form, lambda: _declare(request, form))
    ):
        messages.success(request, _said(request.user, form.cleaned_data))
        return redirect("reviews:conflicts")
    context = {
        "form": form,
        "records": records,
        "sees_others": may_end_conflicts(request.user),
        "in_force": [
            (one, may_end_conflict(request.user, one)) for one in conflicts_in_force(request.user)
        ],
        "ended": Paginator(conflicts_ended(request.user), PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "reviews/conflicts.html", context, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
def conflict_end(request: SignedInRequest, pk: int) -> HttpResponse:
    if not may_end_conflicts(request.user):
        raise PermissionDenied
    found = visible_conflicts(request.user).select_related("district", "person", "declared_by")
    conflict = get_object_or_404(found, pk=pk)
    if not may_end_conflict(request.user, conflict):
        raise PermissionDenied
    form = EndConflictForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and attempt(form, lambda: _end(request, pk, form))
    ):
        messages.success(
            request,
            f"The conflict of interest of {conflict.person} with {conflict.district} is ended."
            f" A letter goes to {conflict.person}.",
        )
        return redirect("reviews:conflicts")
    if request.method != "POST" and conflict.ended_at is not None:
        return redirect("reviews:conflicts")
    context = {"form": form, "conflict": conflict}
    return render(request, "reviews/conflict_end.html", context, status=status_of(form))


def _declare(request: SignedInRequest, form: DeclareForm) -> Conflict:
    said = form.cleaned_data
    return services.declare_conflict(
        district_id=said["district"].pk,
        person_id=said.get("person", request.user).pk,
        what=said["what"],
        key=said["key"],
        by=request.user,
        at=timezone.now(),
    )


def _end(request: SignedInRequest, pk: int, form: EndConflictForm) -> Conflict:
    because = form.cleaned_data["because"]
    return services.end_conflict(
        conflict_id=pk, because=because, by=request.user, at=timezone.now()
    )


def _said(user: User, said: dict) -> str:
    district, person = said["district"], said.get("person", user)
    if person == user:
        return (
            f"Your conflict of interest with {district} is on record. You take no part in its"
            " reviews, and the program manager hears of each plan that wants somebody else."
        )
    return (
        f"The conflict of interest of {person} with {district} is on record, and a letter goes to"
        f" {person}. What {person} had of its plans is to be assigned anew."
    )
