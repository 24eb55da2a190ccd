"""How money, numbers, days, deadlines and statuses read, on pages and in letters alike.

Plain functions of plain values: templates call them as filters, letters and views by name.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from districts.calendar import EASTERN, eastern_day
from districts.measures import Unit
from districts.roles import Access

NONE = "—"


@dataclass(frozen=True)
class Label:
    """How a status reads: its words, its tone (info, warn, bad, good or none) and its icon."""

    words: str
    tone: str
    icon: str


ACCESS = {
    Access.ACTIVE: Label(Access.ACTIVE.label, "good", "check"),
    Access.NO_PASSWORD: Label(Access.NO_PASSWORD.label, "warn", "mail"),
    Access.SUSPENDED: Label(Access.SUSPENDED.label, "", "lock"),
}


def access_label(access: Access) -> Label:
    """Whether a person can sign in."""
    return ACCESS[access]


def money(value) -> str:
    """US dollars: $1,204,000. Cents only where there are some."""
    if value is None or value == "":
        return NONE
    amount = Decimal(value)
    digits = f"{abs(amount):,.0f}" if amount == amount.to_integral() else f"{abs(amount):,.2f}"
    return f"{'−' if amount < 0 else ''}${digits}"


def num(value) -> str:
    """A number with thousands parted, and no more decimals than it has."""
    if value is None or value == "":
        return NONE
    number = Decimal(str(value))
    return f"{'−' if number < 0 else ''}{abs(number.normalize()):,f}"


def school_year(fiscal_year: int) -> str:
    """2024-25 of 2025."""
    return f"{fiscal_year - 1}-{fiscal_year % 100:02}"


def figure_year(fiscal_year: int, unit: Unit) -> str:
    """FY2025 of the State's money, 2024-25 of everything else."""
    return f"FY{fiscal_year}" if unit == Unit.DOLLARS else school_year(fiscal_year)


def figure(value, unit: Unit) -> str:
    """A published figure in its unit: $6,300,685, 46.1%, 2,390."""
    if value is None:
        return NONE
    if unit in {Unit.DOLLARS, Unit.DOLLARS_PER_PUPIL}:
        return money(round(Decimal(value)))
    if unit == Unit.FLAG:
        return "yes" if value else "no"
    shown = num(round(Decimal(value), 1))
    return f"{shown}%" if unit == Unit.PERCENT else shown


def _day(value: date | datetime) -> date:
    return eastern_day(value) if isinstance(value, datetime) else value


def _month_day_year(day: date) -> str:
    return f"{day:%B} {day.day}, {day.year}"


def day(value) -> str:
    """June 30, 2026."""
    return _month_day_year(_day(value)) if value else NONE


def weekday(value) -> str:
    """Tue, June 30, 2026: a deadline in a table."""
    return f"{_day(value):%a}, {_month_day_year(_day(value))}" if value else NONE


def full_day(value) -> str:
    """Tuesday, June 30, 2026."""
    return f"{_day(value):%A}, {_month_day_year(_day(value))}" if value else NONE


def deadline(value) -> str:
    """Tuesday, June 30, 2026, 11:59 pm Eastern Time: a deadline outside tables, always in full."""
    return f"{full_day(value)}, 11:59 pm Eastern Time" if value else NONE


def eastern(value) -> str:
    """June 29, 2026, 2:14 pm ET."""
    if not value:
        return NONE
    local = value.astimezone(EASTERN)
    half = "am" if local.hour < 12 else "pm"
    return f"{_month_day_year(local)}, {local.hour % 12 or 12}:{local:%M} {half} ET"


def until(on, today) -> str:
    """How far a day is on which something falls due that nobody records here as done."""
    return days_from(on, today) if on >= today else "this day has passed"


def days_from(due, today) -> str:
    """How far a deadline is: `{{ due|days_from:today }}` is “14 days left” or “3 days late”."""
    if not due:
        return NONE
    days = (_day(due) - _day(today)).days
    if days == 0:
        return "due today"
    return f"{abs(days)} day{'' if abs(days) == 1 else 's'} {'left' if days > 0 else 'late'}"
