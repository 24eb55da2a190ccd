"""The demo as tests load it: the real roster first, then the command."""

from io import StringIO

from django.conf import settings
from django.core.management import call_command

ROSTER = settings.BASE_DIR / "districts" / "data" / "alliance_districts.csv"


def load_roster() -> None:
    call_command("load_roster", str(ROSTER), "--fiscal-year", "2027", stdout=StringIO())


def load_demo(*only: str) -> list[str]:
    """What the command says, line by line. Plans of `only` some districts load sooner than all."""
    out = StringIO()
    call_command("load_demo", only=only, stdout=out)
    return out.getvalue().splitlines()
