"""The two verbs: back up, restore."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from alliance.backup import Refusal, attachments, database
from alliance.backup.archive import Manifest, checked_archive, new_archive

NOTHING_CHANGED = "Nothing was changed."


@dataclass(frozen=True)
class Restoration:
    """What a restore put back, and what it found it had to do."""

    manifest: Manifest
    migrated: int
    renamed: dict[str, str]


def back_up(*, file: Path, at: datetime) -> Manifest:
    """Writes everything of one moment into one file, while others go on working.

    Raises: Refusal when there is no backup in the end.
    """
    with database.in_sentences("There is no backup."), database.one_moment():
        migrations = database.applied_migrations()
        if not migrations:
            raise Refusal("The database has no tables of Alliance: there is nothing to back up.")
        _refuse_another_version("The database was", migrations)
        with new_archive(file) as archive:
            tables = [database.copy_out(name, archive) for name in database.tables_of(migrations)]
            kept, missing = [], []
            for field in attachments.file_fields(tables):
                for name in attachments.names(field):
                    if attachment := attachments.copy_out(field, name, archive):
                        kept.append(attachment)
                    else:
                        missing.append(name)
            manifest = Manifest(
                made_at=at,
                server=database.server(),
                migrations=tuple(migrations),
                tables=tuple(tables),
                attachments=tuple(kept),
                missing=tuple(missing),
            )
            archive.close_with(manifest)
    return manifest


def restore(*, file: Path, replace: bool) -> Restoration:
    """Makes the database and the storage hold what the file does, or changes nothing.

    With `replace`, whatever the database holds is lost.

    Raises: Refusal when nothing was restored.
    """
    with checked_archive(file) as archive, database.in_sentences(NOTHING_CHANGED):
        _refuse_another_version(f"{file} was", archive.manifest.migrations)
        _refuse_another_version("The database was", database.applied_migrations())
        _refuse_to_disturb(replace=replace)
        with attachments.copied_in(archive) as renamed, database.all_or_nothing():
            _refuse_to_disturb(replace=replace)  # somebody may have come while files were copied
            database.make_tables(archive.manifest.migrations)
            database.copy_in(archive)
            for attachment, name in renamed.items():
                table, column = attachment.table, attachment.column
                database.rename_file(table, column, old=attachment.name, new=name)
            migrated = database.migrate_forward()
        return Restoration(
            archive.manifest,
            migrated,
            {attachment.name: name for attachment, name in renamed.items()},
        )


def _refuse_another_version(what: str, migrations: Collection[database.Migration]) -> None:
    if unknown := database.unknown_migrations(migrations):
        raise Refusal(
            f"{what} made by another version of Alliance, with {', '.join(unknown)}, which this"
            f" one does not know. Use that version. {NOTHING_CHANGED}"
        )


def _refuse_to_disturb(*, replace: bool) -> None:
    if not replace:
        _refuse_to_lose_anything()
    if others := database.connections_beside_ours():
        counted = "1 open connection" if others == 1 else f"{others} open connections"
        raise Refusal(
            f"Others work with this database ({counted}). Stop the web, the workers and beat,"
            f" and every shell, then restore. {NOTHING_CHANGED}"
        )


def _refuse_to_lose_anything() -> None:
    held = database.held()
    if any(held.values()):
        counted = ", ".join(f"{number:,} {what}" for what, number in held.items())
        raise Refusal(
            f"The database {database.address()} holds {counted}, which restoring would delete."
            f" Back it up first, then add --replace. {NOTHING_CHANGED}"
        )
