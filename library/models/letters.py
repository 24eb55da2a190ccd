"""Which letter tells of which publication."""

from django.db import models

from library.models.publications import Publication
from notices.models import Notice


class PublicationLetter(models.Model):
    """What brought a letter about, as `PlanLetter` says of a plan's steps."""

    notice = models.OneToOneField(Notice, models.CASCADE, primary_key=True, related_name="+")
    publication = models.ForeignKey(
        Publication,
        models.PROTECT,
        related_name="letters",
        help_text="That it tells of, or tells was taken back from view.",
    )

    def __str__(self):
        return f"{self.notice_id}"
