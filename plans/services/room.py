"""How many files a plan takes, and how much together: one plan cannot fill the disk of all."""

from django.db.models import Count, Sum

from plans.models import Attachment, Plan

MOST_FILES = 40
MOST_BYTES = 100 * 1024 * 1024


class NoRoom(Exception):
    """The plan has its files already. The message is fit to show a user."""


def refuse_without_room(plan: Plan, *, size: int) -> None:
    """Asked under the plan's lock, so that two who add at once do not both find the last place.

    Raises:
        NoRoom: with this file there would be too many, or they would be too large together.
    """
    held = Attachment.objects.filter(plan=plan, removed_at=None).aggregate(
        files=Count("pk"), size=Sum("size", default=0)
    )
    if held["files"] >= MOST_FILES:
        raise NoRoom(
            f"This plan has {held['files']} files, and {MOST_FILES} is the most it takes. Take one"
            " out that is no longer needed, or put several into one."
        )
    if held["size"] + size > MOST_BYTES:
        left = max(MOST_BYTES - held["size"], 0) / 1024 / 1024
        raise NoRoom(
            f"The files of a plan take up to {MOST_BYTES // 1024 // 1024} MB together, and"
            f" {left:.1f} MB are left. Make this one smaller, or take another out."
        )
