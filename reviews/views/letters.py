"""The ledger of letters, for the Department."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from districts.calendar import EASTERN
from districts.permissions import visible_letters
from districts.words import NONE, eastern
from notices.models import Notice
from notices.reports import failed_lately
from notices.services import NotDismissed, NotSentAgain
from reviews.permissions import may_read_reviews, may_send_again
from reviews.reports.letters import SCHEDULED, Ledger, Wanted, ledger, letters
from reviews.services.letters import dismiss, send_again
from reviews.words import KINDS_OF_LETTER, letter_label


@dataclass(frozen=True)
class Tab:
    label: str
    count: int | None
    query: str
    is_current: bool


@require_safe
def letter_list(request):
    if not may_read_reviews(request.user):
        raise PermissionDenied
    now = timezone.now()
    asked = {name: request.GET.get(name, "") for name in ("status", "kind", "district", "page")}
    found = ledger(**asked, reader=request.user, words=request.GET.get("q", ""), at=now)
    context = {
        "now": now,
        "ledger": found,
        "tabs": _tabs(found),
        "kinds": KINDS_OF_LETTER.items(),
        "query": _query(found.wanted),
        "entries": [_in_words(letter) for letter in found.letters],
        "failed_lately": failed_lately(visible_letters(request.user), now),
    }
    return render(request, "reviews/letters_list.html", context)


def _tabs(found: Ledger) -> list[Tab]:
    statuses = [
        ("", "All", sum(found.counts.values())),
        (SCHEDULED, "Scheduled", found.coming),
        *((one.value, one.label, found.counts.get(one, 0)) for one in Notice.Status),
    ]
    return [
        Tab(label, count, _query(found.wanted, status=status), status == found.wanted.status)
        for status, label, count in statuses
    ]


def _query(wanted: Wanted, **other: str) -> str:
    asked = {
        "status": wanted.status,
        "kind": wanted.kind,
        "district": wanted.district,
        "q": wanted.words,
    } | other
    return urlencode({name: value for name, value in asked.items() if value})


def _in_words(letter: Any) -> dict[str, Any]:
    """A letter as a row of the ledger says it; it has the name of the district it is about."""
    leaves_at = letter.leaves_at.astimezone(EASTERN)
    half = "am" if leaves_at.hour < 12 else "pm"
    return {
        "notice": letter,
        "kind": _kind(letter),
        "day": f"{leaves_at:%b} {leaves_at.day}, {leaves_at.year}",
        "time": f"{leaves_at.hour % 12 or 12}:{leaves_at:%M} {half}",
        "to": ", ".join(filter(None, (letter.to.name, letter.district_name))),
        "label": letter_label(letter),
        "proof": _proof(letter) or NONE,
    }


def _kind(letter: Notice) -> str:
    return KINDS_OF_LETTER.get(letter.kind, letter.kind)


def _proof(letter: Notice) -> str:
    if letter.status == Notice.Status.SENT:
        return f"Accepted {eastern(letter.sent_at)}: {letter.outcome}"
    if letter.status == Notice.Status.WAITING and letter.attempts:
        times = "once" if letter.attempts == 1 else f"{letter.attempts} times"
        return f"Tried {times}. {letter.outcome}. Next try {eastern(letter.next_try_at)}"
    return letter.outcome


@require_safe
def letter_detail(request, pk):
    notice = _readable(request.user, pk)
    context = {
        "notice": notice,
        "failed_tries": notice.failed_tries.order_by("tried_at", "pk"),
        "label": letter_label(notice),
        "kind": _kind(notice),
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
