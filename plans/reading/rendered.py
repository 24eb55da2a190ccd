"""The text of plans as HTML, rendered once: of a version for good, of a draft until it changes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from plans.documents import Draft, PlanDocument, stored_document
from plans.documents.cache import get_or_make
from plans.models import PlanVersion
from plans.reading.document import DocumentSection, document_sections, reading_context


def version_sections(version: PlanVersion) -> list[DocumentSection]:
    """The sections of the text, each with its HTML.

    Kept by the text's own hash, and how it is to be read, so it is never another text's.
    `document` may be deferred: it is read only where nothing is kept.
    """
    return get_or_make(
        f"plan-text/{version.schema}/{version.sha256}",
        made_from=version.sha256,
        make=lambda: sections_of(stored_document(version)),
    )


def version_part(
    version: PlanVersion, template: str, context: Callable[[], dict[str, Any]]
) -> SafeString:
    """What a page draws of a version's document alone, rendered once."""
    return get_or_make(
        f"{template}/{version.schema}/{version.sha256}",
        made_from=version.sha256,
        make=lambda: render_to_string(template, context()),
    )


def draft_sections(draft: Draft) -> list[DocumentSection]:
    """The sections of a draft, each with its HTML, rendered once for each state of its text."""
    return get_or_make(
        f"draft-text/{draft.plan.pk}",
        made_from=draft.plan.stamp,
        make=lambda: sections_of(draft.document),
    )


def draft_part(
    draft: Draft, template: str, context: Callable[[], dict[str, Any]], *, on: date | None = None
) -> SafeString:
    """A long list of a draft's rows as its editor shows it, rendered once for each state of it.

    `context` is made of the document alone: the plan's own row may have been read before it. Where
    what is shown depends on the day, `on` is that.
    """
    return get_or_make(
        f"{template}/{draft.plan.pk}",
        made_from=f"{draft.plan.stamp}/{on}" if on else draft.plan.stamp,
        make=lambda: render_to_string(template, context()),
    )


def sections_of(document: PlanDocument) -> list[DocumentSection]:
    """The sections of any document, each with its HTML, rendered now."""
    context = reading_context(document)
    return [
        replace(section, body=render_to_string(section.template, context))
        for section in document_sections(document)
    ]
