"""What moves a district's money between the years and beside its allocation: stated, never changed.

Rows of this app, written by the services of `progress` and `reviews`; `districts/reports/money.py`
has the arithmetic they are read by.
"""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from districts.models.constraints import paired
from districts.models.districts import District


class AdjustmentQuerySet(models.QuerySet["FundingAdjustment"]):
    def standing(self) -> "AdjustmentQuerySet":
        """Those that no later one has taken the place of."""
        return self.filter(superseded_at=None)


class FundingAdjustment(models.Model):
    """Whole US dollars of one district and fiscal year, with what brought it about.

    - carry forward (§ 10-262u(h)): the balance of `origin_year`, which opens in `fiscal_year`;
    - reduction (§ 10-262u(g)(2)): of a later year, for money spent out of compliance in
      `origin_year`; what cannot land in its year goes on to the next;
    - repayment (§ 10-262u(g)(1)): money that comes back to the State; it changes no balance;
    - withholding and release (§ 10-262u(f)): of what is authorized, paid or not paid.
    """

    class Kind(models.TextChoices):
        CARRY_FORWARD = "carry_forward", "Carried forward"
        REDUCTION = "reduction", "Reduction"
        REPAYMENT = "repayment", "Repayment"
        WITHHOLDING = "withholding", "Withheld"
        RELEASE = "release", "Released"

    district = models.ForeignKey(District, models.PROTECT, related_name="adjustments")
    fiscal_year = models.PositiveSmallIntegerField(help_text="In which it counts; its ending year.")
    origin_year = models.PositiveSmallIntegerField(help_text="Whose money it is about.")
    kind = models.CharField(max_length=13, choices=Kind)
    amount = models.BigIntegerField(help_text="Whole US dollars, never below 0.")
    reason = models.TextField(help_text="For people: what brought it about.")
    cause = models.CharField(
        max_length=80,
        help_text="What brought it about, for us: “expenditure/12”, “determination/7”.",
    )
    supersedes = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )
    superseded_at = models.DateTimeField(
        null=True, blank=True, help_text="When a correction took its place; empty while it counts."
    )
    posted_at = models.DateTimeField()
    posted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = AdjustmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="fundingadjustment_is_not_negative", condition=Q(amount__gte=0)
            ),
            models.CheckConstraint(
                name="fundingadjustment_kind_is_known",
                condition=Q(
                    kind__in=["carry_forward", "reduction", "repayment", "withholding", "release"]
                ),
            ),
            models.CheckConstraint(
                name="fundingadjustment_lands_when_it_may",
                condition=Q(kind="carry_forward", fiscal_year=F("origin_year") + 1)
                | Q(kind="reduction", fiscal_year__gt=F("origin_year"))
                | Q(kind="repayment", fiscal_year__gte=F("origin_year"))
                | Q(kind__in=["withholding", "release"], fiscal_year=F("origin_year")),
            ),
            models.CheckConstraint(
                name="fundingadjustment_gives_a_reason", condition=~Q(reason="") & ~Q(cause="")
            ),
            models.UniqueConstraint(
                name="fundingadjustment_one_carry_forward_a_year",
                fields=["district", "fiscal_year"],
                condition=Q(kind="carry_forward", superseded_at__isnull=True),
            ),
            paired("fundingadjustment", "posted"),
        ]
        triggers = [
            pgtrigger.ReadOnly(name="never_overwritten", exclude=["superseded_at"]),
            pgtrigger.Protect(
                name="superseded_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__superseded_at__isnull=False),
            ),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} FY{self.fiscal_year}: ${self.amount:,}"
