"""The words of decision letters, version by version, and each letter as it was frozen."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from districts.models.constraints import paired
from plans.models import Plan, PlanEvent, WithholdingCorrection
from reviews.models.default_letters import LetterKind
from reviews.models.reviewing import Determination

IMMUTABLE = pgtrigger.Protect(name="immutable", operation=pgtrigger.Update | pgtrigger.Delete)


class LetterTemplate(models.Model):
    """One version of the words of a kind of letter. To change them is to write the next version."""

    kind = models.CharField(max_length=21, choices=LetterKind)
    number = models.PositiveSmallIntegerField(help_text="Counts the versions of the kind.")
    text = models.TextField(help_text="With names in braces, which the letter puts in.")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(name="lettertemplate_unique_number", fields=["kind", "number"]),
            models.CheckConstraint(
                name="lettertemplate_says_something", condition=~Q(text="") & Q(number__gte=1)
            ),
            paired("lettertemplate", "made"),
        ]
        triggers = [IMMUTABLE]


class DecisionLetter(models.Model):
    """A decision letter as it left, with what it was written from. It never changes.

    Letters from before this was kept have none.
    """

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="decision_letters")
    kind = models.CharField(max_length=21, choices=LetterKind)
    template = models.ForeignKey(
        LetterTemplate,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="letters",
        help_text="Empty: the words that Alliance comes with.",
    )
    text = models.TextField()
    sha256 = models.CharField(max_length=64)
    event = models.OneToOneField(
        PlanEvent,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="decision_letter",
        help_text="The return, the withholding or the release that it tells of.",
    )
    determination = models.OneToOneField(
        Determination,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="frozen_letter",
        help_text="The approval, or its correction.",
    )
    correction = models.OneToOneField(
        WithholdingCorrection,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="frozen_letter",
        help_text="The correction of a withholding.",
    )
    frozen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="decisionletter_tells_of_one_thing",
                condition=Q(event__isnull=False, determination=None, correction=None)
                | Q(event=None, determination__isnull=False, correction=None)
                | Q(event=None, determination=None, correction__isnull=False),
            ),
            models.CheckConstraint(name="decisionletter_says_something", condition=~Q(text="")),
            models.CheckConstraint(
                name="decisionletter_sha256_is_a_hash",
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"),
            ),
        ]
        triggers = [IMMUTABLE]

    @property
    def written_from(self) -> str:
        """The version of the words that it was written from."""
        kind = LetterKind(self.kind).label.lower()
        if self.template is None:
            return f"the words of “{kind}” that Alliance comes with"
        return f"version {self.template.number} of the words of “{kind}”"
