"""Business days in Connecticut: what the due date of an answer counts in.

The holidays are our own: a library of them (`holidays`) knows the same days, which a test holds us
to, but takes 19 MB of each web process and a second of its start.
"""

from datetime import date, timedelta
from functools import lru_cache
from itertools import islice

SATURDAY, SUNDAY = 5, 6
MONDAY, THURSDAY = 0, 3
FIXED = [(1, 1), (2, 12), (6, 19), (7, 4), (11, 11), (12, 25)]


def business_days_after(day: date, count: int) -> date:
    """The day that many business days after another, which itself does not count."""
    following = (day + timedelta(days=ahead) for ahead in range(1, count * 3 + 30))
    return next(islice(filter(is_business_day, following), count - 1, None))


def is_business_day(day: date) -> bool:
    return day.weekday() < SATURDAY and day not in legal_holidays(day.year)


@lru_cache(maxsize=20)  # asked of each day between two
def legal_holidays(year: int) -> frozenset[date]:
    """Days on which the State's offices are closed (Conn. Gen. Stat. § 1-4, to be confirmed).

    One that falls on a Saturday is kept on the Friday before, on a Sunday the Monday after.
    """
    fixed = [date(year, month, day) for month, day in FIXED] + [date(year + 1, 1, 1)]
    moving = [
        _nth(3, MONDAY, date(year, 1, 1)),  # Martin Luther King Day
        _nth(3, MONDAY, date(year, 2, 1)),  # Washington's Birthday
        easter(year) - timedelta(days=2),  # Good Friday
        _nth(1, MONDAY, date(year, 5, 25)),  # Memorial Day: the last Monday of May
        _nth(1, MONDAY, date(year, 9, 1)),  # Labor Day
        _nth(2, MONDAY, date(year, 10, 1)),  # Columbus Day
        _nth(4, THURSDAY, date(year, 11, 1)),  # Thanksgiving
    ]
    return frozenset([_kept_on(day) for day in fixed] + moving)


def easter(year: int) -> date:
    """Easter Sunday, by Gauss's method as Butcher gave it."""
    golden = year % 19
    century, rest = divmod(year, 100)
    epact = (
        19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15
    ) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - epact - rest % 4) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def _nth(number: int, weekday: int, first: date) -> date:
    """The nth such weekday on or after a day."""
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (number - 1))


def _kept_on(day: date) -> date:
    if day.weekday() == SATURDAY:
        return day - timedelta(days=1)
    return day + timedelta(days=1) if day.weekday() == SUNDAY else day
