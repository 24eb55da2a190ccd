"""Stored files that no row names: a process was killed after the one and before the other."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

from plans.models import Attachment
from plans.services.attaching import FOLDER, key, storage

OLD = timedelta(days=1)  # an upload and its row are seconds apart
MOST_AT_ONCE = 50  # files; that kills leave more in a day is less likely than that rows are missing
ASKED_AT_ONCE = 1000  # names in one query

logger = logging.getLogger(__name__)


def remove_strays(*, at: datetime) -> list[str]:
    """Remove files of plans that are older than a day and have no row; answers which went.

    Nothing goes where many files, or most, have no row, as with a database that is empty or another
    one's: those files may be all that is left of it. The log lists what goes before it goes.
    """
    try:
        old = [name for name in _files_in(FOLDER) if storage().get_modified_time(name) < at - OLD]
    except OSError as fault:
        logger.warning("Files of plans could not be listed: %s", fault.strerror)
        return []
    strays = _without_row(old)
    if len(strays) > MOST_AT_ONCE or 2 * len(strays) > len(old):
        logger.error(
            "%d of %d stored files have no row, which is too many to be strays. None was removed:"
            " see whether this is the database that they belong to.",
            len(strays),
            len(old),
        )
        return []
    for name in strays:
        logger.warning("A file without a row, older than a day, is removed: %s", key(name))
    return [name for name in strays if _is_removed(name)]


def _files_in(folder: str) -> Iterator[str]:
    try:
        folders, files = storage().listdir(folder)
    except FileNotFoundError:  # nobody has attached anything yet
        return
    for name in files:
        yield f"{folder}/{name}"
    for name in folders:
        yield from _files_in(f"{folder}/{name}")


def _without_row(names: list[str]) -> list[str]:
    """Asked after the storage: a row that was written meanwhile is found."""
    strays: list[str] = []
    for first in range(0, len(names), ASKED_AT_ONCE):
        some = names[first : first + ASKED_AT_ONCE]
        kept = set(Attachment.objects.filter(file__in=some).values_list("file", flat=True))
        strays += [name for name in some if name not in kept]
    return strays


def _is_removed(name: str) -> bool:
    try:
        storage().delete(name)
    except OSError as fault:
        logger.warning("A file without a row stays: %s (%s)", key(name), fault.strerror)
        return False
    return True
