"""The files handed in with a plan: who opens them, and what is kept of an upload."""

import errno
import os
from unittest import mock
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, OperationalError
from django.urls import reverse

from districts.roles import Role
from districts.tests.factories import person
from plans import services
from plans.documents import draft_document
from plans.models import Attachment
from plans.tests.factories import PlanFactory, closed_version, document_of, sign_version, write_rows

pytestmark = pytest.mark.django_db

NEVER_RUNS = {
    "Content-Type": "application/octet-stream",
    "Content-Disposition": 'attachment; filename="a.csv"',
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Frame-Options": "DENY",
    "Cache-Control": "private, no-cache",
}


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def plan():
    """Complete but for the files: those are the tests' own."""
    plan = PlanFactory()
    write_rows(plan, document_of(plan.district, attachments=()))
    return plan


@pytest.fixture
def coordinator(plan):
    return person(Role.PLAN_COORDINATOR, plan.district)


@pytest.fixture
def attachment(plan, coordinator, noon):
    upload = SimpleUploadedFile("scores.csv", b"46.1", content_type="text/csv")
    return services.attach(plan_id=plan.pk, title="Scores", upload=upload, by=coordinator, at=noon)


def file_url(plan, attachment):
    return reverse("plans:attachment", args=[plan.district.slug, 2027, attachment.lineage])


def opened(client, plan, attachment):
    """The file's bytes, or the status of a refusal."""
    response = client.get(file_url(plan, attachment))
    return b"".join(response) if response.streaming else response.status_code


def test_a_file_opens_for_the_department_only_while_it_is_handed_in(
    client, plan, attachment, coordinator, reviewer, noon
):
    plan.refresh_from_db()
    sign_version(closed_version(plan, draft_document(plan.pk)))
    met = {}
    for moment, act in {
        "draft": None,
        "handed in": services.submit,
        "taken back": services.recall,
        "handed in again": services.submit,
    }.items():
        if act:
            act(plan_id=plan.pk, by=coordinator, at=noon, key=uuid4())
        for who in (coordinator, reviewer, person(Role.PLAN_COORDINATOR)):
            client.force_login(who)
            met.setdefault(moment, []).append(opened(client, plan, attachment))

    assert met == {
        "draft": [b"46.1", 404, 404],
        "handed in": [b"46.1", b"46.1", 404],
        "taken back": [b"46.1", 404, 404],
        "handed in again": [b"46.1", b"46.1", 404],
    }


def add_url(plan):
    return reverse("plans:attachment_add", args=[plan.district.slug, 2027])


def send(client, plan, lineage, *, name="a.csv", content=b"46.1", kind="text/csv"):
    upload = SimpleUploadedFile(name, content, content_type=kind)
    return client.post(add_url(plan), {"title": "Data", "upload": upload, "lineage": lineage})


def in_draft(plan):
    return [
        (part.file_name, part.size, part.sha256[:4]) for part in draft_document(plan.pk).attachments
    ]


def test_a_form_sent_twice_keeps_one_file_and_one_filled_anew_another(client, plan, coordinator):
    client.force_login(coordinator)
    lineage = uuid4()
    for name, content in [("a.csv", b"46.1"), ("a.csv", b"46.1"), ("b.csv", b"47.3 %")]:
        assert send(client, plan, lineage, name=name, content=content).status_code == 302

    assert [row[:2] for row in in_draft(plan)] == [("a.csv", 4), ("b.csv", 6)]


def test_a_file_taken_out_can_be_added_again_from_the_page_gone_back_to(client, plan, coordinator):
    client.force_login(coordinator)
    lineage = uuid4()
    send(client, plan, lineage)
    client.post(reverse("plans:attachment_remove", args=[plan.district.slug, 2027, lineage]))

    send(client, plan, lineage)

    assert [row[:2] for row in in_draft(plan)] == [("a.csv", 4)]


@pytest.mark.parametrize("kind", ["x" * 300, "text/\0", "text/html"])
def test_the_kind_of_a_file_is_not_what_a_browser_says(client, plan, coordinator, kind):
    """A browser may say anything of it, at any length."""
    client.force_login(coordinator)

    assert send(client, plan, uuid4(), kind=kind).status_code == 302

    assert Attachment.objects.get().content_type == "text/csv"
    response = client.get(file_url(plan, Attachment.objects.get()))
    assert b"".join(response) == b"46.1"
    assert {name: response[name] for name in NEVER_RUNS} == NEVER_RUNS


@pytest.mark.parametrize(
    ("name", "content", "status"),
    [
        ("a.csv", b"", 422),
        ("a.exe", b"x", 422),
        ("a", b"x", 422),
        ("../../etc/passwd.csv", b"x", 302),
        ("a" * 200 + ".csv", b"x", 422),
        ("é" * 140 + ".csv", b"x", 302),
        ("a.pdf", b"<script>alert(1)</script>", 422),
    ],
)
def test_what_is_taken_stays_in_its_folder(client, plan, coordinator, name, content, status):
    client.force_login(coordinator)

    assert send(client, plan, uuid4(), name=name, content=content).status_code == status

    kept = list(Attachment.objects.values_list("file", flat=True))
    assert [file.startswith("plans/2") and ".." not in file for file in kept] == [True] * len(kept)
    assert len(kept) == (status == 302)


def test_a_refused_file_says_why_and_loses_nothing_else(client, plan, coordinator):
    client.force_login(coordinator)

    page = client.post(
        add_url(plan),
        {"title": "Scores of grade 3", "upload": SimpleUploadedFile("a.pdf", b"<script>")},
    )

    assert page.status_code == 422
    assert "is not a PDF by what is in it" in page.text
    assert "Scores of grade 3" in page.text


def test_marks_that_nobody_sees_are_not_kept_in_a_name(client, plan, coordinator):
    """One turns what follows it around: “fdp.exe” would read “exe.pdf”."""
    client.force_login(coordinator)

    send(client, plan, uuid4(), name="minutes\u202efdp\u2066\x07.csv")

    assert [row[0] for row in in_draft(plan)] == ["minutesfdp.csv"]


def kept_files(folder):
    return [path.name for path in folder.rglob("*") if path.is_file()]


def upload_of(size=3):
    return SimpleUploadedFile("scores.csv", b"46." * size, content_type="text/csv")


@pytest.fixture
def full_disk(monkeypatch):
    """Takes the first bytes of a file and no more, as a disk that fills up does."""

    class Filling:
        def __init__(self, descriptor, mode):
            self.file = real_fdopen(descriptor, mode)

        def write(self, chunk):
            self.file.write(chunk[:1])
            self.file.flush()
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        def close(self):
            self.file.close()

    real_fdopen = os.fdopen
    monkeypatch.setattr("django.core.files.storage.filesystem.os.fdopen", Filling)


@pytest.mark.usefixtures("full_disk")
def test_full_disk_leaves_neither_file_nor_row_and_keeps_what_was_typed(
    client, plan, coordinator, tmp_path
):
    client.force_login(coordinator)

    refused = client.post(
        reverse("plans:attachment_add", args=[plan.district.slug, 2027]),
        {"title": "Scores of grade 3", "upload": upload_of()},
    )

    assert (refused.status_code, kept_files(tmp_path)) == (409, [])
    assert not Attachment.objects.exists()
    assert "could not be kept: there is no room for it just now" in refused.text
    assert "Scores of grade 3" in refused.text


@pytest.mark.parametrize(
    "fault", [OperationalError("No space left"), IntegrityError("Refused"), KeyboardInterrupt()]
)
def test_row_that_cannot_be_kept_leaves_no_file(plan, coordinator, noon, tmp_path, fault):
    with (
        mock.patch.object(Attachment, "save", side_effect=fault),
        pytest.raises(type(fault)),
    ):
        services.attach(plan_id=plan.pk, title="1", upload=upload_of(), by=coordinator, at=noon)

    assert (kept_files(tmp_path), Attachment.objects.count()) == ([], 0)


def test_person_who_may_not_attach_leaves_no_file(plan, noon, tmp_path):
    stranger = person(Role.PLAN_COORDINATOR, PlanFactory().district)

    with pytest.raises(PermissionDenied):
        services.attach(plan_id=plan.pk, title="1", upload=upload_of(), by=stranger, at=noon)

    assert kept_files(tmp_path) == []


def test_same_form_sent_twice_keeps_one_file(plan, coordinator, noon, tmp_path):
    sent = {"plan_id": plan.pk, "title": "1", "by": coordinator, "at": noon, "lineage": uuid4()}

    first, second = (services.attach(upload=upload_of(), **sent) for _ in range(2))

    assert (first, len(kept_files(tmp_path))) == (second, 1)


@pytest.mark.parametrize("how", ["removed", "a folder now"])
@pytest.mark.parametrize("is_closed", [False, True])
def test_stored_file_that_is_gone_is_said_with_who_can_attach_it_again(
    client, plan, attachment, coordinator, tmp_path, is_closed, how
):
    if is_closed:
        plan.refresh_from_db()
        sign_version(closed_version(plan, draft_document(plan.pk)))
        services.submit(plan_id=plan.pk, by=coordinator, at=attachment.saved_at, key=uuid4())
    (stored,) = [path for path in tmp_path.rglob("*") if path.is_file()]
    stored.unlink()
    if how == "a folder now":
        stored.mkdir()
    client.force_login(coordinator)

    page = client.get(file_url(plan, attachment))

    assert page.status_code == 404
    assert ("scores.csv" in page.text, attachment.sha256 in page.text) == (True, True)
    assert ("Add the file again" in page.text) is not is_closed
    told = page.text.partition("</header>")[2].replace("<wbr>", "")
    assert (coordinator.email in told) is is_closed
