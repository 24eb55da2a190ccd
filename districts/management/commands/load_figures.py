"""Loads the figures that the Department publishes yearly; districts/data/README-history.md."""

from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from districts import services

DATA = settings.BASE_DIR / "districts" / "data"


class Command(BaseCommand):
    help = "Load fifteen years of published figures of each district on the roster."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--history",
            type=Path,
            default=DATA / "district_history.csv",
            help="Results, enrollment and spending, one figure a row.",
        )
        parser.add_argument(
            "--allocations",
            type=Path,
            default=DATA / "allocations_by_year.csv",
            help="The grant of each district and year, and the Alliance part of it.",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="Say what would change and write nothing."
        )

    def handle(self, *args, **options):
        figures = [
            *_read(options["history"], services.read_history),
            *_read(options["allocations"], services.read_allocations_by_year),
        ]
        with transaction.atomic():
            load = services.load_figures(figures=figures, at=timezone.now())
            transaction.set_rollback(options["dry_run"])
        for line in load.lines():
            self.stdout.write(line)
        if options["dry_run"]:
            self.stdout.write("This was a dry run: nothing was written.")


def _read(file: Path, read):
    try:
        return read(file.read_bytes())
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}.") from None
    except services.RosterFaults as faults:
        number = len(faults.faults)
        counted = "1 fault" if number == 1 else f"{number:,} faults"
        raise CommandError(f"Nothing was loaded. {file} has {counted}:\n{faults}") from None
