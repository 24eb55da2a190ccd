"""The example wordings of required changes: all of the Department read them, managers keep them."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from districts.requests import SignedInRequest, status_of
from plans.forms.attempts import attempt
from plans.sections import SECTIONS
from reviews import services
from reviews.forms import WordingForm
from reviews.models import Wording
from reviews.permissions import may_keep_wordings, may_read_reviews
from reviews.reports.wordings import wording_in_use, wordings_in_use

KEEPERS = "Program managers keep the example wordings."


@require_http_methods(["GET", "HEAD", "POST"])
def wording_list(request: SignedInRequest) -> HttpResponse:
    if not may_read_reviews(request.user):
        raise PermissionDenied
    keeps = may_keep_wordings(request.user)
    if request.method == "POST" and not keeps:
        raise PermissionDenied(KEEPERS)
    form = WordingForm(request.POST or None, initial={"version": 0})
    if form.is_bound and form.is_valid() and attempt(form, lambda: _add(request, form)):
        messages.success(request, f"“{form.cleaned_data['name']}” is in the list.")
        return redirect("reviews:wordings")
    context = {
        "wordings": [(one, section_of(one)) for one in wordings_in_use()],
        "form": form if keeps else None,
    }
    return render(request, "reviews/wordings.html", context, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
def wording(request: SignedInRequest, pk: int) -> HttpResponse:
    """One of them, to be mended or retired."""
    if not may_read_reviews(request.user):
        raise PermissionDenied
    if not may_keep_wordings(request.user):
        raise PermissionDenied(KEEPERS)
    found = wording_in_use(pk)
    if found is None:
        raise Http404
    filled = {name: getattr(found, name) for name in ("version", "name", "section", "text")}
    form = WordingForm(request.POST or None, initial=filled)
    if form.is_bound and form.is_valid() and attempt(form, lambda: _save(request, pk, form)):
        done = "retired" if "retire" in request.POST else "saved"
        messages.success(request, f"“{found.name}” is {done}.")
        return redirect("reviews:wordings")
    context = {"wording": found, "form": form}
    return render(request, "reviews/wording.html", context, status=status_of(form))


def section_of(one: Wording) -> str:
    return SECTIONS[one.section].title if one.section in SECTIONS else "Any section"  # type: ignore[index]


def _add(request: SignedInRequest, form: WordingForm) -> Wording:
    return services.add_wording(**_said(form), by=request.user, at=timezone.now())


def _save(request: SignedInRequest, pk: int, form: WordingForm) -> Wording:
    act: dict[str, Any] = {"wording_id": pk, "version": form.cleaned_data["version"]}
    act |= {"by": request.user, "at": timezone.now()}
    if "retire" in request.POST:
        return services.retire_wording(**act)
    return services.save_wording(**act, **_said(form))


def _said(form: WordingForm) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in ("name", "section", "text")}
