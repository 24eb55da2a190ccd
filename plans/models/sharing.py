"""A draft that its district shares with a liaison at the Department, and what the liaison says."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from districts.models.constraints import in_order, paired
from plans.models.acts import Act, digest_is_a_hash
from plans.models.plans import Plan


class DraftShareQuerySet(models.QuerySet["DraftShare"]):
    def current(self):
        return self.filter(ended_at=None)


class DraftShare(models.Model):
    """That one person of the Department may read the draft, until the district ends it (R59).

    Shared again later, it is another row: who could read, and when, stays on record.
    """

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="shares")
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    shared_at = models.DateTimeField()
    shared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = DraftShareQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="draftshare_one_with_each_reader",
                fields=["plan", "reader"],
                condition=Q(ended_at=None),
            ),
            paired("draftshare", "shared"),
            paired("draftshare", "ended"),
            in_order("draftshare", "shared_at", "ended_at"),
        ]
        triggers = [
            pgtrigger.ReadOnly(name="only_ended", exclude=["ended_at", "ended_by"]),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
        ]


class DraftComment(Act):
    """What a liaison says of a section of the draft: help, and no part of what is signed."""

    share = models.ForeignKey(DraftShare, models.PROTECT, related_name="comments")
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="draft_comments")
    section = models.CharField(max_length=20)
    text = models.TextField()
    key = models.UUIDField(unique=True, help_text="The same form sent twice is one comment.")
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(name="draftcomment_says_something", condition=~Q(text="")),
            paired("draftcomment", "written"),
            paired("draftcomment", "done"),
            digest_is_a_hash("draftcomment"),
        ]
        triggers = [
            pgtrigger.ReadOnly(name="only_done", exclude=["done_at", "done_by"]),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
        ]
