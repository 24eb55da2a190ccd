"""Making a plan's rows say again what a version of it says: what became of a revision withdrawn.

The rows are found by their lineage, so they stay the same rows. What a version does not hold, who
saved a row and when, and how often, goes on.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import ForeignKey, Model

from districts.models import User
from plans.documents import PlanDocument, stored_document
from plans.documents.kinds import IN_DOCUMENT, LISTED, SINGLE, Kind
from plans.documents.parts import Row
from plans.models import Attachment, Plan

RowsOfModel = dict[type[Model], list[Any]]
Owned = list[tuple[Row, Row | None]]  # each row of a kind, with the row that it belongs to


def rows_in_force(plan: Plan, *, by: User, at: datetime) -> RowsOfModel:
    """The plan's rows as its version in force says, also while a revision of it is written.

    Then they are made and read within a savepoint that is taken back: nothing of it stays.
    """
    revision = plan.revisions.open().select_related("changes_version").first()
    if revision is None:
        return _rows_of(plan)
    with transaction.atomic():
        in_force = stored_document(revision.changes_version)
        restore(plan, in_force, since=revision.started_at, by=by, at=at)
        found = _rows_of(plan)
        transaction.set_rollback(True)
    return found


def _rows_of(plan: Plan) -> RowsOfModel:
    return {
        kind.model: list(
            kind.model._default_manager.filter(plan=plan, **kind.carried_if).order_by(
                *(["position"] if kind.is_list else [])
            )
        )
        for kind in IN_DOCUMENT.values()
        if kind.carried
    }


def restore(plan: Plan, document: PlanDocument, *, since: datetime, by: User, at: datetime) -> None:
    """What was written `since` is gone from the draft, and what was removed since is back.

    Whoever calls holds the plan's row.
    """
    for kind in reversed(LISTED.values()):
        gone = kind.model._default_manager.filter(plan=plan)
        gone.exclude(lineage__in=[row.lineage for row, _ in _rows(kind, document)]).delete()
    for kind in SINGLE.values():
        row, _ = kind.model._default_manager.get_or_create(plan=plan)
        _write(row, kind, getattr(document, kind.within), {}, by=by, at=at)
    ids: dict[str, dict[str, int]] = {}
    for kind in LISTED.values():
        ids[kind.key] = _restore_list(plan, kind, document, ids, by=by, at=at)
    _restore_files(plan, document, by=by, at=at)
    plan.carried.filter(removal__removed_at__gte=since).update(removal=None)
    removals = plan.removals
    removals.open().filter(removed_at__gte=since).update(brought_back_at=at, brought_back_by=by)
    brought_back = removals.filter(removed_at__lt=since, brought_back_at__gte=since)
    brought_back.update(brought_back_at=None, brought_back_by=None)


def _rows(kind: Kind, document: PlanDocument) -> Owned:
    if not kind.parent:
        return [(row, None) for row in getattr(document, kind.within)]
    owners = _rows(IN_DOCUMENT[kind.parent], document)
    return [(row, owner) for owner, _ in owners for row in getattr(owner, kind.within)]


def _restore_list(
    plan: Plan,
    kind: Kind,
    document: PlanDocument,
    ids: dict[str, dict[str, int]],
    *,
    by: User,
    at: datetime,
) -> dict[str, int]:
    """Gives the id of each row of the kind by its lineage."""
    manager: Any = kind.model._default_manager
    there = {str(row.lineage): row for row in manager.filter(plan=plan)}
    for position, (part, owner) in enumerate(_rows(kind, document), start=1):
        row: Any = there.get(part.lineage) or kind.model(plan=plan, lineage=UUID(part.lineage))
        there[part.lineage] = row
        row.position = position
        if owner is not None:
            setattr(row, f"{kind.parent}_id", ids[kind.parent][owner.lineage])
        _write(row, kind, part, ids, by=by, at=at)
    return {lineage: row.pk for lineage, row in there.items()}


def _restore_files(plan: Plan, document: PlanDocument, *, by: User, at: datetime) -> None:
    """A file's row is never deleted: it is taken out, or back in."""
    named = [part.lineage for part in document.attachments]
    files = Attachment.objects.filter(plan=plan)
    files.exclude(lineage__in=named).filter(removed_at=None).update(removed_at=at, removed_by=by)
    files.filter(lineage__in=named).update(removed_at=None, removed_by=None)


def _write(
    row: Any, kind: Kind, part: Row, ids: dict[str, dict[str, int]], *, by: User, at: datetime
) -> None:
    said: dict[str, Any] = {"as_typed": dict(part.as_typed)}
    for field in kind.fields:
        column: Any = kind.model._meta.get_field(field.name)
        said[column.attname] = _column(column, getattr(part, field.part_name), ids)
    if row.pk and all(getattr(row, name) == value for name, value in said.items()):
        row.save()
        return
    for name, value in said.items():
        setattr(row, name, value)
    row.version += bool(row.pk)
    row.saved_at, row.saved_by = at, by
    row.save()


def _column(column: Any, value: Any, ids: dict[str, dict[str, int]]) -> Any:
    """What a column holds, of what a document says: the key of a term, the id of a row."""
    if isinstance(value, tuple):
        keys = [_key(each) for each in value if getattr(each, "accepted", True)]
        return column.to_python(keys)
    if isinstance(column, ForeignKey) and isinstance(value, str):
        return ids[column.name][value]
    return _key(value)


def _key(value: Any) -> Any:
    for name in ("number", "code"):
        if hasattr(value, name):
            return getattr(value, name)
    return value
