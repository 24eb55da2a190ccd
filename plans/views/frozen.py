"""The text of frozen versions as HTML: rendered once for each hash, for no version ever changes."""

import hashlib
import logging
from dataclasses import replace
from functools import cache as once
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.template.loader import render_to_string
from redis.exceptions import RedisError

from districts.templatetags import alliance
from plans import reports
from plans.documents import thaw
from plans.models import PlanVersion
from plans.reports import DocumentSection, document_sections, reading_context

logger = logging.getLogger(__name__)

A_WEEK = 7 * 24 * 60 * 60  # seconds


def frozen_sections(version: PlanVersion) -> list[DocumentSection]:
    """The sections of the text, each with its HTML.

    Kept by the text's own hash, so it is never another text's. `document` may be deferred: it is
    read only where nothing is kept. A cache that is down costs time, not the page.
    """
    key = f"plan-text/{_renderer()}/{version.sha256}"
    try:
        sections = None if settings.DEBUG else cache.get(key)
        if sections is None:
            sections = _rendered(version)
            cache.set(key, sections, A_WEEK)
    except RedisError as fault:
        logger.warning("The text of %s is rendered anew: %s", version, fault)
        sections = _rendered(version)
    return sections


def _rendered(version: PlanVersion) -> list[DocumentSection]:
    context = reading_context(thaw(version.document))
    return [
        replace(section, body=render_to_string(section.template, context))
        for section in document_sections()
    ]


@once
def _renderer() -> str:
    """What the text is rendered with: another release renders it again."""
    sources = sorted(Path(settings.BASE_DIR, "templates", "plans", "document").glob("*.html"))
    digest = hashlib.sha256()
    for source in [*sources, Path(reports.__file__), Path(alliance.__file__)]:
        digest.update(source.read_bytes())
    return digest.hexdigest()[:16]
