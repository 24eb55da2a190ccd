"""Saving the view of a list under a name, and forgetting one."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from districts.requests import SignedInRequest
from plans.services import Blocked
from reviews import services
from reviews.models import SavedView
from reviews.permissions import may_read_reviews
from reviews.reports.views import views_of


@require_http_methods(["GET", "HEAD", "POST"])
def view_list(request: SignedInRequest, name: str) -> HttpResponse:
    """A person's views of a list, and a form that names the list as it showed."""
    if not may_read_reviews(request.user) or name not in SavedView.List.values:
        raise Http404
    if request.method == "POST":
        return _saved(request, name)
    context = {
        "title": SavedView.List(name).label,
        "address": address_of(name),
        "query": request.META.get("QUERY_STRING", ""),
        "views": views_of(request.user, name),
        "longest_name": SavedView.LONGEST_NAME,
    }
    return render(request, "reviews/saved_views.html", context)


def _saved(request: SignedInRequest, name: str) -> HttpResponse:
    """The list is shown again as it was."""
    query = request.POST.get("query", "").replace("\0", "")
    try:
        view = services.save_view(
            list_name=name,
            name=request.POST.get("name", ""),
            query=query,
            by=request.user,
            at=timezone.now(),
        )
    except Blocked as refusal:
        messages.error(request, " ".join(refusal.reasons))
    else:
        messages.success(request, f"This view is saved as “{view}”. Only you see it.")
    is_short = len(query) <= SavedView.LONGEST_QUERY
    return redirect(f"{address_of(name)}?{query}" if is_short else address_of(name))


@require_POST
def view_drop(request: SignedInRequest, pk: int) -> HttpResponse:
    view = SavedView.objects.filter(pk=pk, person=request.user).first()
    if view is None:
        raise Http404
    services.drop_view(view_id=pk, by=request.user, at=timezone.now())
    messages.success(request, f"The view “{view}” is removed.")
    return redirect("reviews:views", view.list)


def address_of(name: str) -> str:
    if name == SavedView.List.QUEUE:
        return reverse("reviews:queue")
    return reverse("reviews:dashboard_list", args=[name])
