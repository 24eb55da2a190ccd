"""Writing a comment on a section."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from districts.requests import SignedInRequest, status_of
from plans.forms.attempts import attempt
from plans.workflow import OPEN_TO_COMMENTS
from reviews import services
from reviews.forms import CommentForm
from reviews.permissions import may_comment
from reviews.views.access import packet_or_404


@require_http_methods(["GET", "HEAD", "POST"])
def plan_comment(request: SignedInRequest, slug: str, fiscal_year: int) -> HttpResponse:
    packet = packet_or_404(request, slug, fiscal_year)
    now = timezone.now()
    if not may_comment(request.user, packet.plan):
        raise PermissionDenied
    if request.method != "POST" and packet.plan.status not in OPEN_TO_COMMENTS:
        return redirect("reviews:plan", slug, fiscal_year)
    form = CommentForm(request.POST or None, initial={"section": request.GET.get("section", "")})
    if (
        request.method == "POST"
        and form.is_valid()
        and attempt(
            form,
            lambda: services.comment(
                plan_id=packet.plan.pk, by=request.user, at=now, **form.cleaned_data
            ),
        )
    ):
        messages.success(request, "Your comment is saved.")
        page = reverse("reviews:plan", args=[slug, fiscal_year])
        return redirect(f"{page}#{form.cleaned_data['section']}")
    context = {"packet": packet, "plan": packet.plan, "form": form}
    return render(request, "reviews/plan_comment.html", context, status=status_of(form))
