"""The version of each expenditure report that was certified last: its figures hold.

They hold while the report is returned, and while a correction of it is written, until another
version is certified. So a figure is read from what was certified, and never from rows.
"""

from django.db.models import Exists, OuterRef, QuerySet

from progress.models import ExpenditureSignature, ExpenditureVersion


def certified_versions() -> QuerySet[ExpenditureVersion]:
    """Every version that was certified; of one plan and period the last of them is in force."""
    signed = ExpenditureSignature.objects.filter(version=OuterRef("pk"))
    return ExpenditureVersion.objects.filter(Exists(signed))


def in_force() -> QuerySet[ExpenditureVersion]:
    """Of each plan and period the version certified last; versions are numbered by their row."""
    later = certified_versions().filter(
        report__plan=OuterRef("report__plan"),
        report__period=OuterRef("report__period"),
        pk__gt=OuterRef("pk"),
    )
    return certified_versions().exclude(Exists(later))
