"""What was filed, or is a public copy of it, by the hash of its text or of a PDF: all that a
stranger may ask.
"""

from dataclasses import dataclass
from datetime import datetime
from importlib import import_module

from django.conf import settings

from plans.models import PlanEvent, PlanVersion, RevisionEvent, VersionPdf
from plans.revision_workflow import TAKES_EFFECT


@dataclass(frozen=True)
class Filed:
    """A version that was handed in and not taken back, or that a revision put in force."""

    district: str
    fiscal_year: int
    number: int
    at: datetime  # when it was submitted; of a revision, when it was put in force
    is_revision: bool
    is_pdf: bool  # the hash is that of a PDF, and not of the text itself


@dataclass(frozen=True)
class PublicCopy:
    """The PDF of a version as the Department made it public, without what was removed of it."""

    district: str
    slug: str
    fiscal_year: int
    number: int
    at: datetime  # when it was published
    is_current: bool  # it is what the public reads now
    is_public: bool  # the public reads something of this plan now
    anew_at: datetime | None  # when the plan was next published


def public_copies(sha256: str) -> list[PublicCopy]:
    """What the apps above know of this hash."""
    modules = map(import_module, settings.KNOWN_COPIES)
    return [copy for module in modules for copy in module.copies_of(sha256)]


def filed_as(sha256: str) -> list[Filed]:
    """Each version that has this hash, the earliest first; nothing of one that was not filed.

    A text that was closed twice, unchanged, is two versions. Four queries at most.
    """
    pdfs = VersionPdf.objects.filter(sha256=sha256).values_list("version_id", flat=True)
    of_pdf = set(pdfs)
    texts = PlanVersion.objects.filter(sha256=sha256).values_list("pk", flat=True)
    versions = of_pdf | set(texts)
    if not versions:
        return []
    named = ("version__plan__district__name", "version__plan__cycle_id", "version__number")
    submitted = PlanEvent.objects.submissions().filter(version__in=versions)
    revised = RevisionEvent.objects.filter(version__in=versions, step__in=sorted(TAKES_EFFECT))
    found = [
        Filed(district, year, number, at, is_revision=is_revision, is_pdf=pk in of_pdf)
        for is_revision, events in ((False, submitted), (True, revised))
        for pk, district, year, number, at in events.values_list("version", *named, "taken_at")
    ]
    return sorted(found, key=lambda filed: filed.at)
