"""What costs time to make and is asked for again: kept in the cache, for as long as it is true."""

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from django.conf import settings
from django.core.cache import cache as store

from plans.documents.shape import PlanDocument, thaw
from plans.models import PlanVersion

A_WEEK = 7 * 24 * 60 * 60  # seconds

Thing = TypeVar("Thing")


def kept(key: str, *, made_from: str) -> Any:
    """What is kept by this key, if it was made from the same; else nothing."""
    found = None if settings.DEBUG else store.get(_of_release(key))
    return found[1] if found and found[0] == made_from else None


def keep(key: str, made: Thing, *, made_from: str) -> Thing:
    """One thing for each key, so what is edited all day takes the room of one."""
    if not settings.DEBUG:
        store.set(_of_release(key), (made_from, made), A_WEEK)
    return made


def made_once(key: str, *, made_from: str, make: Callable[[], Thing]) -> Thing:
    found = kept(key, made_from=made_from)
    return keep(key, make(), made_from=made_from) if found is None else found


def kept_document(version: PlanVersion) -> PlanDocument:
    """The document of a version, whose text may be deferred: it is read where none is kept."""
    return made_once(
        f"plan-document/{version.sha256}",
        made_from=version.sha256,
        make=lambda: thaw(version.document),
    )


def _of_release(key: str) -> str:
    return f"{_release()}/{key}"


@cache
def _release() -> str:
    """The code that makes what is kept, with its templates, words, addresses and packages.

    Another release makes things anew, and does not even open what this one kept: it may no longer
    have the classes.
    """
    root = Path(settings.BASE_DIR)
    sources = [root / "requirements.txt", root / "alliance" / "urls.py"]
    for folder in ("districts", "plans", "templates"):
        sources += sorted([*(root / folder).rglob("*.py"), *(root / folder).rglob("*.html")])
    digest = hashlib.sha256()
    for source in sources:
        digest.update(source.read_bytes())
    return digest.hexdigest()[:16]
