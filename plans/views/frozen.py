"""The text of frozen versions as HTML: rendered once for each hash, for no version ever changes."""

from dataclasses import replace
from functools import cache as once
from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string

from districts.templatetags import alliance
from plans import reports
from plans.documents import thaw
from plans.documents.kept import digest_of, kept
from plans.models import PlanVersion
from plans.reports import DocumentSection, document_sections, reading_context


def frozen_sections(version: PlanVersion) -> list[DocumentSection]:
    """The sections of the text, each with its HTML.

    Kept by the text's own hash, so it is never another text's. `document` may be deferred: it is
    read only where nothing is kept.
    """
    return kept(
        f"plan-text/{version.sha256}", made_from=_renderer(), make=lambda: _rendered(version)
    )


def _rendered(version: PlanVersion) -> list[DocumentSection]:
    context = reading_context(thaw(version.document))
    return [
        replace(section, body=render_to_string(section.template, context))
        for section in document_sections()
    ]


@once
def _renderer() -> str:
    """What the text is rendered with: another release renders it again."""
    templates = sorted(Path(settings.BASE_DIR, "templates", "plans", "document").glob("*.html"))
    return digest_of([*templates, Path(reports.__file__), Path(alliance.__file__)])
