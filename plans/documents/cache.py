"""What costs time to make and is asked for again: kept in the cache, for as long as it is true."""

import functools
import hashlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from django.conf import settings
from django.core.cache import cache

from plans.documents.shape import PlanDocument
from plans.documents.stored import AnyDocument, Schemas, Version, stored_document
from plans.models import PlanVersion

HOUSE = ("alliance", "districts", "library", "notices", "plans", "progress", "reviews")
ENTERING = (  # the settings by which templates write words, dates, numbers and addresses
    *("LANGUAGE_CODE", "TIME_ZONE", "USE_I18N", "USE_TZ", "USE_THOUSAND_SEPARATOR"),
    *("FORMAT_MODULE_PATH", "TEMPLATES", "ROOT_URLCONF", "FORCE_SCRIPT_NAME"),
    *("STATIC_URL", "MEDIA_URL"),
)
A_WEEK = 7 * 24 * 60 * 60  # seconds

Thing = TypeVar("Thing")


def get(key: str, *, made_from: str) -> Any:
    """What is kept by this key, if it was made from the same; else nothing."""
    found = None if settings.DEBUG else cache.get(_of_release(key))
    return found[1] if found and found[0] == made_from else None


def put(key: str, made: Thing, *, made_from: str, seconds: int = A_WEEK) -> Thing:
    """One thing for each key, so what is edited all day takes the room of one."""
    if not settings.DEBUG:
        cache.set(_of_release(key), (made_from, made), seconds)
    return made


def get_or_make(
    key: str, *, made_from: str, make: Callable[[], Thing], seconds: int = A_WEEK
) -> Thing:
    found = get(key, made_from=made_from)
    return put(key, make(), made_from=made_from, seconds=seconds) if found is None else found


def document_of(version: PlanVersion) -> PlanDocument:
    """The document of a version, whose text may be deferred: it is read where none is kept."""
    return made_of("plan-document", version, lambda document: document)


def made_of(what: str, version: PlanVersion, make: Callable[[PlanDocument], Thing]) -> Thing:
    """What is made of a version's document alone: a page that needs a little of a long plan is
    spared the rest."""
    return get_or_make(
        f"{what}/{version.schema}/{version.sha256}",
        made_from=version.sha256,
        make=lambda: make(stored_document(version)),
    )


def document_in(schemas: Schemas[AnyDocument], version: Version) -> AnyDocument:
    """The same of a report's version."""
    return get_or_make(
        f"{schemas.shape.__name__}/{version.schema}/{version.sha256}",
        made_from=version.sha256,
        make=lambda: schemas.document_of(version),
    )


def _of_release(key: str) -> str:
    return f"{release()}/{key}"


@functools.cache
def release() -> str:
    """Of what makes all that is kept: another for each release."""
    return digest_of(Path(settings.BASE_DIR))


def digest_of(root: Path) -> str:
    """Of all that makes what is kept: code, templates, packages, Python and settings.

    Another release makes things anew, and does not even open what this one kept: it may no longer
    have the classes.
    """
    digest = hashlib.sha256(repr((sys.version_info[:3], _settings())).encode())
    for source in [root / "requirements.txt", *_sources(root)]:
        content = hashlib.sha256(source.read_bytes()).hexdigest()
        digest.update(f"{source.relative_to(root)} {content}\n".encode())
    return digest.hexdigest()[:16]


def _settings() -> list[tuple[str, str]]:
    return [(name, repr(getattr(settings, name))) for name in ENTERING]


def _sources(root: Path) -> list[Path]:
    """Every app's, since what is kept is drawn by pages of the upper ones too."""
    found = [path for folder in HOUSE for path in (root / folder).rglob("*.py")]
    found += (root / "templates").rglob("*.html")
    return sorted(path for path in found if "tests" not in path.relative_to(root).parts)
