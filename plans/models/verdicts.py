"""What the Department makes of the answer to a required change: accepted, or asked again.

A change that is asked again keeps its number: its row says what is asked now, and a round keeps
what was asked and answered before (ADR 98).
"""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from districts.models.constraints import paired
from plans.models.acts import Act, digest_is_a_hash
from plans.models.plans import PlanEvent, PlanVersion
from plans.models.review import RequiredChange


class ChangeVerdict(Act):
    """A reviewer's word on one answer that was handed in. Rows are added, never changed.

    The last of a change holds. One that opens it again is not sent before the next return.
    """

    class Verdict(models.TextChoices):
        ACCEPTED = "accepted", "Accepted"
        REOPENED = "reopened", "Asked again"

    change = models.ForeignKey(RequiredChange, models.PROTECT, related_name="verdicts")
    number = models.PositiveSmallIntegerField(help_text="Counts the verdicts on the change.")
    submission = models.ForeignKey(
        PlanEvent, models.PROTECT, related_name="+", help_text="By which the answer had come in."
    )
    verdict = models.CharField(max_length=8, choices=Verdict)
    words = models.TextField(
        blank=True, help_text="What is still missing; none where it is accepted."
    )
    due_on = models.DateField(
        null=True, blank=True, help_text="15 business days after the return unless set."
    )
    key = models.UUIDField(unique=True, help_text="The same form sent twice is one verdict.")
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="changeverdict_unique_number", fields=["change", "number"]
            ),
            models.CheckConstraint(
                name="changeverdict_is_known", condition=Q(verdict__in=["accepted", "reopened"])
            ),
            models.CheckConstraint(
                name="changeverdict_reopened_says_why",
                condition=Q(verdict="reopened") ^ Q(words=""),
            ),
            models.CheckConstraint(
                name="changeverdict_due_only_if_reopened",
                condition=Q(verdict="reopened") | Q(due_on__isnull=True),
            ),
            paired("changeverdict", "given"),
            digest_is_a_hash("changeverdict"),
        ]
        triggers = [
            pgtrigger.Protect(name="immutable", operation=pgtrigger.Update | pgtrigger.Delete)
        ]


class ChangeRoundQuerySet(models.QuerySet["ChangeRound"]):
    def standing(self):
        """Those of which the return that asked again was not undone."""
        return self.filter(undone=None)


class ChangeRound(models.Model):
    """A round of a change that is over: what had been asked by which return, and its answer."""

    change = models.ForeignKey(RequiredChange, models.PROTECT, related_name="rounds")
    event = models.ForeignKey(
        PlanEvent, models.PROTECT, related_name="+", help_text="The return that had asked."
    )
    version = models.ForeignKey(
        PlanVersion, models.PROTECT, related_name="+", help_text="The one returned then."
    )
    due_on = models.DateField()
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    answer = models.TextField()
    answered_at = models.DateTimeField()
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    verdict = models.ForeignKey(
        ChangeVerdict, models.PROTECT, related_name="rounds", help_text="That opened it again."
    )
    again = models.ForeignKey(
        PlanEvent,
        models.PROTECT,
        related_name="rounds_ended",
        help_text="The return that asks again.",
    )
    undone = models.ForeignKey(
        PlanEvent,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The step that undid that return: the round goes on.",
    )

    objects = ChangeRoundQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="changeround_ends_once", fields=["change", "again"]),
            models.CheckConstraint(name="changeround_has_an_answer", condition=~Q(answer="")),
            paired("changeround", "asked"),
            paired("changeround", "answered"),
        ]
        triggers = [
            pgtrigger.ReadOnly(name="only_undone", exclude=["undone"]),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
        ]
