"""Which publication a PDF is of, by its hash, and whether the public still reads it so."""

from django.db.models import Exists, OuterRef, Subquery

from library.models import Publication, PublicationPdf
from plans.reports.filed import PublicCopy


def copies_of(sha256: str) -> list[PublicCopy]:
    """The earliest first. One query."""
    after = Publication.objects.filter(
        plan=OuterRef("publication__plan"), pk__gt=OuterRef("publication")
    )
    in_view = Publication.objects.in_view()
    found = (
        PublicationPdf.objects.filter(sha256=sha256)
        .annotate(
            anew_at=Subquery(after.order_by("pk").values("published_at")[:1]),
            is_current=Exists(in_view.filter(pk=OuterRef("publication"))),
            is_public=Exists(in_view.filter(plan=OuterRef("publication__plan"))),
        )
        .order_by("publication")
        .values_list(
            *("publication__plan__district__name", "publication__plan__district__slug"),
            *("publication__plan__cycle_id", "publication__version__number"),
            *("publication__published_at", "is_current", "is_public", "anew_at"),
        )
    )
    return [PublicCopy(*row) for row in found]
