"""Business days: weekends and the State's holidays do not count."""

from datetime import date, timedelta

import holidays
import pytest

from reviews.calendar import business_days_after, easter, legal_holidays


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        (date(2026, 11, 23), 1, date(2026, 11, 24)),
        (date(2026, 11, 25), 1, date(2026, 11, 27)),  # over Thanksgiving
        (date(2026, 11, 23), 15, date(2026, 12, 15)),
        (date(2026, 11, 28), 1, date(2026, 11, 30)),  # from a Saturday
        (date(2026, 12, 24), 5, date(2027, 1, 4)),  # over Christmas and New Year's Day
    ],
)
def test_business_days_after(day, count, expected):
    assert business_days_after(day, count) == expected


def test_legal_holidays_of_2027():
    assert sorted(legal_holidays(2027)) == [
        date(2027, 1, 1),
        date(2027, 1, 18),
        date(2027, 2, 12),
        date(2027, 2, 15),
        date(2027, 3, 26),
        date(2027, 5, 31),
        date(2027, 6, 18),  # the 19th is a Saturday
        date(2027, 7, 5),  # the 4th is a Sunday
        date(2027, 9, 6),
        date(2027, 10, 11),
        date(2027, 11, 11),
        date(2027, 11, 25),
        date(2027, 12, 24),  # the 25th is a Saturday
        date(2027, 12, 31),  # New Year's Day 2028 is a Saturday
    ]


@pytest.mark.parametrize("year", range(2021, 2041))
def test_offices_are_closed_on_the_days_that_a_library_of_holidays_knows(year):
    """Of weekdays: it lists the Saturday and Sunday of a holiday beside the day it is kept on.

    Juneteenth began in 2021; our list has it in any year.
    """
    known = holidays.country_holidays("US", subdiv="CT", years=[year, year + 1])
    days = (date(year, 1, 1) + timedelta(days=number) for number in range(366))

    closed = {day for day in days if day.weekday() < 5 and day in known}
    assert {day for day in closed if day.year == year} == {
        day for day in legal_holidays(year) if day.year == year
    }


@pytest.mark.parametrize(
    "day", [date(2024, 3, 31), date(2025, 4, 20), date(2026, 4, 5), date(2038, 4, 25)]
)
def test_easter(day):
    assert easter(day.year) == day
