"""A progress report as it reads, rendered once for each certified text (docs/adr/0009)."""

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from plans.documents.cache import get_or_make
from progress.documents import ProgressDocument
from progress.models import ProgressVersion
from progress.reading.labels import IMPLEMENTATION


def document_text(document: ProgressDocument, version: ProgressVersion | None) -> SafeString:
    """Its HTML; of a draft, which is another after each save, drawn each time."""
    if version is None:
        return _drawn(document)
    return get_or_make(
        f"progress-text/{version.schema}/{version.sha256}",
        made_from=version.sha256,
        make=lambda: _drawn(document),
    )


def _drawn(document: ProgressDocument) -> SafeString:
    context = {"document": document, "implementation": IMPLEMENTATION}
    return render_to_string("progress/_document.html", context)
