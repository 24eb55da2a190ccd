"""Files in quarantine until a scanner has seen them, and what is read in them for R16."""

import io
import socket
from uuid import uuid4

import pytest
from django.conf import settings as as_set
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook

from districts.roles import Role
from districts.tests.factories import person
from notices.models import Notice
from plans import services, tasks
from plans.documents import draft_document
from plans.models import Attachment, FileCheck, PlanVersion
from plans.services import attaching, checking
from plans.services.contents import EXCEL, PDF, POWERPOINT, TEXT, WORD
from plans.services.file_texts import texts_of
from plans.services.scanning import NotScanned, ScannerAway, scan
from plans.tests.factories import PlanFactory, closed_version, document_of, sign_version, write_rows
from plans.tests.scanners import CALLED, EICAR, SILENT, TOO_LONG, clamd
from plans.tests.test_contents import packed

pytestmark = pytest.mark.django_db
WAITS, GONE = "Being checked, cannot be opened yet", "Removed: it held malicious software"


@pytest.fixture(scope="module")
def scanner():
    with clamd() as url:
        yield url


@pytest.fixture
def nobody():
    """An address at which nothing listens."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield f"tcp://127.0.0.1:{bound.getsockname()[1]}"


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def plan():
    plan = PlanFactory()
    write_rows(plan, document_of(plan.district, attachments=()))
    return plan


@pytest.fixture
def coordinator(plan):
    return person(Role.PLAN_COORDINATOR, plan.district)


@pytest.fixture
def attach(plan, coordinator, noon):
    def _attach(content=b"46.1", name="scores.csv"):
        upload = SimpleUploadedFile(name, content)
        return services.attach(
            plan_id=plan.pk, title="Scores", upload=upload, by=coordinator, at=noon
        )

    return _attach


@pytest.fixture
def met(client, plan):
    """What somebody meets who opens a file: its bytes, or the status and page in place of it."""

    def _met(who, row):
        client.force_login(who)
        answer = client.get(
            reverse("plans:attachment", args=[plan.district.slug, 2027, row.lineage])
        )
        return b"".join(answer) if answer.streaming else (answer.status_code, answer.text)

    return _met


@pytest.fixture
def listed(client, plan, coordinator):
    def _listed():
        client.force_login(coordinator)
        return client.get(
            reverse("plans:section", args=[plan.district.slug, 2027, "attachments"])
        ).text

    return _listed


def kept_files(folder):
    return [path.name for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("pieces", "malware"),
    [
        ([b"46.1"], ""),
        ([b"", b"46", b".1"], ""),
        ([EICAR[:20], EICAR[20:]], CALLED),
    ],
)
def test_scanner_is_asked_in_its_own_words(scanner, settings, pieces, malware):
    settings.CLAMAV_URL = scanner

    assert scan(pieces) == malware


def test_no_verdict_and_no_scanner_are_two_things(scanner, nobody, settings):
    settings.CLAMAV_URL = scanner
    with pytest.raises(NotScanned, match="size limit exceeded"):
        scan([TOO_LONG])
    with pytest.raises(NotScanned, match="said nothing"):
        scan([SILENT])
    settings.CLAMAV_URL = nobody
    with pytest.raises(ScannerAway):
        scan([b"46.1"])


def test_a_file_is_opened_for_nobody_until_a_scanner_that_was_away_has_seen_it(
    attach, coordinator, met, listed, settings, scanner, nobody
):
    settings.CLAMAV_URL = nobody
    row = attach()
    tasks.check_file(row.pk)
    tasks.check_files()

    status, page = met(coordinator, row)
    assert (status, "cannot be opened yet" in " ".join(page.split())) == (409, True)
    assert WAITS in listed()

    settings.CLAMAV_URL = scanner
    tasks.check_files()
    assert met(coordinator, row) == b"46.1"
    assert WAITS not in listed()


def test_the_worker_is_woken_for_each_file_and_beat_asks_for_what_is_left(attach, monkeypatch):
    woken = []
    monkeypatch.setattr(attaching, "wake", lambda *what: woken.append(what))

    row = attach()

    assert woken == [(tasks.check_file.name, row.pk)]
    asked = [entry["task"] for entry in as_set.CELERY_BEAT_SCHEDULE.values()]
    assert tasks.check_files.name in asked


def test_a_file_of_before_there_was_a_scanner_waits_for_it_too(
    attach, coordinator, met, settings, scanner
):
    row = attach(b"Jo,1234567890")
    tasks.check_files()
    assert met(coordinator, row) == b"Jo,1234567890"

    settings.CLAMAV_URL = scanner
    assert met(coordinator, row)[0] == 409
    tasks.check_files()
    assert met(coordinator, row) == b"Jo,1234567890"
    assert FileCheck.objects.get().number_ends == "7890"


def test_one_file_without_a_verdict_holds_up_no_other(attach, settings, scanner, coordinator, met):
    settings.CLAMAV_URL = scanner
    other, stuck, gone = attach(), attach(TOO_LONG), attach(b"47")
    gone.file.storage.delete(gone.file.name)

    tasks.check_files()

    assert list(FileCheck.objects.values_list("attachment", flat=True)) == [other.pk]
    assert met(coordinator, stuck)[0] == 409


def test_a_second_sweep_leaves_the_other_worker_to_its_letters(attach, monkeypatch):
    attach()
    swept = []
    monkeypatch.setattr(checking, "check_file", lambda **_: swept.append(tasks.check_files()))

    tasks.check_files()
    tasks.check_files()

    assert swept == [None, None]  # of each sweep the one within did nothing


def test_malware_is_removed_and_whoever_attached_it_is_told(
    attach,
    plan,
    coordinator,
    met,
    listed,
    settings,
    scanner,
    tmp_path,
    noon,
    django_capture_on_commit_callbacks,
):
    settings.CLAMAV_URL = scanner
    row = attach(EICAR, "minutes.txt")

    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(2):
            tasks.check_file(row.pk)

    assert (kept_files(tmp_path), Attachment.objects.get().file.name) == ([], "")
    letter = Notice.objects.get(kind="file_removed")
    assert (letter.to, CALLED in letter.body) == (coordinator, True)
    status, page = met(coordinator, row)
    assert (status, CALLED in page, "Take it out of the plan" in page) == (410, True, True)
    assert GONE in listed()
    plan.refresh_from_db()
    with pytest.raises(services.NotReady) as refusal:
        services.close_for_signature(plan_id=plan.pk, by=coordinator, at=noon)
    assert ["was removed: malicious software" in stop.sentence for stop in refusal.value.stops] == [
        True
    ]

    services.remove_row(plan_id=plan.pk, model=Attachment, row_id=row.pk, by=coordinator, at=noon)
    assert services.close_for_signature(plan_id=plan.pk, by=coordinator, at=noon).number == 1


def test_a_plan_is_handed_in_while_a_file_waits_and_its_signed_text_stays(
    attach, plan, coordinator, reviewer, met, settings, scanner, nobody, noon, client
):
    settings.CLAMAV_URL = nobody
    row = attach(EICAR)
    plan.refresh_from_db()
    sign_version(closed_version(plan, draft_document(plan.pk)))
    before = PlanVersion.objects.get().sha256

    services.submit(plan_id=plan.pk, by=coordinator, at=noon, key=uuid4())
    assert met(reviewer, row)[0] == 409

    settings.CLAMAV_URL = scanner
    tasks.check_files()
    status, page = met(reviewer, row)
    assert (status, CALLED in page, "Take it out of the plan" in page) == (410, True, False)
    assert (PlanVersion.objects.get().sha256, PlanVersion.objects.get().signatures.count()) == (
        before,
        2,
    )
    assert "the Department cannot open it" in Notice.objects.get(kind="file_removed").body


def workbook(*cells):
    book, raw = Workbook(), io.BytesIO()
    for cell in cells:
        book.active.append([cell, "46.1"])
    book.save(raw)
    return raw.getvalue()


IN_RUNS = b"<w:p><w:r><w:t>id 12345</w:t></w:r><w:r w:x='1'><w:t>67890</w:t></w:r></w:p>"
IN_PARAGRAPHS = b"<w:p><w:t>12345</w:t></w:p><w:p><w:t>67890</w:t></w:p>"


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        ("a.csv", b"name,id\nJo,1234567890,5", (True, "7890")),
        ("a.csv", 'Größe;"1234567890"'.encode("utf-16"), (True, "7890")),
        ("a.txt", b"123-45-6789", (True, "")),
        ("a.csv", b"name,id\nJo,123456789,0", (False, "")),
        ("a.docx", packed("word/document.xml", content=IN_RUNS), (True, "7890")),
        ("a.docx", packed("word/document.xml", content=IN_PARAGRAPHS), (False, "")),
        ("a.docx", packed("word/document.xml", content=b"<w:x id='1234567890'/>"), (False, "")),
        ("a.xlsx", workbook("46.1", 1234567890), (True, "7890")),
        ("a.xlsx", workbook("of 1234567890 it says"), (True, "7890")),
        ("a.xlsx", workbook("46.1", 12345678.9), (False, "")),
        (
            "a.pptx",
            packed("ppt/presentation.xml", "ppt/slides/slide1.xml", content=b"<a:p>1234567890"),
            (True, "7890"),
        ),
        ("a.pdf", b"%PDF-1.7 1234567890", (False, "")),
    ],
)
def test_what_a_file_says_is_looked_through_for_a_students_number(attach, name, content, found):
    row = attach(content, name)

    tasks.check_file(row.pk)

    assert FileCheck.objects.values_list(
        "attachment", "has_number", "number_ends", "scanned_at"
    ).get() == (row.pk, *found, None)


def test_a_file_that_cannot_be_read_is_no_fault():
    broken = packed("xl/workbook.xml", "xl/sharedStrings.xml", content=b"1234567890 " * 9)
    at = broken.rindex(b"PK\x03\x04") + 60  # within what is packed

    for kind in (EXCEL, WORD, POWERPOINT, PDF):
        for raw in (broken[:at] + b"\xff\xff" + broken[at + 2 :], broken[:50], b"46.1"):
            assert list(texts_of(ContentFile(raw), kind.content_type)) in ([], [""])


def test_a_long_text_is_read_in_pieces_that_part_no_word(monkeypatch):
    monkeypatch.setattr("plans.services.file_texts.MB", 7)
    monkeypatch.setattr("plans.services.file_texts.MOST_READ", 1000)
    raw = packed("word/document.xml", content=IN_RUNS * 2)

    said = "".join(texts_of(ContentFile(raw), WORD.content_type))

    assert said.split() == ["id", "1234567890", "id", "1234567890"]
    monkeypatch.setattr("plans.services.file_texts.MOST_READ", 10)
    assert list(texts_of(ContentFile(raw), WORD.content_type)) == []
    assert list(texts_of(ContentFile(b"a\nb"), TEXT.content_type)) == ["a", "b"]


def test_r16_warns_of_what_a_file_says_and_of_its_name(attach, listed):
    row = attach(b"Jo,1234567890", "of 0987654321.csv")
    tasks.check_file(row.pk)

    page = " ".join(listed().split())

    assert "File 1, “Scores”, holds a number of ten digits, ending in 7890" in page
    assert "The name of file 1 holds a number of ten digits, ending in 4321" in page


def test_r16_of_a_file_stops_nothing(attach, plan, coordinator, noon):
    tasks.check_file(attach(b"Jo,1234567890").pk)
    plan.refresh_from_db()

    assert services.close_for_signature(plan_id=plan.pk, by=coordinator, at=noon).number == 1
