"""The version of each expenditure report that was certified last: its figures hold.

They hold while the report is returned, and while a correction of it is written, until another
version is certified. So a figure is read from what was certified, and never from rows.
"""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from districts.statements import Statement
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


def certified_last(plan_id: int, period: str) -> ExpenditureVersion | None:
    """The version in force of a plan's period; its text is read when it is asked for. One query."""
    return next(iter(LAST.ask_for(ExpenditureVersion, plan_id, period)), None)


def _last(plan_id: int, period: str) -> QuerySet[ExpenditureVersion, dict[str, Any]]:
    columns = [each.attname for each in ExpenditureVersion._meta.concrete_fields]
    versions = in_force().filter(report__plan=plan_id, report__period=period)
    return versions.values(*(name for name in columns if name != "document"))


LAST = Statement(_last, -1, "any period")
