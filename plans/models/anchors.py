"""Where in a plan's text something is asked: its section, and there perhaps a row or a field.

A row is known by its lineage, so it is found again in every version, or is found to be gone.
"""

from django.db import models


class Anchored(models.Model):
    """A former release that runs on these tables names none of the columns: the whole section."""

    row_kind = models.CharField(
        max_length=20, blank=True, default="", db_default="", help_text="Empty: the whole section."
    )
    row = models.CharField(
        max_length=36,
        blank=True,
        default="",
        db_default="",
        help_text="Its lineage; empty of what a section has once.",
    )
    field = models.CharField(
        max_length=60, blank=True, default="", db_default="", help_text="Empty: the whole row."
    )
    place = models.CharField(
        max_length=300,
        blank=True,
        default="",
        db_default="",
        help_text="What row and field were called in the version that was read.",
    )

    class Meta:
        abstract = True
