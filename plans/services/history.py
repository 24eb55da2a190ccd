"""What somebody typed and gave up for a colleague's words stays in the row's history."""

from copy import copy
from datetime import datetime
from typing import Any

import pghistory

from districts.models import User
from plans.models.history import HISTORY, NOT_CHOSEN
from plans.services.merging import Typed, holds


def keep_what_was_left(row: Any, typed: Typed, *, by: User, at: datetime) -> None:
    """The row as it would have been with those words. Sent twice it is kept once.

    Whoever calls holds the plan.
    """
    if not typed.left:
        return
    left = Typed(typed.left, typed.left_as_typed)
    events: Any = HISTORY[type(row)]._default_manager
    kept = events.filter(plan_id=row.plan_id, pgh_obj_id=row.pk, pgh_label=NOT_CHOSEN)
    latest = kept.filter(saved_by=by).order_by("pgh_id").last()
    if latest is not None and holds(latest, left):
        return
    as_it_would_be = copy(row)
    names = {row._meta.get_field(column).name for column in left.values}
    others = {name: text for name, text in row.as_typed.items() if name not in names}
    as_it_would_be.as_typed = others | left.as_typed
    as_it_would_be.saved_by, as_it_would_be.saved_at = by, at
    for column, value in left.values.items():
        setattr(as_it_would_be, column, value)
    pghistory.create_event(as_it_would_be, label=NOT_CHOSEN)
