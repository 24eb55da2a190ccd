"""The database's part: every row of every table of ours, out of one moment and back whole."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from django.apps import apps
from django.contrib.sessions.models import Session as FormerSession
from django.core.management import call_command
from django.db import Error, OperationalError, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from psycopg2 import sql

from alliance.backup import Refusal
from alliance.backup.archive import Archive, NewArchive, Table
from alliance.migrating import Executor
from districts.models import District, Session, User
from plans.models import Plan

Migration = tuple[str, str]

LEFT_EMPTY = {
    Session._meta.db_table,
    FormerSession._meta.db_table,
}  # who is signed in is nobody's record
PATIENCE = "10s"  # with somebody who holds a table
AS_TEXT = (  # the same text for the same value, whatever the server's own habits
    "SET LOCAL TimeZone = 'UTC'",
    "SET LOCAL DateStyle = 'ISO'",
    "SET LOCAL IntervalStyle = 'postgres'",
    "SET LOCAL bytea_output = 'hex'",
    "SET LOCAL extra_float_digits = 1",
)


@contextmanager
def one_moment() -> Iterator[None]:
    """Inside, every query sees the database as it was at the first one."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        for setting in AS_TEXT:
            cursor.execute(setting)
        yield


@contextmanager
def all_or_nothing() -> Iterator[None]:
    """Inside, what is written is there for others at the end, or never was.

    References are checked at each statement, since a table with checks to come cannot be altered.
    """
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{PATIENCE}'")
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for setting in AS_TEXT:
            cursor.execute(setting)
        yield


@contextmanager
def in_sentences(outcome: str) -> Iterator[None]:
    """Makes of what the database answers a sentence that ends with the outcome."""
    try:
        yield
    except OperationalError as fault:
        if connection.connection is None:
            raise Refusal(
                f"The database cannot be reached: {_one_line(fault)}. {outcome}"
            ) from fault
        raise Refusal(f"The database stopped: {_one_line(fault)}. {outcome}") from fault
    except Error as fault:
        raise Refusal(f"The database refused: {_one_line(fault)}. {outcome}") from fault


def server() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        return f"PostgreSQL {cursor.fetchone()[0]}"


def applied_migrations() -> list[Migration]:
    return sorted(MigrationRecorder(connection).applied_migrations())


def unknown_migrations(applied: Collection[Migration]) -> list[str]:
    """Those of another version of the product, which this one cannot work with."""
    known = MigrationLoader(None).disk_migrations
    return [f"{app} {name}" for app, name in sorted(applied) if (app, name) not in known]


# Out of the database ----------------------------------------------------------------------------


def tables_of(applied: Collection[Migration]) -> list[str]:
    """The tables of ours that a database with these migrations has."""
    if not applied:
        return []
    loader = MigrationLoader(connection)
    state = loader.project_state([node for node in applied if node in loader.graph.nodes])
    models_then = state.apps.get_models(include_auto_created=True)
    ours = {model._meta.db_table for model in models_then if model._meta.managed}
    ours -= {model._meta.db_table for model in apps.get_models() if not model._meta.managed}
    return sorted(ours | {MigrationRecorder.Migration._meta.db_table})


def copy_out(table: str, archive: NewArchive) -> Table:
    name = f"tables/{table}.copy"
    with connection.cursor() as cursor, archive.entry(name) as entry:
        columns = _columns(cursor, table)
        left_empty = sql.SQL("WHERE false" if table in LEFT_EMPTY else "")
        rows = sql.SQL("SELECT {} FROM {} {}").format(
            _names(columns), sql.Identifier(table), left_empty
        )
        with connection.wrap_database_errors:
            cursor.copy_expert(sql.SQL("COPY ({}) TO STDOUT").format(rows), entry)
        return Table(
            entry=name,
            size=entry.size,
            sha256=entry.sha256,
            name=table,
            columns=tuple(columns),
            rows=cursor.rowcount,
            sequences=_last_numbers(cursor, table),
        )


def _columns(cursor, table: str) -> list[str]:
    cursor.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
        " AND NOT attisdropped AND attgenerated = '' ORDER BY attnum",
        [connection.ops.quote_name(table)],
    )
    return [name for (name,) in cursor.fetchall()]


def _names(columns: Collection[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, columns))


def _last_numbers(cursor, table: str) -> dict[str, int]:
    """By column, the last number its sequence gave out; nothing of one that gave none."""
    last = {}
    for sequence in connection.introspection.get_sequences(cursor, table):
        cursor.execute(
            "SELECT pg_sequence_last_value(%s::regclass)",
            [connection.ops.quote_name(sequence["name"])],
        )
        (number,) = cursor.fetchone()
        if number is not None:
            last[sequence["column"]] = number
    return last


# Back into the database -------------------------------------------------------------------------


def address() -> str:
    at = connection.settings_dict
    return f"{at['NAME']} on {at['HOST'] or 'this machine'}"


def held() -> dict[str, int]:
    """How much of what people would miss is there now."""
    present = set(connection.introspection.table_names())
    return {
        word: model._base_manager.count()
        for word, model in (("districts", District), ("people", User), ("plans", Plan))
        if model._meta.db_table in present
    }


def connections_beside_ours() -> int:
    """Of the product's own account: the web, workers, beat, a shell."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND usename = current_user AND pid <> pg_backend_pid()"
        )
        return cursor.fetchone()[0]


def make_tables(migrations: Collection[Migration]) -> None:
    """Drops our tables, and makes those of a database with these migrations, without a row."""
    present = tables_of(applied_migrations())
    with connection.cursor() as cursor:
        if present:
            cursor.execute(sql.SQL("DROP TABLE {}").format(_names(present)))
        executor = Executor(connection)
        executor.migrate(_latest(executor.loader, migrations))
        cursor.execute(
            sql.SQL("TRUNCATE {} RESTART IDENTITY").format(_names(tables_of(migrations)))
        )


def _latest(loader: MigrationLoader, migrations: Collection[Migration]) -> list[Migration]:
    """Of each app those that no other of these builds upon: the state to migrate to."""
    these = {node for node in migrations if node in loader.graph.nodes}
    built_upon = {
        parent.key
        for node in these
        for parent in loader.graph.node_map[node].parents
        if parent.key[0] == node[0]
    }
    return sorted(node for node in these if node not in built_upon)


def copy_in(archive: Archive) -> None:
    """Fills the tables just made. Triggers keep still, references are checked in the end."""
    tables = archive.manifest.tables
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        for table in tables:
            _turn_triggers(cursor, table, "DISABLE")
        for table in tables:
            _fill(cursor, table, archive)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in tables:
            _turn_triggers(cursor, table, "ENABLE")


def rename_file(table: str, column: str, *, old: str, new: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL("UPDATE {0} SET {1} = %s WHERE {1} = %s").format(
                sql.Identifier(table), sql.Identifier(column)
            ),
            [new, old],
        )


def migrate_forward() -> int:
    """What this version has and the backup did not; answers how many migrations that were."""
    before = len(applied_migrations())
    call_command("migrate", interactive=False, verbosity=0)
    return len(applied_migrations()) - before


def _turn_triggers(cursor, table: Table, verb: str) -> None:
    name = sql.Identifier(table.name)
    cursor.execute(sql.SQL("ALTER TABLE {} {} TRIGGER USER").format(name, sql.SQL(verb)))


def _fill(cursor, table: Table, archive: Archive) -> None:
    into = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table.name), _names(table.columns)
    )
    with archive.entry(table) as entry, connection.wrap_database_errors:
        cursor.copy_expert(into, entry)
    for column, number in table.sequences.items():
        cursor.execute(
            "SELECT setval(pg_get_serial_sequence(%s, %s), %s)",
            [connection.ops.quote_name(table.name), column, number],
        )


def _one_line(fault: Exception) -> str:
    return " ".join(str(fault).split()).rstrip(".")
