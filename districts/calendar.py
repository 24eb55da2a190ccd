"""How this product reads a date: fiscal years, and days in Eastern Time."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

EASTERN = ZoneInfo("America/New_York")
EARLIEST, LATEST = date(1950, 1, 1), date(2099, 12, 31)  # a day outside these is a slip
END_OF_DAY = time(23, 59)  # a deadline means the end of its day
LETTER_HOUR = time(9, 0)  # dated letters leave at 9:00 am


def fiscal_year_of(day: date) -> int:
    """The fiscal year a day lies in, named by its ending year: 1 July 2026 is in FY2027 (R01)."""
    return day.year + 1 if day.month >= 7 else day.year


def first_day(fiscal_year: int) -> date:
    return date(fiscal_year - 1, 7, 1)


def last_day(fiscal_year: int) -> date:
    return date(fiscal_year, 6, 30)


def a_year_later(on: date) -> date:
    """The same day of the next year; February 29 becomes the 28th."""
    if (on.month, on.day) == (2, 29):
        return date(on.year + 1, 2, 28)
    return on.replace(year=on.year + 1)


def eastern_day(moment: datetime) -> date:
    """The calendar day a moment falls on in Connecticut."""
    return moment.astimezone(EASTERN).date()


def closes_at(day: date) -> datetime:
    """The last minute of a deadline's day."""
    return datetime.combine(day, END_OF_DAY, tzinfo=EASTERN)


def letters_leave_at(day: date) -> datetime:
    """The moment at which a letter dated this day leaves."""
    return datetime.combine(day, LETTER_HOUR, tzinfo=EASTERN)


def last_letter_hour(at: datetime) -> datetime:
    """The last moment, at or before `at`, at which dated letters leave."""
    today = letters_leave_at(eastern_day(at))
    return today if today <= at else letters_leave_at(eastern_day(at) - timedelta(days=1))


def next_letter_hour(at: datetime) -> datetime:
    """The next such moment, at or after `at`."""
    today = letters_leave_at(eastern_day(at))
    return today if today >= at else letters_leave_at(eastern_day(at) + timedelta(days=1))
