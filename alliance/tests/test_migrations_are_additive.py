"""A former release serves while the tables are brought up to date, and may be returned to.

So a migration adds: it takes nothing away that a former release reads, and what it adds to a table
has a value where a former release, which does not know of it, writes a row.
"""

from django.db.migrations import AddField, AlterField, CreateModel, DeleteModel, RemoveField
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import (
    AlterModelTable,
    RenameField,
    RenameModel,
    RunPython,
)
from django.db.models import ManyToManyField

OURS = ("notices", "districts", "plans", "reviews")
TAKE_AWAY = (DeleteModel, RemoveField, RenameField, RenameModel, AlterModelTable)


def steps():
    """Each step after an app's first migration, in order, with where it stands."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    for key in sorted(loader.disk_migrations):
        app, name = key
        if app in OURS and not name.startswith("0001"):
            for step in loader.disk_migrations[key].operations:
                yield f"{app}.{name}", app, step


def test_no_migration_takes_away_what_a_former_release_reads():
    assert [f"{where}: {step.describe()}" for where, _, step in steps() if is_taken(step)] == []


def is_taken(step) -> bool:
    deletes = isinstance(step, RunPython) and "delete" in step.code.__code__.co_names
    return deletes or isinstance(step, TAKE_AWAY)


def test_a_former_release_can_write_the_rows_of_every_table_it_knows():
    all_steps = list(steps())
    new_tables = {(app, step.name_lower) for _, app, step in all_steps if is_a(CreateModel, step)}
    without = {}
    for where, app, step in all_steps:
        column = (app, getattr(step, "model_name_lower", ""), getattr(step, "name", ""))
        if is_a(AddField, step) and column[:2] not in new_tables and not has_value(step.field):
            without[column] = where
        if is_a(AlterField, step) and has_value(step.field):
            without.pop(column, None)

    assert without == {}


def is_a(kind, step) -> bool:
    return isinstance(step, kind)


def has_value(field) -> bool:
    return field.null or field.has_db_default() or isinstance(field, ManyToManyField)
