"""Opening the cycle of the next year from the last one, in one step.

Every date moves a year; what the cycle allows, whom its plans must have asked, its assurances and
its reminder rules are copied. No letter leaves: its reminders begin when an administrator says so.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from districts.models import User
from plans.models import Assurance, Cycle, CycleChange, ReminderRule
from plans.permissions import may_edit_cycles

OF_ASSURANCE = ("number", "text", "citation", "certainty")
OF_RULE = ("days", "repeats_weekly")


class NotOpened(Exception):
    """No cycle is opened. The message is fit to show a user."""


@transaction.atomic
def open_cycle(*, fiscal_year: int, by: User, at: datetime) -> Cycle:
    """Open the cycle of a year from the one before. Opened twice is opened once, by the first.

    Raises:
        PermissionDenied: not an administrator.
        Cycle.DoesNotExist: the year before has no cycle to open it from.
        NotOpened: a year later the dates are no longer in their order.
    """
    last = Cycle.objects.select_for_update().get(pk=fiscal_year - 1)
    if not may_edit_cycles(by, at=at):
        raise PermissionDenied
    if (opened := Cycle.objects.filter(pk=fiscal_year).first()) is not None:
        return opened
    cycle = last.next_year()
    _refuse_dates_out_of_order(cycle, last)
    cycle.save(force_insert=True)
    Assurance.objects.bulk_create(
        Assurance(cycle=cycle, **_of(row, OF_ASSURANCE)) for row in last.assurances.all()
    )
    ReminderRule.objects.bulk_create(
        ReminderRule(cycle=cycle, **_of(row, OF_RULE)) for row in last.reminder_rules.all()
    )
    CycleChange.objects.create(
        cycle=cycle, values={}, letters=0, opened_from=last, made_at=at, made_by=by
    )
    return cycle


def _of(row: object, names: Sequence[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _refuse_dates_out_of_order(cycle: Cycle, last: Cycle) -> None:
    """February 29 and the 28th fall on one day a year later."""
    try:
        cycle.validate_constraints()
    except ValidationError as out_of_order:
        raise NotOpened(
            f"A year later the dates of {last} are no longer in their order: it opens, plans are"
            f" due, reviews are complete, decisions are made. Change its dates of February first."
        ) from out_of_order
