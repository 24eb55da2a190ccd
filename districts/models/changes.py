"""Changes of the roster's money, designations and standing: who asked, who agreed, and what for."""

from collections.abc import Collection

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from districts.models.constraints import paired
from notices.models import About

WAITS = Q(needs_second=True, confirmed_at=None, refused_at=None)


class RosterChangeQuerySet(models.QuerySet["RosterChange"]):
    def waiting(self):
        """Those that a second person has still to confirm or refuse."""
        return self.filter(WAITS)

    def waiting_first(self):
        """What waits, then the latest first."""
        return self.annotate(waits=WAITS).order_by("-waits", "-pk")

    def with_fiscal_year(self):
        """With `fiscal_year`, of those that are of one year's money."""
        return self.annotate(fiscal_year=F("asked__fiscal_year"))

    def of_year(self, fiscal_year):
        """Those of the year's money, and those of designations and standing, of whatever years."""
        is_of_one_year = Q(asked__has_key="fiscal_year")
        return self.filter(Q(asked__fiscal_year=fiscal_year) | ~is_of_one_year)

    def about(self, district):
        """Those of one district, of which a file may hold many."""
        return self.concerning([district.pk])

    def concerning(self, district_ids: Collection[int]):
        """Those of any of these districts."""
        found = Q(district__in=district_ids)
        for pk in district_ids:
            found |= Q(districts_in_file__contains=[pk])
        return self.filter(found)

    def in_effect(self):
        return self.filter(Q(needs_second=False) | Q(confirmed_at__isnull=False))


class RosterChange(models.Model):
    """One act on money, designations or standing. It is kept for ever, refused ones too.

    Where it touches a plan that is filed or decided, and for every uploaded file, it takes effect
    only once a second person of the Department has confirmed it.
    """

    class Kind(models.TextChoices):
        ALLOCATION = "allocation", "Allocation"
        DESIGNATION = "designation", "Designation"
        RETIREMENT = "retirement", "District retired"
        RESTORATION = "restoration", "District restored"
        FILE = "file", "Roster file"

    kind = models.CharField(max_length=11, choices=Kind)
    district = models.ForeignKey(
        "districts.District",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="changes",
        help_text="Empty for a file, which is about many.",
    )
    districts_in_file = models.JSONField(default=list, blank=True)
    asked = models.JSONField(help_text="What is to be stated, and what it replaces.")
    summary = models.JSONField(help_text="The change in words, a line each: old → new.")
    totals = models.JSONField(
        default=dict, blank=True, help_text="Of a file: sums before and after, and what it counts."
    )
    lines_of = models.JSONField(
        default=dict,
        blank=True,
        help_text="Of a file: its lines by the key of each district, which outlives its code.",
    )
    touches = models.JSONField(
        default=list, blank=True, help_text="Filed or decided plans that are concerned, in words."
    )
    reason = models.TextField(blank=True)
    source = models.CharField(max_length=300, blank=True)
    source_on = models.DateField(null=True, blank=True, help_text="The date of the source.")
    needs_second = models.BooleanField()
    asked_at = models.DateTimeField()
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    run_as = models.CharField(
        max_length=150, blank=True, help_text="Who ran the command, where nobody was signed in."
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    refused_at = models.DateTimeField(null=True, blank=True)
    refused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    refusal = models.TextField(blank=True, help_text="Why it was refused or taken back.")

    objects = RosterChangeQuerySet.as_manager()
    asked_again = False  # kept nowhere: set on what a second asking found waiting already

    class Meta:
        constraints = [
            paired("rosterchange", "confirmed"),
            paired("rosterchange", "refused"),
            models.CheckConstraint(
                name="rosterchange_kind_is_known",
                condition=Q(
                    kind__in=["allocation", "designation", "retirement", "restoration", "file"]
                ),
            ),
            models.CheckConstraint(
                name="rosterchange_says_who_asked",
                condition=Q(proposed_by__isnull=False, run_as="")
                | Q(proposed_by__isnull=True) & ~Q(run_as=""),
            ),
            models.CheckConstraint(
                name="rosterchange_is_confirmed_by_another",
                condition=Q(confirmed_by__isnull=True)
                | Q(needs_second=True) & ~Q(confirmed_by=F("proposed_by")),
            ),
            models.CheckConstraint(
                name="rosterchange_is_not_both_confirmed_and_refused",
                condition=Q(confirmed_at__isnull=True) | Q(refused_at__isnull=True),
            ),
            models.CheckConstraint(
                name="rosterchange_refusal_says_why",
                condition=Q(refused_at__isnull=True) | ~Q(refusal=""),
            ),
            models.CheckConstraint(
                name="rosterchange_of_a_plan_on_record_has_a_reason",
                condition=Q(touches=[]) | ~Q(reason=""),
            ),
            models.CheckConstraint(
                name="rosterchange_is_about_a_district_or_a_file",
                condition=Q(kind="file", district__isnull=True)
                | ~Q(kind="file") & Q(district__isnull=False),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="what_was_asked_stays",
                exclude=["confirmed_at", "confirmed_by", "refused_at", "refused_by", "refusal"],
            ),
            pgtrigger.Protect(
                name="settled_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__needs_second=False)
                | pgtrigger.Q(old__confirmed_at__isnull=False)
                | pgtrigger.Q(old__refused_at__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}, {self.asked_at:%Y-%m-%d}"

    def get_absolute_url(self):
        return reverse("districts:change", args=[self.pk])

    @property
    def about(self) -> About:
        """What letters about this change name as their subject matter."""
        return About("roster", about_id=self.pk)

    @property
    def concerns(self) -> frozenset[int]:
        """The districts it is about: one, or those of its file."""
        return frozenset([self.district_id] if self.district_id else self.districts_in_file)

    @property
    def is_waiting(self) -> bool:
        return self.needs_second and self.confirmed_at is None and self.refused_at is None
