"""The words of an attached file, for R16: of a table, a Word document, a workbook, slides.

A PDF and a picture are not read. Of an Office file the XML is not parsed: its tags are taken out,
piece by piece, so that a large or a hostile file costs no more memory than a small one.
"""

import re
import zlib
from collections.abc import Iterator
from html import unescape
from typing import IO, NamedTuple
from zipfile import BadZipFile, ZipFile

from django.core.files import File

from plans.services.contents import CSV, EXCEL, MB, POWERPOINT, TEXT, WORD

MOST_READ = 200 * MB  # of what is unpacked
LONGEST_PIECE = 4 * MB
BETWEEN_CELLS = re.compile(r"[,;\t\"]")
GAP = re.compile(rb"<(?:w|a):(?:tab|br|cr)\b[^>]*>")
TAG = re.compile(rb"<[^>]*>")


class Words(NamedTuple):
    """Which members hold words, what ends a cell or a paragraph, and what a tag leaves."""

    member: re.Pattern[str]
    end: bytes
    tag_leaves: bytes  # a word may be in several runs; a cell's formula and value are apart


IN_WORD = Words(
    re.compile(r"word/(?:document|(?:header|footer)\d*|footnotes|endnotes|comments)\.xml"),
    *(b"</w:p>", b""),
)
IN_STRINGS = Words(re.compile(r"xl/sharedStrings\.xml"), b"</si>", b"")
IN_CELLS = Words(re.compile(r"xl/worksheets/[^/]+\.xml"), b"</c>", b" ")
IN_SLIDES = Words(re.compile(r"ppt/(?:slides|notesSlides)/[^/]+\.xml"), b"</a:p>", b"")
OFFICE = {
    WORD.content_type: (IN_WORD,),
    EXCEL.content_type: (IN_STRINGS, IN_CELLS),
    POWERPOINT.content_type: (IN_SLIDES,),
}
PLAIN = {CSV.content_type, TEXT.content_type}


def texts_of(file: File, content_type: str) -> Iterator[str]:
    """Its words, a few lines at a time; none of a file that cannot be read, or of another kind."""
    if content_type in PLAIN:
        yield from _plain(file)
    elif content_type in OFFICE:
        try:
            with ZipFile(file) as archive:  # type: ignore[arg-type]
                yield from _of_office(archive, OFFICE[content_type])
        except (BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError, zlib.error):
            return  # damaged in a way that nobody but a reader of it meets


def _plain(file: File) -> Iterator[str]:
    """A comma parts cells here, where R16 takes one for part of a number."""
    start = file.read(2)
    encoding = "utf-16" if start in {b"\xff\xfe", b"\xfe\xff"} else "utf-8"
    file.seek(0)
    whole = file.read().decode(encoding, errors="replace")
    for line in whole.splitlines():
        yield BETWEEN_CELLS.sub("\n", line)


def _of_office(archive: ZipFile, kinds: tuple[Words, ...]) -> Iterator[str]:
    left = MOST_READ
    for member in archive.infolist():
        for words in kinds:
            if not words.member.fullmatch(member.filename) or member.file_size > left:
                continue
            left -= member.file_size
            with archive.open(member) as stream:
                yield from _of_member(stream, words)


def _of_member(stream: IO[bytes], words: Words) -> Iterator[str]:
    rest = b""
    while piece := stream.read(MB):
        whole, end, rest = (rest + piece).rpartition(words.end)
        if len(rest) > LONGEST_PIECE:
            whole, end, rest = whole + end, rest, b""
        yield _without_tags(whole + end, words)
    yield _without_tags(rest, words)


def _without_tags(raw: bytes, words: Words) -> str:
    parted = GAP.sub(b" ", raw.replace(words.end, b"\n"))
    return unescape(TAG.sub(words.tag_leaves, parted).decode(errors="replace"))
