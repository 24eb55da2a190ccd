"""A database that a test may destroy, and what it holds, told by PostgreSQL and not by Django."""

import hashlib
import json
import zipfile
from contextlib import contextmanager

import psycopg2
from django.db import connection
from psycopg2 import sql

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
