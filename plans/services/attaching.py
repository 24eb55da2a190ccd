"""Keeping a file with the plan: the file and its row are both there, or neither is.

What is in it is looked into afterwards, by a worker (checking.py).
"""

import logging
from collections.abc import Collection
from datetime import datetime
from hashlib import sha256
from pathlib import PurePath
from uuid import UUID, uuid4

from django.core.files.storage import Storage
from django.core.files.uploadedfile import UploadedFile
from django.db import Error
from django.utils.text import get_valid_filename

from districts.models import User
from notices.services import wake
from plans.models import Attachment
from plans.services.contents import kind_of
from plans.services.drafting import add_row

CHECKER = "plans.tasks.check_file"  # by name: tasks stand above services
FOLDER = "plans"  # of the storage, where every file of a plan is put

logger = logging.getLogger(__name__)


class FileNotKept(Exception):
    """There was no room for the file, or no way to it. The message is fit to show a user."""


def attach(
    *,
    plan_id: int,
    title: str,
    upload: UploadedFile,
    by: User,
    at: datetime,
    lineage: UUID | None = None,
    seen: Collection[str] | None = None,
) -> Attachment:
    """Keep a file with the plan; its SHA-256 becomes part of the text that is signed.

    No transaction spans it: where the row cannot be kept, the file is taken away again.

    Raises:
        PermissionDenied, StepNotAllowed.
        SignedSince: as in `add_row`.
        NotTaken: by what is in it, the file is none that a plan takes (contents.py).
        NoRoom: the plan has as many files as it takes.
        FileNotKept: the storage took no file, or not the whole of it.
    """
    kind = kind_of(upload)
    digest = sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    name = (upload.name or "file")[-200:]
    stored = _store(upload, at.year)
    try:
        attachment = add_row(
            plan_id=plan_id,
            model=Attachment,
            values={
                "title": title,
                "file": stored,
                "file_name": name,
                "content_type": kind.content_type,
                "size": upload.size or 0,
                "sha256": digest.hexdigest(),
            },
            as_typed={},
            by=by,
            at=at,
            lineage=lineage,
            seen=seen,
        )
    except BaseException:
        _remove_unless_it_has_a_row(stored)
        raise
    if attachment.file.name != stored:  # the same form sent twice
        take_away(stored)
    wake(CHECKER, attachment.pk)
    return attachment


def _store(upload: UploadedFile, year: int) -> str:
    """Its name in the storage, which nobody else has: so what is half written is ours to remove."""
    given = PurePath(get_valid_filename(f"file-{upload.name or ''}").removeprefix("file-"))
    name = f"{FOLDER}/{year}/{given.stem[:40]}-{uuid4().hex[:16]}{given.suffix[:10]}"
    try:
        return storage().save(name, upload)
    except OSError as fault:
        logger.warning("A file could not be kept: %s", fault.strerror or type(fault).__name__)
        take_away(name)
        raise FileNotKept(
            f"“{upload.name}” could not be kept: there is no room for it just now. Nothing else is"
            " lost. Whoever runs Alliance sees this in its log; try again in an hour."
        ) from fault


def _remove_unless_it_has_a_row(stored: str) -> None:
    """A commit whose answer was lost may have been one: then a file too many is the lesser evil."""
    try:
        has_row = Attachment.objects.filter(file=stored).exists()
    except Error:
        logger.warning("Whether a file has its row could not be told; it is left: %s", key(stored))
        return
    if not has_row:
        take_away(stored)


def take_away(name: str) -> None:
    """What cannot be taken away now is left to the sweep (strays.py), and hides no other fault."""
    try:
        storage().delete(name)
    except Exception as fault:  # a storage raises what its makers chose
        logger.warning("A file without a row is left: %s (%s)", key(name), type(fault).__name__)


def key(name: str) -> str:
    """What tells a stored file from all others, without what somebody called it."""
    return PurePath(name).stem[-16:]


def storage() -> Storage:
    return Attachment._meta.get_field("file").storage
