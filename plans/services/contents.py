"""What a file is by what is in it, whatever it is called. Nothing in it is run or unpacked.

Six signatures and the members of an Office file tell all that we take apart; a library that knows
hundreds would cost each process of the web their table, and guesses where we refuse.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from zipfile import BadZipFile, LargeZipFile, ZipFile, ZipInfo

from django.core.files.uploadedfile import UploadedFile

MB = 1024 * 1024
LARGEST = 25 * MB
LARGEST_UNPACKED = 300 * MB  # together; a workbook of 25 MB is seldom ten times as much
MOST_MEMBERS = 10_000  # of an Office file; a long report has some hundreds
LONGEST_NAME = 150

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MEMBER = re.compile(rb"PK\x01\x02")  # begins each entry of a ZIP's list
PROTECTED = re.compile(rb"/Encrypt\s*(?:\d+\s+\d+\s+R|<<)")
NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0e-\x19\x1b-\x1f]")  # 0x1A ends some files of DOS


class NotTaken(Exception):
    """The file is not one a plan takes. The message is fit to show a user."""


@dataclass(frozen=True)
class FileKind:
    """A kind of file that is taken: in words, as HTTP names it, and how its names end."""

    words: str
    content_type: str
    endings: tuple[str, ...]
    main: str = ""  # the member that an Office file of this kind has


OFFICE = "application/vnd.openxmlformats-officedocument."
PDF = FileKind("a PDF", "application/pdf", ("pdf",))
WORD = FileKind(
    "a Word document", f"{OFFICE}wordprocessingml.document", ("docx",), "word/document.xml"
)
EXCEL = FileKind("an Excel workbook", f"{OFFICE}spreadsheetml.sheet", ("xlsx",), "xl/workbook.xml")
POWERPOINT = FileKind(
    *("a PowerPoint file", f"{OFFICE}presentationml.presentation", ("pptx",)),
    "ppt/presentation.xml",
)
PNG = FileKind("a PNG picture", "image/png", ("png",))
JPEG = FileKind("a JPEG picture", "image/jpeg", ("jpg", "jpeg"))
CSV = FileKind("a CSV file", "text/csv", ("csv",))
TEXT = FileKind("a text file", "text/plain", ("txt",))

BY_ENDING = {
    ending: kind
    for kind in (PDF, WORD, EXCEL, POWERPOINT, CSV, TEXT, PNG, JPEG)
    for ending in kind.endings
}
SIGNATURES = {b"\x89PNG\r\n\x1a\n": PNG, b"\xff\xd8\xff": JPEG}


def kind_of(upload: UploadedFile) -> FileKind:
    """What the file is, which is what its name says. It is read from its start again afterwards.

    Raises:
        NotTaken: it is empty, too large, another thing than its name says, protected by a
            password, with macros, or would unpack to far more than it is; or its name is too long.
    """
    name = upload.name or ""
    _refuse_size(upload, name)
    claimed = BY_ENDING.get(name.rpartition(".")[2].lower()) if "." in name else None
    if claimed is None:
        raise NotTaken(
            f"“{name}” is not one of the kinds taken, by the end of its name:"
            f" {', '.join(BY_ENDING)}."
        )
    found = _found(upload, claimed, name)
    upload.seek(0)
    if found is claimed:
        return claimed
    if found is None:
        raise NotTaken(
            f"“{name}” is not {claimed.words} by what is in it, whatever its name says. Open it"
            f" and save it as {claimed.words}, or choose another."
        )
    raise NotTaken(
        f"“{name}” says by its name that it is {claimed.words}, and by what is in it it is"
        f" {found.words}. If it is the one you mean, let its name end in .{found.endings[0]}."
    )


def _refuse_size(upload: UploadedFile, name: str) -> None:
    size = upload.size or 0
    if len(name) > LONGEST_NAME:
        raise NotTaken(
            f"The file’s name has {len(name)} letters, and up to {LONGEST_NAME} are taken. Give it"
            " a shorter one."
        )
    if not size:
        raise NotTaken(f"“{name}” is empty: there is nothing in it. Choose another.")
    if size > LARGEST:
        raise NotTaken(
            f"“{name}” is {size / MB:.1f} MB, and up to {LARGEST // MB} MB are taken. Make it"
            " smaller, or put it into several."
        )


def _found(upload: UploadedFile, claimed: FileKind, name: str) -> FileKind | None:
    upload.seek(0)
    head = upload.read(1024)
    if head.startswith(OLE) and claimed.main:
        raise NotTaken(
            f"“{name}” is protected by a password, or was saved by Office of before 2007. Save it"
            f" without a password as .{claimed.endings[0]}."
        )
    if head.startswith(ZIP):
        return _office(upload, name)
    if head.startswith(b"%PDF-") or (claimed is PDF and b"%PDF-" in head):
        _refuse_protected_pdf(upload, name)
        return PDF
    for signature, kind in SIGNATURES.items():
        if head.startswith(signature):
            return kind
    return claimed if claimed in {CSV, TEXT} and _is_text(upload, head) else None


def _refuse_protected_pdf(upload: UploadedFile, name: str) -> None:
    if any(PROTECTED.search(chunk) for chunk in _overlapping(upload)):
        raise NotTaken(
            f"“{name}” is protected: it asks for a password, or forbids copying. Save it without"
            " protection, for instance by printing it to a PDF."
        )


def _office(upload: UploadedFile, name: str) -> FileKind | None:
    """By its members. Of a file that lists too many not even the list is read."""
    listed = sum(len(MEMBER.findall(chunk)) for chunk in upload.chunks())
    try:
        members = [] if listed > MOST_MEMBERS else _members(upload)
    except (BadZipFile, LargeZipFile, OSError, ValueError, NotImplementedError):
        raise NotTaken(
            f"“{name}” is damaged: it cannot be opened. Open it where it was made, save it again,"
            " and choose that."
        ) from None
    if listed > MOST_MEMBERS or sum(each.file_size for each in members) > LARGEST_UNPACKED:
        raise NotTaken(
            f"“{name}” would unpack to far more than it is, more than {LARGEST_UNPACKED // MB} MB."
            " Save what is needed of it alone, or as a PDF."
        )
    if any(each.flag_bits & 1 for each in members):
        raise NotTaken(f"“{name}” is protected by a password. Save it without one.")
    names = {each.filename for each in members}
    if any(each.endswith("vbaProject.bin") for each in names):
        raise NotTaken(f"“{name}” holds macros, which are programs. Save it without them.")
    return next((kind for kind in BY_ENDING.values() if kind.main and kind.main in names), None)


def _members(upload: UploadedFile) -> list[ZipInfo]:
    upload.seek(0)
    with ZipFile(upload) as archive:  # type: ignore[arg-type]
        return archive.infolist()


def _is_text(upload: UploadedFile, head: bytes) -> bool:
    """In Unicode, or as Excel writes a CSV in Windows' own letters."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _decodes(upload, "utf-16")
    return _decodes(upload, "utf-8") or _decodes(upload, "cp1252")


def _decodes(upload: UploadedFile, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        if any(NO_TEXT.search(decoder.decode(chunk)) for chunk in upload.chunks()):
            return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _overlapping(upload: UploadedFile) -> Iterator[bytes]:
    """Each chunk with the end of the one before, so that nothing looked for lies between two."""
    end = b""
    for chunk in upload.chunks():
        yield end + chunk
        end = chunk[-64:]
