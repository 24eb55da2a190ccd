"""What a test committed is taken away again, and what it took away of what migrations loaded is
put back.

Django truncates every table and saves each object of the migrations anew: most of a second. Few
tables hold anything, so rows are deleted where there are any, and copied in as PostgreSQL wrote
them. No trigger is asked, as for TRUNCATE: some keep rows from being deleted for ever. For that the
tests' own user of PostgreSQL is a superuser, as that of the server they bring up is.
"""

import io

from django.db import connection, transaction

EMPTY = """
SET LOCAL session_replication_role = replica;
DO $$
DECLARE
    named regclass;
    has_rows boolean;
BEGIN
    FOR named IN SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
        WHERE schemaname = 'public' AND tablename <> 'django_migrations'
    LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %s)', named) INTO has_rows;
        IF has_rows THEN EXECUTE format('DELETE FROM %s', named); END IF;
    END LOOP;
END $$
"""


class AsMigrated:
    """The rows of every table, to be put back."""

    def __init__(self) -> None:
        self.rows: dict[str, str] = {}  # as COPY writes them, by table
        with connection.cursor() as cursor:
            for table in set(connection.introspection.table_names()) - {"django_migrations"}:
                copied = io.StringIO()
                cursor.copy_expert(f'COPY "{table}" TO STDOUT', copied)
                if copied.getvalue():
                    self.rows[table] = copied.getvalue()

    def put_back(self) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(EMPTY)
            for table, rows in self.rows.items():
                cursor.copy_expert(f'COPY "{table}" FROM STDIN', io.StringIO(rows))
