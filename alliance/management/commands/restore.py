"""Puts back what a backup holds."""

from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from alliance.backup import Refusal
from alliance.backup.services import Restoration, restore
from districts.words import eastern


class Command(BaseCommand):
    help = "Make the database and the attachments what they were when the file was made."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--replace", action="store_true", help="Delete what the database holds now."
        )

    def handle(self, *args, **options):
        try:
            restoration = restore(file=options["file"], replace=options["replace"])
        except Refusal as refusal:
            raise CommandError(str(refusal)) from None
        for line in _lines(restoration):
            self.stdout.write(line)


def _lines(restoration: Restoration) -> Iterator[str]:
    manifest = restoration.manifest
    for name, new_name in restoration.renamed.items():
        yield f"Another file is named {name}: the restored one is {new_name}."
    for name in manifest.missing:
        yield f"The attachment {name} was gone before the backup was made."
    if restoration.migrated:
        yield f"Migrations of this version that came after the backup's: {restoration.migrated}."
    yield (
        f"Restored as of {eastern(manifest.made_at)}: {len(manifest.tables)} tables,"
        f" {manifest.rows:,} rows, attachments: {len(manifest.attachments):,}."
        " Everybody signs in again."
    )
