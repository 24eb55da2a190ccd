"""What one row of a plan said before: its events, as PostgreSQL's triggers kept them."""

import json
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import OuterRef
from django.utils.dateparse import parse_datetime

from districts.models import User
from plans.documents.kinds import Kind
from plans.documents.rows import ROW, JSONRows
from plans.models import HISTORY, Plan
from plans.models.history import REMOVED

A_PAGE = 60  # events; some dozen sittings of somebody whose text is saved as they type
OF_THE_EVENT = ("pgh_id", "pgh_label", "pgh_created_at", "pgh_context", "saved_by_id")
OF_A_VOTE = ("as_typed", "version", "saved_at")  # it has its plan's number, and no lineage


@dataclass(frozen=True)
class RowEvent:
    """A save or a removal. `row` is the row as it was left, in the columns a draft reads."""

    id: int
    label: str
    at: datetime
    saved_by: int | None
    asked_by: int | None  # whose request it was, also where the row does not say so
    row: dict[str, Any]

    @property
    def is_removal(self) -> bool:
        return self.label == REMOVED


def events_of(plan: Plan, kind: Kind, row_id: int, *, to: int | None = None) -> list[RowEvent]:
    """A page of them and one more, the latest first, from the event `to` back. One query."""
    events: Any = HISTORY[kind.model]._default_manager.filter(
        plan=OuterRef("pk"), pgh_obj_id=row_id
    )
    if to is not None:
        events = events.filter(pgh_id__lte=to)
    own = ROW if kind.is_list or kind.key != "vote" else OF_A_VOTE
    rows = JSONRows(events.order_by("-pgh_id")[: A_PAGE + 1], *OF_THE_EVENT, *own, *kind.columns)
    text = Plan.objects.filter(pk=plan.pk).order_by().annotate(as_text=rows).values("as_text")
    return [_event(row) for row in json.loads(text[0]["as_text"], parse_float=Decimal)]


def event_of(plan: Plan, kind: Kind, row_id: int, event_id: int) -> RowEvent | None:
    """The one of that number, if it is this row's. One query."""
    found = events_of(plan, kind, row_id, to=event_id)
    return found[0] if found and found[0].id == event_id else None


def people_in(events: list[RowEvent]) -> dict[int, str]:
    """Their names. One query."""
    numbers = {event.saved_by for event in events} | {event.asked_by for event in events}
    return dict(User.objects.filter(pk__in=numbers - {None}).values_list("pk", "name"))


def _event(row: dict[str, Any]) -> RowEvent:
    at, asked = parse_datetime(row["saved_at"] or row["pgh_created_at"]), row["pgh_context"] or {}
    if row["pgh_label"] == REMOVED:
        at = parse_datetime(row["pgh_created_at"])
    assert at is not None  # noqa: S101 -- PostgreSQL wrote it
    return RowEvent(
        row["pgh_id"],
        row["pgh_label"],
        at,
        row["saved_by_id"],
        asked.get("user"),
        {"id": None, **row},
    )
