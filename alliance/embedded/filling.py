"""What script/server makes of a database before the product starts: tables, roster, figures, demo.

A process of its own, and one for all of it: Django takes seconds to start.
"""

import io
import os
import sys

from django.core.management import CommandError, call_command

from alliance.embedded import ROOT

ROSTER = ROOT / "districts" / "data" / "alliance_districts.csv"
FIRST_FISCAL_YEAR = "2027"


class Indented(io.TextIOBase):
    """Passes on what a command says, a line at a time, below the step it belongs to."""

    def __init__(self) -> None:
        self.begun = ""

    def write(self, words: str) -> int:
        *lines, self.begun = (self.begun + words).split("\n")
        for line in lines:
            print(f"    {line.rstrip()}", flush=True)  # noqa: T201
        return len(words)


def main(*, is_demo: bool) -> None:
    _step("2 of 5: the tables …")
    _run("migrate")
    _run("collectstatic", "--noinput", "--verbosity=0")
    _step("3 of 5: the roster, and what was published of it …")
    _run("load_roster", str(ROSTER), "--fiscal-year", FIRST_FISCAL_YEAR)
    _run("load_figures")
    if is_demo:
        _step("4 of 5: the demo …")
        _run("load_demo")
    else:
        _step("4 of 5: no demo, as DEMO says.")


def _step(words: str) -> None:
    print(words, flush=True)  # noqa: T201


def _run(command: str, *arguments: str) -> None:
    try:
        call_command(command, *arguments, stdout=Indented(), stderr=Indented())
    except CommandError as fault:
        Indented().write(f"{command}: {fault}\n")
        sys.exit(1)


if __name__ == "__main__":
    import django
    from django.conf import settings

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alliance.settings")
    django.setup()
    main(is_demo=settings.DEMO)
