"""The PDFs that were made of a plan's versions, each with its hash: by it a file is known again."""

import pgtrigger
from django.db import models
from django.db.models import Q

from plans.models.plans import PlanVersion


class VersionPdf(models.Model):
    """A PDF of a version. A release that sets type otherwise makes another; none is forgotten.

    Somebody may hold a file that an earlier release made, and ask whether it is what was filed.
    """

    version = models.ForeignKey(PlanVersion, models.PROTECT, related_name="pdfs")
    look = models.CharField(max_length=64, help_text="Hash of what set its type.")
    file = models.FileField(upload_to="pdf/%Y/")
    size = models.PositiveIntegerField(help_text="Bytes.")
    sha256 = models.CharField(max_length=64, help_text="Of the file.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="versionpdf_sha256_is_a_hash", condition=Q(sha256__regex=r"^[0-9a-f]{64}$")
            ),
        ]
        indexes = [models.Index(name="versionpdf_by_hash", fields=["sha256"])]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self):
        return f"PDF of {self.version}"
