"""The text of plans as HTML, rendered once: of a version for good, of a draft until it changes."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache as once
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from districts.templatetags import alliance
from plans import reports
from plans.documents import Draft, PlanDocument, thaw
from plans.documents.kept import digest_of, keep, kept
from plans.models import PlanVersion
from plans.reports import DocumentSection, document_sections, reading_context


def frozen_sections(version: PlanVersion) -> list[DocumentSection]:
    """The sections of the text, each with its HTML.

    Kept by the text's own hash, so it is never another text's. `document` may be deferred: it is
    read only where nothing is kept.
    """
    key, made_from = f"plan-text/{version.sha256}", _renderer()
    found = kept(key, made_from=made_from)
    return found or keep(key, _rendered(thaw(version.document)), made_from=made_from)


def draft_sections(draft: Draft) -> list[DocumentSection]:
    """The sections of a draft, each with its HTML, rendered once for each state of its text."""
    key, made_from = f"draft-text/{draft.plan.pk}", f"{_renderer()}/{draft.plan.stamp}"
    found = kept(key, made_from=made_from)
    return found or keep(key, _rendered(draft.document), made_from=made_from)


def draft_listing(draft: Draft, template: str, context: Callable[[], dict[str, Any]]) -> SafeString:
    """A long list of a draft's rows as its editor shows it, rendered once for each state of it."""
    key, made_from = f"{template}/{draft.plan.pk}", f"{_renderer()}/{draft.plan.stamp}"
    found = kept(key, made_from=made_from)
    return found or keep(key, render_to_string(template, context()), made_from=made_from)


def _rendered(document: PlanDocument) -> list[DocumentSection]:
    context = reading_context(document)
    return [
        replace(section, body=render_to_string(section.template, context))
        for section in document_sections()
    ]


@once
def _renderer() -> str:
    """What the text is rendered with: another release renders it again."""
    templates = sorted(Path(settings.BASE_DIR, "templates", "plans").rglob("*.html"))
    return digest_of([*templates, Path(reports.__file__), Path(alliance.__file__)])
