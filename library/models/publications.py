"""What is public is rows that are added and never changed: the latest of a plan is what counts."""

from datetime import datetime

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery

from districts.models.constraints import paired
from plans.models import Act, Plan, PlanVersion, digest_is_a_hash
from reviews.models import Determination


class Why(models.TextChoices):
    """What was decided about a passage when the text was checked."""

    KEPT = "kept", "Leave it in view"
    PERSONAL_DATA = "personal_data", "Remove: personal data"
    SMALL_GROUP = "small_group", "Remove: a group small enough to know a student by"


class PublicationQuerySet(models.QuerySet["Publication"]):
    def latest(self):
        """Of each plan the last, whether or not it was taken back from view since."""
        later = self.model.objects.filter(plan=OuterRef("plan"), pk__gt=OuterRef("pk"))
        return self.filter(~Exists(later))

    def in_view(self):
        """What a stranger may read: never a version that the district recalled since."""
        standing = PlanVersion.objects.standing()
        of_plan = standing.filter(plan=OuterRef("plan")).order_by("-number").values("number")
        return (
            self.latest()
            .filter(taken_down=None, version__in=standing)
            .annotate(latest_number=Subquery(of_plan[:1]))
        )


class Publication(Act):
    """One version of a plan, put before the public by somebody who had checked it (§ 10-262v).

    A later version, the decision, or a correction is another publication.
    """

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="publications")
    version = models.ForeignKey(PlanVersion, models.PROTECT, related_name="publications")
    determination = models.ForeignKey(
        Determination,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Whose letter is public with it; none before there is one.",
    )
    passages = models.JSONField(
        default=list,
        blank=True,
        help_text="What was decided about passages: of each its text, and why it stays or is left"
        " out. The frozen text keeps them all.",
    )
    kept_back = models.JSONField(
        null=True,
        blank=True,
        help_text="Targets, by lineage, whose baseline is a number that the public is kept from"
        " elsewhere: in last year’s results, or in what was public of this plan before.",
    )
    reason = models.TextField(blank=True, help_text="Of a correction, or of coming back to view.")
    key = models.UUIDField(help_text="The same key twice is one act, answered twice.")
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = PublicationQuerySet.as_manager()

    latest_number: int  # of `in_view`: the plan's last version that is submitted
    came_at: datetime  # of the reports: when this version was submitted
    is_held: bool  # of the reports: whether its approval can still be called back

    class Meta:
        constraints = [
            models.UniqueConstraint(name="publication_key_is_used_once", fields=["plan", "key"]),
            paired("publication", "published"),
            digest_is_a_hash("publication"),
        ]
        triggers = [
            pgtrigger.Protect(name="immutable", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self):
        return f"publication {self.pk} of {self.version}"

    @property
    def removed(self) -> list[dict[str, str]]:
        """The passages that the public does not read."""
        return [each for each in self.passages if each["why"] != Why.KEPT]

    @property
    def down(self) -> "TakenDown | None":
        """When and why it was taken back from view, if it was."""
        return getattr(self, "taken_down", None)


class TakenDown(Act):
    """A publication taken back from view, with the reason. The public reads nothing of the plan."""

    publication = models.OneToOneField(
        Publication, models.PROTECT, primary_key=True, related_name="taken_down"
    )
    reason = models.TextField()
    key = models.UUIDField(help_text="The same key twice is one act, answered twice.")
    taken_at = models.DateTimeField()
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(name="takendown_says_why", condition=~Q(reason="")),
            paired("takendown", "taken"),
            digest_is_a_hash("takendown"),
        ]
        triggers = [
            pgtrigger.Protect(name="immutable", operation=pgtrigger.Update | pgtrigger.Delete)
        ]
