"""Editing a cycle: the dates of one fiscal year and what its plans may hold."""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from districts.models import User
from plans.models import Cycle
from plans.permissions import may_edit_cycles
from plans.services.drafting import StaleRow


@transaction.atomic
def edit_cycle(
    *, fiscal_year: int, version: int, values: dict[str, Any], by: User, at: datetime
) -> Cycle:
    """Change a cycle. Reminders are computed from its dates, so they follow by themselves.

    Raises:
        PermissionDenied: not an administrator.
        StaleRow: somebody else changed it meanwhile.
    """
    cycle = Cycle.objects.select_for_update().get(pk=fiscal_year)
    if not may_edit_cycles(by, at=at):
        raise PermissionDenied
    changed = {name: value for name, value in values.items() if getattr(cycle, name) != value}
    if not changed:
        return cycle
    if cycle.version != version:
        raise StaleRow(cycle)
    for name, value in changed.items():
        setattr(cycle, name, value)
    cycle.version += 1
    cycle.save(update_fields=[*changed, "version"])
    return cycle
