"""The demo as tests load it: the real roster first, then the command."""

from io import StringIO

from django.conf import settings
from django.core.management import call_command
from django.db import connection

ROSTER = settings.BASE_DIR / "districts" / "data" / "alliance_districts.csv"


def check_what_was_deferred() -> None:
    """The constraints that wait for the end of the transaction: once, and not after each test."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def load_roster() -> None:
    call_command("load_roster", str(ROSTER), "--fiscal-year", "2027", stdout=StringIO())


def load_demo(*only: str) -> list[str]:
    """What the command says, line by line. Plans of `only` some districts load sooner than all."""
    out = StringIO()
    call_command("load_demo", only=only, stdout=out)
    return out.getvalue().splitlines()
