"""A database and attachments that a test may back up and destroy, and what they hold.

What a database holds is told by PostgreSQL and not by Django. conftest.py names this file.
"""

import hashlib
import io
import json
import os
import shutil
import zipfile
from contextlib import contextmanager
from pathlib import Path

import psycopg2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import override_settings
from django.utils import timezone
from psycopg2 import sql

from alliance.tests.demo import load_demo, load_roster
from districts.models import Session, User
from plans.models import Plan
from plans.services import attach

FILLED, OURS, SECOND = "backup_filled", "backup_ours", "backup_second"
AS_MIGRATED = "as_migrated"  # a copy of the tests’ own, made before any test
STORED = Path(__file__).with_name("stored")  # what former releases wrote
PDF = b"%PDF-1.7 " + os.urandom(300_000)
TEXT = "\t\\N naïve \\.\r\n".encode()
WHAT_TABLES_ARE_MADE_OF = {
    "sequences": "SELECT sequencename::text, last_value FROM pg_sequences",
    "constraints": "SELECT conrelid::regclass::text, conname::text, pg_get_constraintdef(oid)"
    " FROM pg_constraint WHERE connamespace = 'public'::regnamespace",
    "indexes": "SELECT tablename::text, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "triggers": "SELECT tgname::text, tgenabled::text, pg_get_triggerdef(oid) FROM pg_trigger"
    " WHERE NOT tgisinternal",
    "columns": "SELECT table_name::text, column_name::text, data_type::text, is_nullable::text,"
    " column_default::text FROM information_schema.columns WHERE table_schema = 'public'",
}
HASH_OF_ROWS = sql.SQL(
    "SELECT count(*), md5(coalesce(string_agg(t::text, '\n' ORDER BY t::text), '')) FROM {} t"
)
NO_ROWS = (0, hashlib.md5(b"").hexdigest())  # noqa: S324


@contextmanager
def connected_to(name):
    """Inside, Django works with another database of the same server."""
    connection.close()
    usual = connection.settings_dict["NAME"]
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = usual


def connect(name):
    at = connection.settings_dict
    server = psycopg2.connect(
        dbname=name,
        user=at["USER"],
        password=at["PASSWORD"],
        host=at["HOST"],
        port=at["PORT"],
    )
    server.autocommit = True
    return server


def create(name, *, like="template1"):
    _administer(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    _administer(f"CREATE DATABASE {name} TEMPLATE {like}")


def drop(name):
    _administer(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _administer(statement):
    server = connect("postgres")
    with server.cursor() as cursor:
        cursor.execute(statement)
    server.close()


def everything():
    """The number of rows of each table and their hash, and all that the tables are made of."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        found = {}
        for (table,) in sorted(cursor.fetchall()):
            cursor.execute(HASH_OF_ROWS.format(sql.Identifier(table)))
            found[table] = cursor.fetchone()
        for what, query in WHAT_TABLES_ARE_MADE_OF.items():
            cursor.execute(query)
            found[what] = sorted(cursor.fetchall(), key=repr)
    return found


def holds(name, wanted):
    """Whether there is such a database, with nobody in it, that holds just this."""
    server = connect("postgres")
    with server.cursor() as cursor:
        cursor.execute(
            "SELECT count(pid) FROM pg_database LEFT JOIN pg_stat_activity USING (datname)"
            " WHERE datname = %s GROUP BY datname",
            [name],
        )
        is_free = cursor.fetchone() == (0,)
    server.close()
    if not is_free:
        return False
    with connected_to(name):
        return everything() == wanted


def files(folder):
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def rewritten(file, *, entries=None, manifest=None):
    """A backup with some entries changed, their hashes too, and then perhaps its manifest."""
    with zipfile.ZipFile(file) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    about = json.loads(held["manifest.json"])
    for name, change in (entries or {}).items():
        held[name] = change(held[name])
        for part in about["tables"] + about["attachments"]:
            if part["entry"] == name:
                part["size"] = len(held[name])
                part["sha256"] = hashlib.sha256(held[name]).hexdigest()
    if manifest:
        manifest(about)
    held["manifest.json"] = json.dumps(about).encode()
    changed = file.with_name("changed.backup")
    with zipfile.ZipFile(changed, "w") as archive:
        for name, content in held.items():
            archive.writestr(name, content)
    return changed


@pytest.fixture(scope="session")
def filled(django_db_setup, django_db_blocker, tmp_path_factory):
    """A database with people, plans, versions and letters; a folder with their attachments."""
    media = tmp_path_factory.mktemp("filled")
    create(FILLED, like=AS_MIGRATED)
    with (
        override_settings(
            DEMO=True,
            MEDIA_ROOT=str(media),
            PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        ),
        django_db_blocker.unblock(),
        connected_to(FILLED),
    ):
        call_command("migrate", verbosity=0)  # without a database of the tests, it is empty
        load_roster()
        load_demo("bristol")
        attach_file("Scores", "scores.pdf", PDF)
        attach_file("Größe, “quoted”", "größe.txt", TEXT)
        Session.objects.create(
            session_key="in", session_data="", expire_date=timezone.now(), seen_at=timezone.now()
        )
        as_filled = everything()
    yield media, as_filled
    drop(OURS)
    drop(FILLED)


@pytest.fixture
def media(filled, settings, tmp_path, django_db_blocker):
    """Django works with a copy of that database and of that folder, which is this one."""
    folder, as_filled = filled
    with django_db_blocker.unblock():
        if not holds(OURS, as_filled):  # many a test leaves it as it was
            create(OURS, like=FILLED)
    settings.MEDIA_ROOT = str(tmp_path / "media")
    shutil.copytree(folder, tmp_path / "media")
    with django_db_blocker.unblock(), connected_to(OURS):
        yield tmp_path / "media"


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


def lose_everything(media):
    connection.close()
    create(OURS)
    shutil.rmtree(media)


def signed_out(found):
    return found | {"districts_session": NO_ROWS}
