"""What was found in the files of a plan, beside its text: malware, and numbers like a student's."""

from django.db import models
from django.db.models import Q

from plans.models.content import Attachment
from plans.models.plans import Plan


class FileCheckQuerySet(models.QuerySet["FileCheck"]):
    def of_draft(self):
        """As the draft reads them: each with the lineage by which a text names its file."""
        return self.annotate(lineage=models.F("attachment__lineage"))


class FileCheck(models.Model):
    """What is in an attached file. Without a row nobody has looked into it yet.

    The file of an infected one is removed from the storage; its row in the plan stays, since a
    version may name it, and says so.
    """

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="file_checks")
    attachment = models.OneToOneField(Attachment, models.PROTECT, related_name="file_check")
    scanned_at = models.DateTimeField(null=True, blank=True, help_text="None: no scanner has.")
    malware = models.CharField(
        max_length=200, blank=True, help_text="As the scanner calls it; empty where there is none."
    )
    has_number = models.BooleanField(
        default=False, help_text="Whether one in it is written like a student's (R16)."
    )
    number_ends = models.CharField(
        max_length=4, blank=True, help_text="Its last four digits; empty for a Social Security one."
    )

    objects = FileCheckQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="filecheck_malware_was_found_by_a_scan",
                condition=Q(malware="") | Q(scanned_at__isnull=False),
            ),
        ]

    def __str__(self):
        return f"What is in {self.attachment}"
