"""Where other people's assets come from: named files of installed wheels, never copies of ours.

htmx needs no entry: django_htmx is an installed app and brings version 2 (and 4) as static files
of its own. Templates name `django_htmx/htmx-2.min.js`: 2 is the version our pages are written for.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.utils import matches_patterns
from django.core.files import File
from django.core.files.storage import Storage
from whitenoise.storage import CompressedManifestStaticFilesStorage

ASSETS = {  # static name: (package, file inside it)
    "vendor/bootstrap.min.css": ("bootstrap", "css/bootstrap.min.css"),
    "vendor/bootstrap.min.css.map": ("bootstrap", "css/bootstrap.min.css.map"),
    "vendor/PublicSans.ttf": ("fontpkg_public_sans", "files/PublicSans[wght].ttf"),
    "vendor/SourceSerifPro-Regular.ttf": (
        "font_source_serif_pro",
        "files/SourceSerifPro-Regular.ttf",
    ),
    "vendor/SourceSerifPro-Semibold.ttf": (
        "font_source_serif_pro",
        "files/SourceSerifPro-Semibold.ttf",
    ),
    "vendor/SourceSerifPro-It.ttf": ("font_source_serif_pro", "files/SourceSerifPro-It.ttf"),
}


@cache
def _folder_of(package: str) -> Path:
    spec = find_spec(package)  # finds without importing
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError(f"The package “{package}” is not installed; its files are served.")
    return Path(next(iter(spec.submodule_search_locations)))


class HashedFiles(CompressedManifestStaticFilesStorage):
    """Names that change with the content, so that browsers may keep a file for years.

    Where collectstatic was not run, or before this file was there, a file keeps its plain name and
    whitenoise finds it where it lies: a page is never lost for a file.
    """

    manifest_strict = False

    def stored_name(self, name: str) -> str:
        try:
            return super().stored_name(name)
        except ValueError:
            return name


class WheelStorage(Storage):
    """The assets as a read-only storage, for collectstatic and whitenoise."""

    prefix = ""

    def path(self, name: str) -> str:
        package, file = ASSETS[name]
        return str(_folder_of(package) / file)

    def exists(self, name: str) -> bool:
        return name in ASSETS

    def get_modified_time(self, name: str) -> datetime:
        return datetime.fromtimestamp(Path(self.path(name)).stat().st_mtime, tz=UTC)

    def _open(self, name: str, mode: str = "rb") -> File:
        return File(Path(self.path(name)).open(mode))


class WheelFinder(BaseFinder):
    """Finds the assets under the names that templates and our CSS use."""

    storage = WheelStorage()

    def check(self, **kwargs):
        return []

    def find(self, path: str, find_all: bool = False, **kwargs):  # noqa: FBT001, FBT002 - Django's signature
        if path not in ASSETS:
            return []
        found = self.storage.path(path)
        return [found] if find_all or kwargs.get("all") else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        for name in ASSETS:
            if not matches_patterns(name, ignore_patterns or []):
                yield name, self.storage
