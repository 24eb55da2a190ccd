"""The files that rows name. Restoring only ever adds files: none is overwritten or deleted."""

import hashlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import PurePosixPath

from django.apps import apps
from django.core.exceptions import SuspiciousFileOperation
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import models

from alliance.backup import Refusal
from alliance.backup.archive import CHUNK, Archive, Attachment, NewArchive, Table


def file_fields(tables: Collection[Table]) -> Iterator[models.FileField]:
    """Every column of these tables whose text is the name of a file in the storage."""
    columns = {(table.name, column) for table in tables for column in table.columns}
    for model in apps.get_models():
        for field in model._meta.local_fields:
            if isinstance(field, models.FileField) and _column_of(field) in columns:
                yield field


def names(field: models.FileField) -> list[str]:
    named = field.model._base_manager.exclude(**{f"{field.name}__in": ("",)})
    return sorted(set(named.values_list(field.name, flat=True)) - {None})


def copy_out(field: models.FileField, name: str, archive: NewArchive) -> Attachment | None:
    """The file of this name; None if it is gone."""
    try:
        stored = default_storage.open(name)
    except FileNotFoundError:
        return None
    except OSError as fault:
        raise Refusal(f"The attachment {name} cannot be read ({fault.strerror}).") from fault
    table, column = _column_of(field)
    path = f"attachments/{table}.{column}/{name}"
    with stored, archive.entry(path) as entry:
        for chunk in stored.chunks(CHUNK):
            entry.write(chunk)
    return Attachment(
        entry=path,
        size=entry.size,
        sha256=entry.sha256,
        name=name,
        table=table,
        column=column,
    )


@contextmanager
def copied_in(archive: Archive) -> Iterator[dict[Attachment, str]]:
    """Puts each file where its row expects it, and takes back what it added if we fail inside.

    Where another file has the name, that one stays, ours gets a name by its hash, and is answered.
    """
    added: list[str] = []
    renamed: dict[Attachment, str] = {}
    try:
        for attachment in archive.manifest.attachments:
            name, is_there = _place_for(attachment)
            if not is_there:
                added.append(name)  # before it is whole: half a file is taken back too
                with archive.entry(attachment) as entry:
                    name = added[-1] = default_storage.save(name, File(entry))
            if name != attachment.name:
                renamed[attachment] = name
        yield renamed
    except BaseException as fault:
        for name in added:
            with suppress(OSError):
                default_storage.delete(name)
        if isinstance(fault, OSError | SuspiciousFileOperation):
            reason = getattr(fault, "strerror", None) or fault
            raise Refusal(
                f"The attachments cannot be put back ({reason}). Nothing was changed."
            ) from fault
        raise


def _place_for(attachment: Attachment) -> tuple[str, bool]:
    """Its name in the storage, another where another file has that, and whether it is there."""
    by_hash = f"restored/{attachment.sha256}{PurePosixPath(attachment.name).suffix}"
    for name in (attachment.name, by_hash):
        if not default_storage.exists(name):
            return name, False
        if _is_there(name, attachment.sha256):
            return name, True
    return default_storage.get_available_name(by_hash), False  # half a file has it


def _is_there(name: str, sha256: str) -> bool:
    with default_storage.open(name) as stored:
        seen = hashlib.sha256()
        for chunk in stored.chunks(CHUNK):
            seen.update(chunk)
    return seen.hexdigest() == sha256


def _column_of(field: models.FileField) -> tuple[str, str]:
    return field.model._meta.db_table, str(field.column)
