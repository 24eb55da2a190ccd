"""What has been changed in a cycle, and what letters a change sends, in words for its pages."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings

from districts.calendar import last_day
from districts.words import day
from notices.reminders import Reminder
from plans.models import Cycle, CycleChange, StakeholderGroup
from plans.reminders import MOVED
from plans.rules.words import listing

NEAR, FAR = 14, 92  # days: sooner than a plan is finished; a slip of the month or the year


@dataclass(frozen=True)
class Letters:
    """Letters that one act would send: how many, to how many people and districts, and each.

    Corrections leave some minutes after it; reminders at the hour of reminders, with when that is.
    """

    letters: list[Reminder]
    people: int
    districts: int
    corrections: int
    reminders: int
    at_hour: datetime | None  # none: no reminder leaves

    @property
    def minutes(self) -> str:
        return f"{settings.LETTERS_HELD_FOR.total_seconds() / 60:g}"


@dataclass(frozen=True)
class Recorded:
    """One change as the page shows it. `is_held`: it can still be taken back."""

    change: CycleChange
    lines: list[str]
    is_held: bool


def letters_in_words(letters: Iterable[Reminder]) -> Letters:
    in_order = sorted(letters, key=lambda letter: (letter.concerns, letter.address))
    reminders = [letter for letter in in_order if not letter.rule.startswith(MOVED)]
    return Letters(
        letters=in_order,
        people=len({letter.to_id for letter in in_order}),
        districts=len({letter.concerns for letter in in_order}),
        corrections=len(in_order) - len(reminders),
        reminders=len(reminders),
        at_hour=max((letter.leaves_at for letter in reminders), default=None),
    )


def doubts_about(due_on: date, cycle: Cycle, *, today: date) -> list[str]:
    """What makes a new due date look like a slip of month or year. It may be meant all the same."""
    ahead, moved = (due_on - today).days, (due_on - cycle.plan_due_on).days
    doubts = []
    if ahead < 0:
        doubts.append(
            f"{day(due_on)} is past: every plan that is not handed in is late once you save."
        )
    elif ahead < NEAR:
        doubts.append(f"{day(due_on)} is {_days(ahead)} from today.")
    if abs(moved) > FAR:
        side = "later" if moved > 0 else "earlier"
        doubts.append(f"{day(due_on)} is {_days(abs(moved))} {side} than the date kept now.")
    if due_on > last_day(cycle.fiscal_year):
        doubts.append(f"{day(due_on)} is after the fiscal year has ended.")
    return doubts


def _days(number: int) -> str:
    return f"{number} day{'' if number == 1 else 's'}"


def record_of(cycle: Cycle, *, at: datetime) -> list[Recorded]:
    """Every change of a cycle, the newest first. One query."""
    changes = list(
        cycle.changes.select_related("made_by", "taken_back_by", "takes_back").order_by("-pk")
    )
    return [
        Recorded(
            change,
            [*_opening(change), *(_line(name, *told) for name, told in change.values.items())],
            is_held=change == changes[0] and bool(change.held_until and change.held_until > at),
        )
        for change in changes
    ]


def _opening(change: CycleChange) -> list[str]:
    if change.opened_from_id is None:
        return []
    return [
        f"Opened from FY{change.opened_from_id}: every date a year later; what is allowed,"
        " stakeholder groups, guidelines, assurances and reminder rules copied"
    ]


def _line(name: str, was: object, now: object) -> str:
    if name == "reminders_from":
        return "Reminders began" if now else "Reminders had not begun after all"
    field = Cycle._meta.get_field(name)
    label = str(getattr(field, "verbose_name", name))
    if name == "guidelines":
        return "Guidelines changed"
    if name == "other_focus_area_name":
        return f"Name of focus area 14: {_text(was)} → {_text(now)}"
    if name == "stakeholder_groups":
        return f"{label[0].upper()}{label[1:]}: {_groups(was)} → {_groups(now)}"
    return f"{label[0].upper()}{label[1:]}: {_said(was)} → {_said(now)}"


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return day(date.fromisoformat(str(value)))


def _groups(codes: Any) -> str:
    return listing([StakeholderGroup(code).label.lower() for code in codes])


def _text(value: object) -> str:
    return f"“{value}”" if value else "none"
