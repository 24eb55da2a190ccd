"""The file: a ZIP of tables and attachments, and a manifest that knows the hash of each."""

import hashlib
import os
import tempfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Literal
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from alliance.backup import Refusal

MANIFEST = "manifest.json"
CHUNK = 1 << 20
DAMAGED = (BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)


class Part(BaseModel):
    """What every part of a manifest is: read as it was written, or not at all."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Entry(Part):
    """One file of the archive."""

    entry: str
    size: int
    sha256: str


class Table(Entry):
    name: str
    columns: tuple[str, ...]
    rows: int
    sequences: dict[str, int]  # by column, the last number given out


class Attachment(Entry):
    name: str  # in the storage
    table: str  # the row that names it, so that another name can be written there
    column: str


class Manifest(Part):
    product: Literal["Alliance"] = "Alliance"
    format: Literal[1] = 1
    made_at: AwareDatetime
    server: str
    migrations: tuple[tuple[str, str], ...]
    tables: tuple[Table, ...]
    attachments: tuple[Attachment, ...]
    missing: tuple[str, ...]  # attachments that a row names and that were gone already

    @property
    def entries(self) -> Mapping[str, Entry]:
        return {part.entry: part for part in (*self.tables, *self.attachments)}

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables)


class Hashed:
    """A stream that remembers what went through it."""

    def __init__(self, stream: IO[bytes]):
        self._stream = stream
        self._hash = hashlib.sha256()
        self.size = 0

    def read(self, size: int = -1) -> bytes:
        return self._seen(self._stream.read(size))

    def write(self, chunk: bytes) -> int:
        return self._stream.write(self._seen(chunk))

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()

    def _seen(self, chunk: bytes) -> bytes:
        self._hash.update(chunk)
        self.size += len(chunk)
        return chunk


class NewArchive:
    """An archive being written."""

    def __init__(self, archive: ZipFile):
        self._archive = archive

    @contextmanager
    def entry(self, name: str) -> Iterator[Hashed]:
        with self._archive.open(name, "w", force_zip64=True) as stream:
            yield Hashed(stream)

    def close_with(self, manifest: Manifest) -> None:
        self._archive.writestr(MANIFEST, manifest.model_dump_json(indent=1))


@contextmanager
def new_archive(file: Path) -> Iterator[NewArchive]:
    """Written beside its place, for its owner alone, and put there when it is whole.

    Raises: Refusal if the file exists, or cannot be written to its end.
    """
    if file.exists():
        raise _taken(file)
    unfinished = None
    try:
        number, unfinished = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
        with os.fdopen(number, "wb") as stream:
            with ZipFile(stream, "w", ZIP_DEFLATED) as archive:
                yield NewArchive(archive)
            stream.flush()
            os.fsync(stream.fileno())
        _put(Path(unfinished), file)
    except OSError as fault:
        reason = fault.strerror or fault
        raise Refusal(f"{file} cannot be written ({reason}). There is no backup.") from fault
    finally:
        if unfinished:
            Path(unfinished).unlink(missing_ok=True)


def _put(unfinished: Path, file: Path) -> None:
    """Gives it its name, which another backup may have taken meanwhile."""
    try:
        file.hardlink_to(unfinished)
    except FileExistsError as fault:
        raise _taken(file) from fault
    except OSError:  # a disk where a file has one name
        unfinished.rename(file)


def _taken(file: Path) -> Refusal:
    return Refusal(f"{file} exists already: a backup overwrites nothing. Give another name.")


class Archive:
    """An archive whose every entry has the hash that its manifest says."""

    def __init__(self, archive: ZipFile, manifest: Manifest):
        self._archive = archive
        self.manifest = manifest

    @contextmanager
    def entry(self, part: Entry) -> Iterator[IO[bytes]]:
        with self._archive.open(part.entry) as stream:
            yield stream


@contextmanager
def checked_archive(file: Path) -> Iterator[Archive]:
    """The archive in a file, once every hash was compared.

    Raises: Refusal if the file is no backup, or not as it was when it was made.
    """
    with _zip(file) as archive:
        manifest = _manifest(file, archive)
        wrong = sorted(_wrong_entries(archive, manifest))
        if wrong:
            raise Refusal(
                f"{file} is not as it was when it was made. Wrong in it: {', '.join(wrong)}."
            )
        yield Archive(archive, manifest)


@contextmanager
def _zip(file: Path) -> Iterator[ZipFile]:
    try:
        stream = file.open("rb")
    except OSError as fault:
        raise Refusal(f"{file} cannot be read ({fault.strerror}).") from fault
    with stream:
        begins_as_one = stream.read(4) == b"PK\x03\x04"
        try:
            archive = ZipFile(stream)
        except DAMAGED as fault:
            why = "is damaged or cut short" if begins_as_one else "is not a backup of Alliance"
            raise Refusal(f"{file} {why}.") from fault
        with archive:
            yield archive


def _manifest(file: Path, archive: ZipFile) -> Manifest:
    try:
        return Manifest.model_validate_json(archive.read(MANIFEST))
    except KeyError as fault:
        raise Refusal(f"{file} is not a backup of Alliance: it has no {MANIFEST}.") from fault
    except DAMAGED as fault:
        raise Refusal(f"{file} is damaged: its {MANIFEST} cannot be read.") from fault
    except ValidationError as fault:
        raise Refusal(
            f"{file} has a {MANIFEST} that this version of Alliance does not understand."
        ) from fault


def _wrong_entries(archive: ZipFile, manifest: Manifest) -> Iterator[str]:
    expected = manifest.entries
    yield from {MANIFEST, *expected} ^ set(archive.namelist())
    for name in set(expected) & set(archive.namelist()):
        if not _is_as_written(archive, expected[name]):
            yield name


def _is_as_written(archive: ZipFile, part: Entry) -> bool:
    try:
        with archive.open(part.entry) as stream:
            hashed = Hashed(stream)
            while hashed.size <= part.size and hashed.read(CHUNK):
                pass
    except DAMAGED:
        return False
    return (hashed.size, hashed.sha256) == (part.size, part.sha256)
