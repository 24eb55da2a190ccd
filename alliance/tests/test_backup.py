"""Backing up and restoring: all of it comes back, or nothing is touched and a sentence says why."""

# ruff: noqa: S603  every command run here is our own, as a list of words

import hashlib
import io
import os
import resource
import shutil
import subprocess
import sys
import zipfile
from contextlib import contextmanager

import pytest
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import Error, connection
from django.test import override_settings
from django.utils import timezone

from alliance.backup import database
from alliance.embedded import ROOT
from alliance.tests.backups import (
    NO_ROWS,
    connect,
    connected_to,
    create,
    drop,
    everything,
    files,
    rewritten,
)
from alliance.tests.demo import load_demo, load_roster
from districts.models import District, User
from plans.models import Attachment, Plan, PlanVersion
from plans.services import attach

FILLED, OURS, SECOND = "backup_filled", "backup_ours", "backup_second"
PDF = b"%PDF-1.7 " + os.urandom(300_000)
TEXT = "\t\\N naïve \\.\r\n".encode()


@pytest.fixture(scope="module")
def filled(django_db_blocker, tmp_path_factory):
    """A database with people, plans, versions and letters; a folder with their attachments."""
    media = tmp_path_factory.mktemp("filled")
    create(FILLED)
    with (
        override_settings(
            DEMO=True,
            MEDIA_ROOT=str(media),
            PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        ),
        django_db_blocker.unblock(),
        connected_to(FILLED),
    ):
        call_command("migrate", verbosity=0)
        load_roster()
        load_demo("bristol")
        attach_file("Scores", "scores.pdf", PDF)
        attach_file("Größe, “quoted”", "größe.txt", TEXT)
        Session.objects.create(session_key="in", session_data="", expire_date=timezone.now())
    yield media
    drop(FILLED)


@pytest.fixture
def media(filled, settings, tmp_path, django_db_blocker):
    """Django works with a copy of that database and of that folder, which is this one."""
    create(OURS, like=FILLED)
    settings.MEDIA_ROOT = str(tmp_path / "media")
    shutil.copytree(filled, tmp_path / "media")
    with django_db_blocker.unblock(), connected_to(OURS):
        yield tmp_path / "media"
    drop(OURS)


@pytest.fixture
def backup(media, tmp_path):
    """A backup of it all, made just now."""
    (tmp_path / "kept").mkdir()
    run("backup", tmp_path / "kept/all.backup")
    return tmp_path / "kept/all.backup"


def attach_file(title, name, content):
    return attach(
        plan_id=Plan.objects.get(cycle=2028).pk,
        title=title,
        upload=SimpleUploadedFile(name, content),
        by=User.objects.get(email="coordinator@bristol.example.org"),
        at=timezone.now(),
    )


def run(command, *arguments):
    said = io.StringIO()
    call_command(command, *map(str, arguments), stdout=said)
    return said.getvalue()


def refused(command, *arguments, code=1):
    with pytest.raises(CommandError) as refusal:
        run(command, *arguments)
    assert refusal.value.returncode == code
    assert "\n" not in str(refusal.value)
    return str(refusal.value)


@contextmanager
def nothing_changes(*folders):
    before = everything(), [files(folder) for folder in folders]
    yield
    assert (everything(), [files(folder) for folder in folders]) == before


@contextmanager
def no_room_beyond(size):
    """As on a full disk, writing fails half-way: no file of ours may grow beyond this."""
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, usual[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)


def lose_everything(media):
    connection.close()
    create(OURS)
    shutil.rmtree(media)


def signed_out(found):
    return found | {"django_session": NO_ROWS}


def without(found, *names):
    return {name: held for name, held in found.items() if name not in names}


# All of it comes back ---------------------------------------------------------------------------


def test_a_backup_of_an_earlier_version_is_brought_forward(media, tmp_path):
    forward = everything()
    migrations = len(database.applied_migrations())
    call_command("migrate", "plans", "0002", verbosity=0)
    later = migrations - len(database.applied_migrations())
    run("backup", tmp_path / "old.backup")
    call_command("migrate", verbosity=0)
    lose_everything(media)

    said = run("restore", tmp_path / "old.backup")

    assert f"Migrations of this version that came after the backup's: {later}." in said
    when_migrated = ("django_migrations", "sequences")
    assert without(everything(), *when_migrated) == without(signed_out(forward), *when_migrated)


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
                cursor.execute("UPDATE districts_district SET name = 'Meanwhile' WHERE id = 1")
                cursor.execute("DELETE FROM django_session")
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


# Nothing is touched, and a sentence says why ----------------------------------------------------


def flipped(file):
    """One bit of the attachment's bytes, as a bad disk would."""
    content = bytearray(file.read_bytes())
    content[content.index(b"%PDF") + 200_000] ^= 1
    return bytes(content)


def add_a_migration(about):
    about["migrations"].append(["plans", "0999_of_the_future"])


def lose_a_table(about):
    about["tables"] = [t for t in about["tables"] if t["name"] != "plans_plan"]


def lead_out_of_the_folder(about):
    about["attachments"][0]["name"] = "../escaped.txt"


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (lambda file: file.write_bytes(b""), "is not a backup of Alliance."),
        (lambda file: file.write_bytes(b"a letter"), "is not a backup of Alliance."),
        (lambda file: file.write_bytes(flipped(file)), "Wrong in it: attachments/"),
        (lambda file: file.write_bytes(file.read_bytes()[:-100]), "is damaged or cut short."),
        (lambda file: file.write_bytes(file.read_bytes()[:5000]), "is damaged or cut short."),
        (lambda file: file.unlink(), "cannot be read (No such file or directory)."),
        (lambda file: (file.unlink(), file.mkdir()), "cannot be read (Is a directory)."),
    ],
    ids=["empty", "text", "one bit", "cut short", "cut shorter", "gone", "a folder"],
)
def test_a_file_that_is_not_what_it_was_changes_nothing(media, backup, damage, sentence):
    damage(backup)

    with nothing_changes(media):
        said = refused("restore", backup, "--replace")

    assert said.startswith(f"{backup} ")
    assert sentence in said


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            {"manifest": lambda about: about["tables"][0].update(sha256="0" * 64)},
            "Wrong in it: tables/account_emailaddress.copy.",
        ),
        ({"manifest": lambda about: about.update(format=2)}, "does not understand."),
        ({"manifest": lambda about: about.pop("tables")}, "does not understand."),
        ({"manifest": lose_a_table}, "Wrong in it: tables/plans_plan.copy."),
        (
            {"manifest": add_a_migration},
            "made by another version of Alliance, with plans 0999_of_the_future, which this one"
            " does not know. Use that version.",
        ),
        (
            {"manifest": lead_out_of_the_folder},
            "The attachments cannot be put back (The joined path",
        ),
        (
            {"entries": {"tables/plans_plan.copy": lambda rows: b""}},
            "The database refused: insert or update on table",
        ),
    ],
    ids=[
        "hash",
        "format",
        "no tables",
        "table left out",
        "newer",
        "file elsewhere",
        "rows that others need",
    ],
)
def test_a_backup_that_does_not_fit_changes_nothing_and_leaves_no_file(
    media, backup, change, sentence
):
    changed = rewritten(backup, **change)
    shutil.rmtree(media / "plans")

    with nothing_changes(media):
        said = refused("restore", changed, "--replace")

    assert sentence in said


def test_restoring_over_what_is_there_must_be_asked_for(media, backup):
    with nothing_changes(media):
        said = refused("restore", backup)

    assert said == (
        f"The database {OURS} on {connection.settings_dict['HOST']} holds 33 districts,"
        f" {User.objects.count()} people, 2 plans, which restoring would delete. Back it up first,"
        " then add --replace. Nothing was changed."
    )


def test_another_zip_is_not_a_backup(media, tmp_path):
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as archive:
        archive.writestr("xl/workbook.xml", "")

    said = refused("restore", tmp_path / "other.zip", "--replace")

    assert said == f"{tmp_path}/other.zip is not a backup of Alliance: it has no manifest.json."


def test_a_disk_that_fills_up_while_backing_up_leaves_no_file(media, tmp_path):
    with nothing_changes(media), no_room_beyond(100_000):
        said = refused("backup", tmp_path / "big.backup")

    assert said == f"{tmp_path}/big.backup cannot be written (File too large). There is no backup."
    assert [path.name for path in tmp_path.iterdir()] == ["media"]


def test_a_disk_that_fills_up_while_restoring_changes_nothing(media, backup):
    shutil.rmtree(media / "plans")

    with nothing_changes(media), no_room_beyond(100_000):
        said = refused("restore", backup, "--replace")

    assert said == "The attachments cannot be put back (File too large). Nothing was changed."


def test_a_folder_that_cannot_be_written_is_said(media, tmp_path):
    said = refused("backup", tmp_path / "none/all.backup")

    assert said == (
        f"{tmp_path}/none/all.backup cannot be written (No such file or directory)."
        " There is no backup."
    )


def test_restoring_waits_for_nobody_who_works_with_the_database(media, backup):
    other = connect(OURS)

    with nothing_changes(media):
        said = refused("restore", backup, "--replace")

    other.close()
    assert said == (
        "Others work with this database (1 open connection). Stop the web, the workers and beat,"
        " and every shell, then restore. Nothing was changed."
    )


def test_a_database_of_another_version_is_left_alone(media, backup, tmp_path):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('plans', '0999_x', now())"
        )

    for command in (
        ("backup", tmp_path / "new.backup"),
        ("restore", backup, "--replace"),
    ):
        with nothing_changes(media):
            assert "The database was made by another version of Alliance, with plans 0999_x" in (
                refused(*command)
            )


def test_a_database_without_our_tables_has_nothing_to_back_up(media, tmp_path):
    lose_everything(media)

    said = refused("backup", tmp_path / "nothing.backup")

    assert said == "The database has no tables of Alliance: there is nothing to back up."


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
        env=os.environ
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
