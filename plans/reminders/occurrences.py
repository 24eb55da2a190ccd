"""The days on which a cycle's rules send a letter, from its opening to the last of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from districts.calendar import letters_leave_at
from plans.models import Cycle, ReminderRule

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Occurrence:
    """One day on which a rule sends its letter: `days` after the due date, or before it if < 0."""

    due_on: date
    days: int

    @property
    def day(self) -> date:
        return self.due_on + timedelta(days=self.days)

    @property
    def leaves_at(self) -> datetime:
        return letters_leave_at(self.day)

    @property
    def rule(self) -> str:
        return f"overdue-{self.days}" if self.days > 0 else f"due-{-self.days}"

    @property
    def why(self) -> str:
        if self.days == 0:
            return "On the day it is due"
        number = abs(self.days)
        side = "before" if self.days < 0 else "after"
        return f"{number} day{'' if number == 1 else 's'} {side} it is due"


def rules_of(cycle: Cycle) -> list[ReminderRule]:
    return sorted(cycle.reminder_rules.all(), key=lambda rule: rule.days)


def until_now(
    at: datetime, cycle: Cycle, *, due_on: date | None = None, since: date | None = None
) -> list[Occurrence]:
    """What the cycle's rules call for from its opening until `at`, in the order they leave.

    They count from the plan's due date, or from another `due_on` of something asked on `since`.

    Of those before its reminders began only the last: the others were never to leave.
    """
    found = set()
    for rule in rules_of(cycle):
        days = rule.days
        while (occurrence := Occurrence(due_on or cycle.plan_due_on, days)).leaves_at <= at:
            if occurrence.day >= cycle.opens_on and (since is None or occurrence.day > since):
                found.add(occurrence)
            if not rule.repeats_weekly:
                break
            days += WEEK.days
    in_order = sorted(found, key=lambda occurrence: occurrence.days)
    before = [one for one in in_order if one.leaves_at < (cycle.reminders_from or at)]
    return in_order[max(0, len(before) - 1) :]


def _after(at: datetime, cycle: Cycle, due_on: date) -> Iterator[Occurrence]:
    """What the cycle's rules call for after `at`, in order."""
    days = {rule.days: rule.repeats_weekly for rule in cycle.reminder_rules.all()}
    return occurrences_after(at, due_on, days)


def occurrences_after(at: datetime, due_on: date, days: dict[int, bool]) -> Iterator[Occurrence]:
    """Those after `at`; `days` says of each rule whether it repeats every week, without end."""
    while days:
        number = min(days)
        if days.pop(number):
            days[number + WEEK.days] = True
        occurrence = Occurrence(due_on, number)
        if occurrence.leaves_at > at:
            yield occurrence


def ahead_of(at: datetime, cycle: Cycle, due_on: date) -> list[Occurrence]:
    """What its rules still call for of what is due then, up to the first that repeats weekly."""
    weekly = [rule.days for rule in rules_of(cycle) if rule.repeats_weekly]
    ahead: list[Occurrence] = []
    for occurrence in _after(at, cycle, due_on):
        ahead.append(occurrence)
        if weekly and occurrence.days >= weekly[-1]:
            break
    return ahead
