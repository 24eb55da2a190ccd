"""The determination on a certified expenditure report: none, repay, or reduce a later year (R55).

Conn. Gen. Stat. § 10-262u(g). By budget line, with the evidence; one remedy for each dollar.
"""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from districts.models import Delegation
from districts.models.constraints import paired
from plans.models import Act, Plan, digest_is_a_hash
from progress.models import ExpenditureReport

_IMMUTABLE = pgtrigger.Protect(name="immutable", operation=pgtrigger.Update | pgtrigger.Delete)


class SpendingDetermination(Act):
    """What the Commissioner determined on one annual report. A corrected report has its own."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="spending_determinations")
    report = models.OneToOneField(ExpenditureReport, models.PROTECT, related_name="determination")
    lands_in = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="The fiscal year that a reduction lands in (R56)."
    )
    reasons = models.TextField()
    supersedes = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="superseded_by",
        help_text="The determination on the report that this one's report corrects.",
    )
    delegation = models.ForeignKey(
        Delegation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Set where a delegate decided in the Commissioner's name.",
    )
    letter = models.TextField(help_text="The letter to the district, as it left.")
    key = models.UUIDField(unique=True, help_text="The same key twice is one act, answered twice.")
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="spendingdetermination_gives_reasons", condition=~Q(reasons="")
            ),
            paired("spendingdetermination", "decided"),
            digest_is_a_hash("spendingdetermination"),
        ]
        triggers = [_IMMUTABLE]

    def __str__(self):
        return f"Determination on {self.report}"


class DeterminedLine(models.Model):
    """A line with money out of compliance, whole US dollars, and what becomes of it."""

    class Remedy(models.TextChoices):
        NONE = "none", "None"
        REPAY = "repay", "Repay"
        REDUCE = "reduce", "Reduce a later year"

    determination = models.ForeignKey(SpendingDetermination, models.PROTECT, related_name="lines")
    lineage = models.UUIDField(help_text="Of the line of the plan.")
    number = models.PositiveSmallIntegerField(help_text="In the plan it was measured against.")
    description = models.TextField(blank=True)
    expended = models.BigIntegerField(help_text="As the report says.")
    out_of_compliance = models.BigIntegerField()
    remedy = models.CharField(max_length=6, choices=Remedy)
    remedied = models.BigIntegerField(help_text="Repaid or reduced; each dollar once.")
    evidence = models.TextField(help_text="What shows that it was out of compliance.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="determinedline_once", fields=["determination", "lineage"]
            ),
            models.CheckConstraint(
                name="determinedline_is_within_what_was_spent",
                condition=Q(out_of_compliance__gt=0) & Q(out_of_compliance__lte=F("expended")),
            ),
            models.CheckConstraint(
                name="determinedline_remedies_each_dollar_once",
                condition=Q(remedied__gte=0) & Q(remedied__lte=F("out_of_compliance")),
            ),
            models.CheckConstraint(
                name="determinedline_remedy_and_amount_go_together",
                condition=Q(remedy="none", remedied=0)
                | Q(remedy__in=["repay", "reduce"], remedied__gt=0),
            ),
            models.CheckConstraint(
                name="determinedline_names_its_evidence", condition=~Q(evidence="")
            ),
        ]
        triggers = [_IMMUTABLE]
