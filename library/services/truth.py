"""Whether a letter about what is public is still true, as it leaves."""

from collections.abc import Callable
from datetime import datetime

from library.models import Publication, PublicationLetter
from notices.models import Notice


def why_not(notice: Notice, *, at: datetime) -> str:
    """Why the letter is to stay here after all; empty if it may leave. Whom it is for, and that
    their role has not ended, `plans.services.truth` knows."""
    check = CHECKS.get(notice.kind)
    cause = check and PublicationLetter.objects.filter(notice=notice).first()
    return check(cause.publication) if check and cause else ""


def _published(told_of: Publication) -> str:
    if _was_published_again(told_of):
        return "The plan was published anew since."
    if not Publication.objects.in_view().filter(pk=told_of.pk).exists():
        return "The public no longer reads it."
    return ""


def _taken_down(told_of: Publication) -> str:
    return "The plan is public again." if _was_published_again(told_of) else ""


def _was_published_again(told_of: Publication) -> bool:
    return Publication.objects.filter(plan=told_of.plan_id, pk__gt=told_of.pk).exists()


CHECKS: dict[str, Callable[[Publication], str]] = {
    "plan_published": _published,
    "plan_taken_down": _taken_down,
}
