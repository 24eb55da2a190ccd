"""A check of letters that breaks, in Python and in the database."""

from django.db import connection


def why_not(notice, *, at):
    with connection.cursor() as cursor:
        cursor.execute("SELECT no_such_column")
