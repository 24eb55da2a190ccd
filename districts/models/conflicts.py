"""Conflicts of interest between a person of the Department and a district (R37).

The Department's own record: no page, letter or file of a district's shows it. Rows of this app,
since a person's standing rests on them, written by the services of `reviews`.
"""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q

from districts.models.constraints import in_order, paired
from districts.models.districts import District


class ConflictQuerySet(models.QuerySet["Conflict"]):
    def in_force(self):
        return self.filter(ended_at=None)

    def between(self, person: str, district: str):
        """Those in force between the person and the district of a row of another query."""
        return self.in_force().filter(person=OuterRef(person), district=OuterRef(district))


class Conflict(models.Model):
    """Why somebody takes no part in the reviews of a district, from a moment until it is ended.

    Declared again later, it is another row: who had one, and when, stays on record.
    """

    district = models.ForeignKey(District, models.PROTECT, related_name="conflicts")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="conflicts")
    what = models.TextField(help_text="In a sentence, for the Department alone.")
    key = models.UUIDField(unique=True, help_text="The same form sent twice is one declaration.")
    declared_at = models.DateTimeField()
    declared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        help_text="The person, or a program manager who recorded it.",
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_because = models.TextField(blank=True)

    objects = ConflictQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="conflict_is_in_force_once",
                fields=["person", "district"],
                condition=Q(ended_at=None),
            ),
            models.CheckConstraint(name="conflict_says_what", condition=~Q(what="")),
            models.CheckConstraint(
                name="conflict_ended_says_why",
                condition=Q(ended_at=None, ended_because="")
                | Q(ended_at__isnull=False) & ~Q(ended_because=""),
            ),
            paired("conflict", "declared"),
            paired("conflict", "ended"),
            in_order("conflict", "declared_at", "ended_at"),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="only_ended", exclude=["ended_at", "ended_by", "ended_because"]
            ),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
        ]
