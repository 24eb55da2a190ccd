"""Writing a comment on a section."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from districts.requests import SignedInRequest, status_of
from plans.forms.attempts import attempt
from plans.models import Comment
from plans.workflow import OPEN_TO_COMMENTS
from reviews import services
from reviews.forms import CommentForm
from reviews.permissions import may_comment
from reviews.reading.rows import rows_in
from reviews.views.access import packet_or_404
from reviews.views.rating_page import ALL, PLACES, url_of


@require_http_methods(["GET", "HEAD", "POST"])
def plan_comment(request: SignedInRequest, slug: str, fiscal_year: int) -> HttpResponse:
    packet = packet_or_404(request, slug, fiscal_year)
    now = timezone.now()
    if not may_comment(request.user, packet.plan):
        raise PermissionDenied
    if request.method != "POST" and packet.plan.status not in OPEN_TO_COMMENTS:
        return redirect("reviews:plan", slug, fiscal_year)
    sent_from = request.POST.get("from", "")  # the screen of a section
    form = CommentForm(
        request.POST or None,
        initial={"section": request.GET.get("section", "")},
        rows=rows_in(packet.document) if "about" in request.POST else (),
    )
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
        if sent_from in PLACES:
            return redirect(f"{url_of(packet.plan, sent_from)}#comments")
        page = reverse("reviews:plan", args=[slug, fiscal_year])
        return redirect(f"{page}#{form.cleaned_data['section']}")
    context = {"packet": packet, "plan": packet.plan, "form": form, "sent_from": sent_from}
    return render(request, "reviews/plan_comment.html", context, status=status_of(form))


@require_POST
def comment_resolve(
    request: SignedInRequest, slug: str, fiscal_year: int, comment_id: int
) -> HttpResponse:
    plan = packet_or_404(request, slug, fiscal_year).plan
    is_resolved = request.POST.get("resolved") != "no"
    try:
        services.resolve_comment(
            plan_id=plan.pk,
            comment_id=comment_id,
            is_resolved=is_resolved,
            by=request.user,
            at=timezone.now(),
        )
    except Comment.DoesNotExist:
        raise Http404 from None
    messages.success(
        request, "The comment is resolved." if is_resolved else "The comment is open again."
    )
    here = request.POST.get("from", "")
    return redirect(f"{url_of(plan, here if here in PLACES else ALL)}#comments")
