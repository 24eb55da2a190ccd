"""Writes everything into one file."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.template.defaultfilters import filesizeformat
from django.utils import timezone

from alliance.backup import Refusal
from alliance.backup.services import back_up

INCOMPLETE = 3  # the exit code when there is a backup, and attachments were gone before it


class Command(BaseCommand):
    help = "Write the database and the attachments into one file, which must not exist yet."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args, **options):
        file = options["file"]
        try:
            manifest = back_up(file=file, at=timezone.localtime())
        except Refusal as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(
            f"Backed up to {file}: {len(manifest.tables)} tables, {manifest.rows:,} rows,"
            f" attachments: {len(manifest.attachments):,}, {filesizeformat(file.stat().st_size)}."
        )
        if manifest.missing:
            raise CommandError(
                f"{file} is made, but attachments that the database names are gone:"
                f" {', '.join(manifest.missing)}.",
                returncode=INCOMPLETE,
            )
