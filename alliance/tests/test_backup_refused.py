"""What cannot be backed up or restored: nothing is touched, and a sentence says why."""

import resource
import shutil
import zipfile
from contextlib import contextmanager

import pytest
from django.core.files.storage import default_storage
from django.db import connection

from alliance.tests.backups import (
    OURS,
    connect,
    lose_everything,
    nothing_changes,
    refused,
    rewritten,
)
from districts.models import User
from plans.models import Plan


@contextmanager
def no_room_beyond(size):
    """As on a full disk, writing fails half-way: no file of ours may grow beyond this."""
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, usual[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)


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
        f" {User.objects.count()} people, {Plan.objects.count()} plans, which restoring would"
        " delete. Back it up first, then add --replace. Nothing was changed."
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


def test_who_comes_while_files_are_put_back_is_not_disturbed(media, backup, monkeypatch):
    shutil.rmtree(media / "plans")
    save, others = default_storage.save, []

    def meanwhile(name, content):
        others.append(connect(OURS))
        return save(name, content)

    monkeypatch.setattr(default_storage, "save", meanwhile)
    with nothing_changes(media):
        said = refused("restore", backup, "--replace")

    for other in others:
        other.close()
    assert said.startswith("Others work with this database (2 open connections).")


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
