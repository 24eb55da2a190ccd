"""Files in the storage that no row names: which go, which stay, and what the log says first."""

import os
from datetime import timedelta
from unittest import mock

import pytest
from django.conf import settings as as_set
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, InMemoryStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from districts.roles import Role
from districts.tests.factories import person
from plans import services, tasks
from plans.models import Attachment
from plans.services import strays
from plans.services.attaching import FileNotKept
from plans.tests.factories import PlanFactory

pytestmark = pytest.mark.django_db

A_DAY_AGO = timedelta(hours=25)
STRAY = "plans/2026/Our coach left-0123456789abcdef.csv"


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def attach():
    plan = PlanFactory()
    coordinator = person(Role.PLAN_COORDINATOR, plan.district)

    def _attach(name="scores.csv"):
        return services.attach(
            plan_id=plan.pk,
            title="Scores",
            upload=SimpleUploadedFile(name, b"46.1"),
            by=coordinator,
            at=timezone.now(),
        )

    return _attach


@pytest.fixture
def kept(tmp_path):
    return lambda: {
        path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()
    }


def put(folder, name, *, age):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"46.1")
    then = (timezone.now() - age).timestamp()
    os.utime(path, (then, then))


def test_old_file_without_a_row_goes_and_every_other_stays(attach, tmp_path, kept, caplog):
    drafted, detached = attach(), attach("b.csv")
    Attachment.objects.filter(pk=detached.pk).update(
        removed_at=timezone.now(), removed_by=detached.saved_by
    )
    for row in (drafted, detached):
        put(tmp_path, row.file.name, age=A_DAY_AGO)
    put(tmp_path, STRAY, age=A_DAY_AGO)
    being_uploaded = "plans/2026/b-fedcba9876543210.csv"
    put(tmp_path, being_uploaded, age=timedelta(hours=23))
    put(tmp_path, "restored/0a.csv", age=A_DAY_AGO)  # not where plans put theirs

    removed = services.remove_strays(at=timezone.now())

    assert removed == [STRAY]
    assert kept() == {drafted.file.name, detached.file.name, being_uploaded, "restored/0a.csv"}
    assert "0123456789abcdef" in caplog.text
    assert "coach" not in caplog.text
    assert services.remove_strays(at=timezone.now()) == []


def test_where_most_files_have_no_row_none_goes(attach, tmp_path, kept, caplog):
    """As where the database is empty, before a backup is put back into it."""
    put(tmp_path, attach().file.name, age=A_DAY_AGO)
    for number in range(2):
        put(tmp_path, f"plans/2026/a-{number:016}.csv", age=A_DAY_AGO)

    assert services.remove_strays(at=timezone.now()) == []
    assert len(kept()) == 3
    assert "2 of 3 stored files have no row" in caplog.text


def test_more_strays_than_a_day_can_leave_stay(attach, tmp_path, monkeypatch):
    monkeypatch.setattr(strays, "MOST_AT_ONCE", 1)
    for row in [attach(f"{number}.csv") for number in range(3)]:
        put(tmp_path, row.file.name, age=A_DAY_AGO)
    for number in range(2):
        put(tmp_path, f"plans/2026/a-{number:016}.csv", age=A_DAY_AGO)

    assert services.remove_strays(at=timezone.now()) == []


def test_a_storage_that_is_no_disk_is_asked_in_its_own_way(monkeypatch, attach):
    memory = InMemoryStorage()
    for module in ("strays", "attaching"):
        monkeypatch.setattr(f"plans.services.{module}.storage", lambda: memory)
    row = attach()
    memory.save(STRAY, ContentFile(b"46.1"))

    removed = services.remove_strays(at=timezone.now() + A_DAY_AGO)

    assert removed == [STRAY]
    assert memory.exists(row.file.name)


def test_nothing_attached_yet_and_a_storage_that_is_away_are_no_fault(caplog):
    tasks.remove_strays()
    with mock.patch.object(FileSystemStorage, "listdir", side_effect=OSError(5, "I/O error")):
        tasks.remove_strays()

    assert "could not be listed: I/O error" in caplog.text


def test_beat_asks_for_it_each_day():
    asked = [entry["task"] for entry in as_set.CELERY_BEAT_SCHEDULE.values()]

    assert tasks.remove_strays.name in asked


def test_file_that_cannot_be_taken_away_hides_no_other_fault(attach, caplog):
    """A disk that fails takes neither the file nor its removal."""
    with (
        mock.patch.object(FileSystemStorage, "_save", side_effect=OSError(28, "No space left")),
        mock.patch.object(FileSystemStorage, "delete", side_effect=OSError(30, "Read-only")),
        pytest.raises(FileNotKept),
    ):
        attach("Our coach left.csv")

    with (
        mock.patch.object(Attachment, "save", side_effect=KeyError("row")),
        mock.patch.object(FileSystemStorage, "delete", side_effect=OSError(30, "Read-only")),
        pytest.raises(KeyError),
    ):
        attach("Our coach left.csv")

    assert caplog.text.count("A file without a row is left") == 2
    assert "coach" not in caplog.text
