"""Backing up and restoring: all of it comes back, of one moment, and no file is lost."""

# ruff: noqa: S603  every command run here is our own, as a list of words

import hashlib
import subprocess
import sys
import zipfile

import pytest
from django.core.management import call_command
from django.core.management.commands import migrate
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor

from alliance.backup import database
from alliance.embedded import ROOT
from alliance.tests.backups import (
    OURS,
    PDF,
    SECOND,
    STORED,
    TEXT,
    attach_file,
    connect,
    connected_to,
    create,
    drop,
    everything,
    files,
    lose_everything,
    refused,
    run,
    signed_out,
)
from alliance.tests.test_web import environment_of_the_tests
from districts.models import District
from plans.models import Attachment, PlanVersion


def without(found, *names):
    return {name: held for name, held in found.items() if name not in names}


@pytest.fixture
def former(media, monkeypatch):
    """The stored database with the tables of its day, somebody signed in, and an attachment."""
    with monkeypatch.context() as patched:
        patched.setattr(database, "migrate_forward", lambda: 0)
        run("restore", STORED / "demo-2026-11.backup", "--replace")
    (scores,) = media.rglob("scores*.pdf")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO plans_attachment (lineage, version, as_typed, position, title, file,"
            " file_name, content_type, size, sha256, plan_id) SELECT gen_random_uuid(), 1, '{}',"
            " 0, 'Scores', %s, 'scores.pdf', 'application/pdf', %s, %s, min(id) FROM plans_plan",
            [str(scores.relative_to(media)), len(PDF), hashlib.sha256(PDF).hexdigest()],
        )
        cursor.execute(
            "INSERT INTO districts_session (session_key, session_data, expire_date, started_at,"
            " seen_at, idle, ends_at, browser, address) VALUES ('in', '', now(), now(), now(),"
            " '1 hour', now(), '', '')"
        )
    return scores


@pytest.mark.long
def test_a_backup_of_an_earlier_version_is_brought_forward(former, media, tmp_path, monkeypatch):
    """As Django's own migrate brings it forward in its place, row for row and table for table."""
    migrations = len(database.applied_migrations())
    run("backup", tmp_path / "old.backup")
    with monkeypatch.context() as patched:
        patched.setattr(migrate, "MigrationExecutor", MigrationExecutor)
        call_command("migrate", verbosity=0)
    later = len(database.applied_migrations()) - migrations
    forward = everything()
    lose_everything(media)

    said = run("restore", tmp_path / "old.backup")

    assert later > 30
    assert f"Migrations of this version that came after the backup's: {later}." in said
    when_migrated = ("django_migrations", "sequences")
    assert without(everything(), *when_migrated) == without(signed_out(forward), *when_migrated)
    assert former.read_bytes() == PDF


def test_replacing_takes_back_what_was_done_since_and_overwrites_no_file(media, tmp_path):
    attach_file("Lost", "lost.txt", TEXT)
    (scores,), (lost,) = media.rglob("scores*.pdf"), media.rglob("lost*.txt")
    lost.unlink()
    lost_name = lost.relative_to(media)
    before = everything()

    warned = refused("backup", tmp_path / "rest.backup", code=3)
    attach_file("Later", "later.txt", TEXT)
    scores.write_bytes(b"another")
    half = media / f"restored/{hashlib.sha256(PDF).hexdigest()}.pdf"  # a restore was killed
    half.parent.mkdir()
    half.write_bytes(PDF[:100_000])
    said = run("restore", tmp_path / "rest.backup", "--replace")

    restored = Attachment.objects.get(title="Scores")
    with restored.file.open() as file:
        assert (file.read(), scores.read_bytes()) == (PDF, b"another")
    assert restored.file.name.startswith(f"restored/{restored.sha256}")
    assert half.read_bytes() == PDF[:100_000]
    assert len(files(media)) == 5  # another, größe, later, half a file, and the restored one
    assert without(everything(), "plans_attachment") == without(
        signed_out(before), "plans_attachment"
    )
    assert warned == (
        f"{tmp_path}/rest.backup is made, but attachments that the database names are gone:"
        f" {lost_name}."
    )
    assert said.splitlines()[:2] == [
        f"Another file is named {scores.relative_to(media)}: the restored one is"
        f" {restored.file.name}.",
        f"The attachment {lost_name} was gone before the backup was made.",
    ]
    assert said.endswith("attachments: 2. Everybody signs in again.\n")


def test_a_backup_is_of_one_moment_while_others_go_on(media, tmp_path, monkeypatch):
    districts, copy_out = District.objects.count(), database.copy_out

    def meanwhile(table, archive):
        if table == "account_emailaddress":  # the first of all
            other = connect(OURS)
            with other.cursor() as cursor:
                cursor.execute(
                    "UPDATE districts_district SET name = 'Meanwhile'"
                    " WHERE id = (SELECT min(id) FROM districts_district)"
                )
                cursor.execute("DELETE FROM districts_session")
            other.close()
        return copy_out(table, archive)

    monkeypatch.setattr(database, "copy_out", meanwhile)
    run("backup", tmp_path / "one.backup")

    with zipfile.ZipFile(tmp_path / "one.backup") as archive:
        rows = archive.read("tables/districts_district.copy").decode()
    assert District.objects.filter(name="Meanwhile").exists()
    assert ("Meanwhile" in rows, rows.count("\n")) == (False, districts)


def test_a_backup_is_for_its_owner_alone_and_overwrites_nothing(media, backup):
    content = backup.read_bytes()

    sentence = refused("backup", backup)

    assert sentence == f"{backup} exists already: a backup overwrites nothing. Give another name."
    assert backup.stat().st_mode & 0o777 == 0o600
    assert backup.read_bytes() == content


def test_of_two_backups_with_one_name_the_first_stays(media, tmp_path, monkeypatch):
    file, copy_out = tmp_path / "one.backup", database.copy_out

    def meanwhile(table, archive):
        if table == "account_emailaddress":  # the first of all
            file.write_bytes(b"the first to be whole")
        return copy_out(table, archive)

    monkeypatch.setattr(database, "copy_out", meanwhile)
    said = refused("backup", file)

    assert said == f"{file} exists already: a backup overwrites nothing. Give another name."
    assert file.read_bytes() == b"the first to be whole"
    assert {path.name for path in tmp_path.iterdir()} == {"media", "one.backup"}


# As a person types it ---------------------------------------------------------------------------


def url_of(name):
    at = connection.settings_dict
    password = f":{at['PASSWORD']}" if at["PASSWORD"] else ""
    if at["HOST"].startswith("/"):
        return f"postgres://{at['USER']}{password}@/{at['HOST']}/{name}"
    return f"postgres://{at['USER']}{password}@{at['HOST']}:{at['PORT'] or 5432}/{name}"


def type_in(folder, url, *words):
    return subprocess.run(
        words,
        cwd=folder,
        env=environment_of_the_tests()
        | {
            "DATABASE_URL": url,
            "ALLIANCE_STATE": str(folder / "state"),
            "MEDIA_ROOT": str(folder / "media"),
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.services
def test_all_that_was_destroyed_comes_back_in_another_database_row_for_row_and_file_for_file(
    media, tmp_path
):
    before, files_before = everything(), files(media)
    newest = Attachment.objects.order_by("pk").last().pk

    backed_up = type_in(tmp_path, url_of(OURS), ROOT / "script/backup", "all.backup")
    lose_everything(media)
    create(SECOND)
    restored = type_in(tmp_path, url_of(SECOND), ROOT / "script/restore", "all.backup")

    assert (backed_up.returncode, restored.returncode) == (0, 0), restored.stderr
    assert backed_up.stdout.startswith("Backed up to all.backup: ")
    assert restored.stdout.startswith("Restored as of ")
    assert restored.stdout.endswith("rows, attachments: 2. Everybody signs in again.\n")
    assert (files(media), len(files_before)) == (files_before, 2)
    with connected_to(SECOND):
        assert everything() == signed_out(before)
        assert attach_file("More", "more.txt", TEXT).pk == newest + 1  # numbers go on
        with pytest.raises(Error, match="Cannot update or delete rows"):  # triggers are awake
            PlanVersion.objects.update(number=9)
    drop(SECOND)


@pytest.mark.services
@pytest.mark.parametrize("command", ["backup", "restore"])
def test_a_database_that_cannot_be_reached_is_a_sentence(media, backup, tmp_path, command):
    file = tmp_path / "new.backup" if command == "backup" else backup
    nowhere = "postgres://alliance:wrong@127.0.0.1:1/alliance"
    python = (sys.executable, ROOT / "manage.py")

    by_script = type_in(tmp_path, nowhere, ROOT / "script" / command, file)
    by_manage = type_in(tmp_path, nowhere, *python, command, file)
    stranger = type_in(
        tmp_path, url_of(OURS).replace("://alliance", "://stranger"), *python, command, file
    )

    outcome = "There is no backup." if command == "backup" else "Nothing was changed."
    assert by_script.stderr.splitlines()[-1].startswith(
        "DATABASE_URL does not lead to a database: "
    )
    for tried in (by_manage, stranger):
        assert tried.stderr.startswith("CommandError: The database cannot be reached: ")
        assert tried.stderr.endswith(f". {outcome}\n")
    assert [
        (tried.returncode, tried.stderr.count("\n")) for tried in (by_script, by_manage, stranger)
    ] == [(1, 2), (1, 1), (1, 1)]
    assert not (tmp_path / "new.backup").exists()
