"""A question of the Department about a plan, short of a return, and what was said to it (R40a).

Both are records: rows are added and never changed. Where a question stands is its last entry.
"""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q, Subquery

from districts.models.constraints import paired
from plans.models.acts import Act, digest_is_a_hash
from plans.models.anchors import Anchored
from plans.models.plans import Plan, PlanVersion

_IMMUTABLE = pgtrigger.Protect(name="immutable", operation=pgtrigger.Update | pgtrigger.Delete)


class QuestionQuerySet(models.QuerySet["Question"]):
    def with_standing(self):
        """With `stands` (what the last entry did), `last` (its number) and `due_on`."""
        entries = QuestionEntry.objects.filter(question=OuterRef("pk")).order_by("-number")
        asked = entries.filter(did=QuestionEntry.Did.ASKED)
        return self.annotate(
            stands=Subquery(entries.values("did")[:1]),
            last=Subquery(entries.values("number")[:1]),
            due_on=Subquery(asked.values("due_on")[:1]),
        )

    def waiting(self):
        """Those that the district has not answered; with their standing."""
        return self.with_standing().filter(stands=QuestionEntry.Did.ASKED)


class Question(Anchored):
    """What it is about, and its number; its words are its entries."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="questions")
    version = models.ForeignKey(
        PlanVersion, models.PROTECT, related_name="+", help_text="The one that was read."
    )
    number = models.PositiveSmallIntegerField(help_text="Counts all questions of the plan.")
    section = models.CharField(max_length=20)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="question_unique_number", fields=["plan", "number"]),
            models.CheckConstraint(name="question_names_its_section", condition=~Q(section="")),
        ]
        triggers = [_IMMUTABLE]


class QuestionEntryQuerySet(models.QuerySet["QuestionEntry"]):
    def waiting(self):
        """What was asked last of each question that the district has not answered."""
        last = (
            QuestionEntry.objects.filter(question=OuterRef("question"))
            .order_by("-number")
            .values("number")[:1]
        )
        return self.filter(did=QuestionEntry.Did.ASKED, number=Subquery(last))


class QuestionEntry(Act):
    """What was asked, answered, or that the Department asks no more."""

    class Did(models.TextChoices):
        ASKED = "asked", "Asked"
        ANSWERED = "answered", "Answered"
        CLOSED = "closed", "Closed"

    question = models.ForeignKey(Question, models.PROTECT, related_name="entries")
    number = models.PositiveSmallIntegerField(help_text="Counts the entries of the question.")
    did = models.CharField(max_length=8, choices=Did)
    text = models.TextField(blank=True, help_text="Empty where it was closed without a word.")
    due_on = models.DateField(
        null=True, blank=True, help_text="By when the answer is asked for; none of what is said."
    )
    key = models.UUIDField(unique=True, help_text="The same form sent twice is one entry.")
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = QuestionEntryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="questionentry_unique_number", fields=["question", "number"]
            ),
            models.CheckConstraint(
                name="questionentry_did_is_known",
                condition=Q(did__in=["asked", "answered", "closed"]),
            ),
            models.CheckConstraint(
                name="questionentry_says_something", condition=Q(did="closed") | ~Q(text="")
            ),
            models.CheckConstraint(
                name="questionentry_is_due_only_if_asked",
                condition=Q(did="asked", due_on__isnull=False)
                | (~Q(did="asked") & Q(due_on__isnull=True)),
            ),
            paired("questionentry", "written"),
            digest_is_a_hash("questionentry"),
        ]
        triggers = [_IMMUTABLE]
