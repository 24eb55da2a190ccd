"""The life of a report on an approved plan, as a table. It touches no database.

    draft ──certify──▶ certified ──accept──▶ accepted
      ▲                    │  ▲                  │
      │                 return │certify          │
      │                    ▼  │                  │
      └───────────────  returned                 │
    certified or accepted ──supersede──▶ superseded, and a new report stands in its place

A report is closed for certification as a plan is for signature: closing freezes a version and
leaves the status alone; whoever certifies it is somebody else (R51).
"""

from django.db.models import TextChoices


class ReportStatus(TextChoices):
    DRAFT = "draft", "Draft"
    CERTIFIED = "certified", "Certified"
    RETURNED = "returned", "Returned"
    ACCEPTED = "accepted", "Accepted"
    SUPERSEDED = "superseded", "Superseded"


class ReportStep(TextChoices):
    CERTIFY = "certify", "Certify"
    ACCEPT = "accept", "Accept"
    RETURN = "return", "Return"
    SUPERSEDE = "supersede", "Correct"


SOURCES = {
    ReportStep.CERTIFY: {ReportStatus.DRAFT, ReportStatus.RETURNED},
    ReportStep.ACCEPT: {ReportStatus.CERTIFIED},
    ReportStep.RETURN: {ReportStatus.CERTIFIED},
    ReportStep.SUPERSEDE: {ReportStatus.CERTIFIED, ReportStatus.ACCEPTED},
}
TARGETS = {
    ReportStep.CERTIFY: ReportStatus.CERTIFIED,
    ReportStep.ACCEPT: ReportStatus.ACCEPTED,
    ReportStep.RETURN: ReportStatus.RETURNED,
    ReportStep.SUPERSEDE: ReportStatus.SUPERSEDED,
}
WITH_REASON = frozenset({ReportStep.RETURN, ReportStep.SUPERSEDE})

EDITABLE = frozenset({ReportStatus.DRAFT, ReportStatus.RETURNED})
FILED = frozenset({ReportStatus.CERTIFIED, ReportStatus.ACCEPTED})  # it counts: its figures hold
IN_FORCE = frozenset(set(ReportStatus) - {ReportStatus.SUPERSEDED})
