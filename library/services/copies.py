"""The hash of each public PDF is kept as it is made, so that a copy is known again."""

from library.models import PublicationPdf


def keep(publication_id: int, sha256: str) -> None:
    """Called by what makes PDFs, before anybody can fetch the file; once for the same bytes."""
    kept = PublicationPdf(publication_id=publication_id, sha256=sha256)
    PublicationPdf.objects.bulk_create([kept], ignore_conflicts=True)
