"""What a file is by what is in it: what is taken, and the sentence for each that is not."""

import io
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile

from plans.services import contents
from plans.services.contents import NotTaken, kind_of

PDF = b"%PDF-1.7\n1 0 obj <<>> endobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(30)
JPEG = b"\xff\xd8\xff\xe0" + bytes(30)
OLD_WORD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


def packed(*names, content=b"<x/>"):
    """The same whenever it is packed: tests are named by it, in each process of a run alike."""
    raw = io.BytesIO()
    with ZipFile(raw, "w", ZIP_DEFLATED) as archive:
        for name in ("[Content_Types].xml", *names):
            archive.writestr(ZipInfo(name), content, ZIP_DEFLATED)
    return raw.getvalue()


WORD, EXCEL = packed("word/document.xml"), packed("xl/workbook.xml")


def with_a_password(raw):
    """As a ZIP says it of each of its members, in the list at its end."""
    at = raw.index(b"PK\x01\x02") + 8
    return raw[:at] + b"\x01" + raw[at + 1 :]


def told(name, content):
    """What the file is, or the sentence that refuses it."""
    upload = SimpleUploadedFile(name, content)
    try:
        words = kind_of(upload).words
        assert upload.tell() == 0  # for whoever reads it next
        return words
    except NotTaken as refusal:
        return str(refusal)
    finally:
        assert not upload.closed


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.pdf", PDF, "a PDF"),
        ("a.PDF", b"\r\n\r\n" + PDF, "a PDF"),  # as some scanners begin them
        ("a.docx", WORD, "a Word document"),
        ("a.xlsx", EXCEL, "an Excel workbook"),
        ("a.pptx", packed("ppt/presentation.xml"), "a PowerPoint file"),
        ("a.png", PNG, "a PNG picture"),
        ("a.jpeg", JPEG, "a JPEG picture"),
        ("a.csv", "Größe,46.1\r\n\x1a".encode(), "a CSV file"),
        ("a.csv", "Größe,46.1".encode("cp1252"), "a CSV file"),
        ("a.csv", "Größe,46.1".encode("utf-16"), "a CSV file"),
        ("a.txt", b"%PDF- is how a PDF begins"[1:], "a text file"),
    ],
)
def test_what_is_what_it_says_is_taken(name, content, words):
    assert told(name, content) == words


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.pdf", b"", "“a.pdf” is empty: there is nothing in it."),
        ("a.exe", b"MZ", "“a.exe” is not one of the kinds taken"),
        ("pdf", PDF, "“pdf” is not one of the kinds taken"),
        ("a" * 147 + ".pdf", PDF, "name has 151 letters, and up to 150 are taken"),
        ("a.pdf", PNG, "by what is in it it is a PNG picture. If it is the one you mean, let its"),
        ("a.docx", EXCEL, "by what is in it it is an Excel workbook"),
        ("a.csv", PDF, "by what is in it it is a PDF"),
        ("a.pdf", b"MZ" + PDF[5:], "is not a PDF by what is in it, whatever its name says"),
        ("a.png", b"<svg onload='alert(1)'/>", "is not a PNG picture by what is in it"),
        ("a.docx", packed("run.exe"), "is not a Word document by what is in it"),
        ("a.csv", b"MZ\x00\x03,46.1", "is not a CSV file by what is in it"),
        ("a.csv", b"46.1\x81", "is not a CSV file by what is in it"),
        ("a.csv", "46".encode("utf-16")[:-1], "is not a CSV file by what is in it"),
        ("a.xlsx", OLD_WORD, "is protected by a password, or was saved by Office of before 2007"),
        ("a.docx", with_a_password(WORD), "is protected by a password"),
        ("a.docx", WORD[:40], "is damaged: it cannot be opened"),
        ("a.xlsx", packed("xl/workbook.xml", "xl/vbaProject.bin"), "holds macros"),
        ("a.pdf", PDF.replace(b"/Root", b"/Encrypt 5 0 R /Root"), "forbids copying"),
    ],
)
def test_what_is_not_is_refused_in_a_sentence_that_says_why(name, content, sentence):
    assert sentence in told(name, content)


def test_a_file_over_25_mb_is_refused_and_one_of_25_is_not(monkeypatch):
    monkeypatch.setattr(contents, "LARGEST", len(PDF))

    assert told("a.pdf", PDF) == "a PDF"
    assert "MB, and up to" in told("a.pdf", PDF + b"\n")


def test_what_would_unpack_to_far_more_than_it_is_is_not_unpacked(monkeypatch):
    bomb = packed("word/document.xml", content=bytes(1_000_000))
    assert (len(bomb) < 5_000, told("a.docx", bomb)) == (True, "a Word document")

    monkeypatch.setattr(contents, "LARGEST_UNPACKED", 1_999_999)
    assert "would unpack to far more than it is" in told("a.docx", bomb)


def test_a_list_of_too_many_members_is_not_read(monkeypatch):
    monkeypatch.setattr(contents, "MOST_MEMBERS", 3)
    monkeypatch.setattr(contents, "_members", lambda _: pytest.fail("It is read all the same."))

    assert "would unpack to far more" in told("a.docx", packed("word/document.xml", "b", "c"))


def test_what_lies_between_two_pieces_of_a_large_file_is_found():
    """Django gives a file on the disk in pieces of 64 KB."""
    upload = TemporaryUploadedFile("a.pdf", "", 0, None)
    mark = b"/Encrypt 5 0 R"
    upload.write(PDF.ljust(upload.DEFAULT_CHUNK_SIZE - len(mark) // 2) + mark + bytes(1000))
    upload.size = upload.tell()

    with pytest.raises(NotTaken, match="is protected"):
        kind_of(upload)
    upload.close()
