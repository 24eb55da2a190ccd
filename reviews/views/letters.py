"""The ledger of letters, for the Department."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from districts.permissions import visible_letters
from notices.models import Notice
from notices.reports import failed_lately
from notices.services import NotDismissed, NotSentAgain
from reviews.permissions import may_read_reviews, may_send_again
from reviews.reports.letters import entry_of, ledger, letters
from reviews.services.letters import dismiss, send_again


@require_safe
def letter_list(request):
    if not may_read_reviews(request.user):
        raise PermissionDenied
    now = timezone.now()
    asked = {name: request.GET.get(name, "") for name in ("status", "kind", "district", "page")}
    context = {
        "now": now,
        "ledger": ledger(**asked, reader=request.user, words=request.GET.get("q", ""), at=now),
        "failed_lately": failed_lately(visible_letters(request.user), now),
    }
    return render(request, "reviews/letters_list.html", context)


@require_safe
def letter_detail(request, pk):
    notice = _readable(request.user, pk)
    context = {
        "notice": notice,
        "failed_tries": notice.failed_tries.order_by("tried_at", "pk"),
        "entry": entry_of(notice),
        "body": "" if notice.is_secret else notice.body,
        "may_see_to_it": notice.status == Notice.Status.FAILED and may_send_again(request.user),
    }
    return render(request, "reviews/letters_letter.html", context)


@require_POST
def letter_send_again(request, pk):
    notice = _readable(request.user, pk)
    try:
        again = send_again(notice_id=notice.pk, by=request.user, at=timezone.now())
    except NotSentAgain as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"The letter to {again.goes_to} is on its way again.")
    return redirect("reviews:letter", pk=notice.pk)


@require_POST
def letter_dismiss(request, pk):
    notice = _readable(request.user, pk)
    try:
        dismiss(notice_id=notice.pk, by=request.user, at=timezone.now())
    except NotDismissed as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Dismissed. This failure no longer counts.")
    return redirect("reviews:letter", pk=notice.pk)


def _readable(user, pk: int) -> Notice:
    if not may_read_reviews(user):
        raise Http404
    return get_object_or_404(
        letters(reader=user).select_related("to", "sent_again_by", "dismissed_by"), pk=pk
    )
