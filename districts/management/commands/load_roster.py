"""Loads the Department's roster file; districts/data/README.md describes it."""

import getpass
import socket
from argparse import ArgumentParser
from datetime import date
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from districts import services


class Command(BaseCommand):
    help = "Load the districts, their designation, allocation and figures from the roster file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--fiscal-year",
            type=int,
            required=True,
            help="The year whose allocations to load, named by its ending year: 2027.",
        )
        parser.add_argument(
            "--all",
            action="store_true",
            help="Load every district of the file, not only the 33 of the program page.",
        )
        parser.add_argument(
            "--list-date",
            type=date.fromisoformat,
            metavar="YYYY-MM-DD",
            help="The day of the Department's payment list that the money is from.",
        )
        parser.add_argument(
            "--reason",
            default="",
            help="Why, where the file changes a year that has filed or decided plans.",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="Say what would change and write nothing."
        )

    def handle(self, *args, **options):
        raw, fiscal_year = _read(options["file"]), options["fiscal_year"]
        try:
            rows = services.read_roster(raw, fiscal_year=fiscal_year)
        except services.RosterFaults as faults:
            raise CommandError(_refusal(options["file"], faults)) from None
        if not options["all"]:
            rows = [row for row in rows if row.in_program_list]
        try:
            with transaction.atomic():
                load = services.load_roster(
                    rows=rows,
                    fiscal_year=fiscal_year,
                    list_source=services.list_of(options["list_date"]),
                    reason=options["reason"],
                    run_as=_account(),
                    at=timezone.now(),
                )
                transaction.set_rollback(options["dry_run"])
        except services.RosterRefusal as refusal:
            options_of = {"reason": "--reason", "list_date": "--list-date"}
            named = [options_of[name] for name in refusal.sentences if name in options_of]
            wanted = "".join(f" Give it with {name}." for name in named)
            raise CommandError(f"Nothing was loaded.\n{refusal}{wanted}") from None
        for line in load.lines():
            self.stdout.write(line)
        if options["dry_run"]:
            self.stdout.write("This was a dry run: nothing was written.")
        elif load.summary():
            self.stdout.write(f"On record as loaded by {_account()}.")


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}.") from None


def _refusal(file: Path, faults: services.RosterFaults) -> str:
    number = len(faults.faults)
    counted = "1 fault" if number == 1 else f"{number:,} faults"
    return f"Nothing was loaded. {file} has {counted}:\n{faults}"


def _account() -> str:
    """Who runs the command, as the server knows them."""
    return f"{getpass.getuser()} on {socket.gethostname()}"[:150]
