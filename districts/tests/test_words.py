"""How money, numbers and days read."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from districts import words

JUNE_30 = date(2026, 6, 30)
LATE_ON_JUNE_29 = datetime(
    2026, 6, 30, 2, 14, tzinfo=UTC
)  # 10:14 pm the day before, in Connecticut


@pytest.mark.parametrize(
    ("value", "reads"),
    [
        (1_204_000, "$1,204,000"),
        (0, "$0"),
        (-1_204, "−$1,204"),
        (Decimal("500.00"), "$500"),
        (Decimal("12.5"), "$12.50"),
        (529_487_669, "$529,487,669"),
        (None, "—"),
        ("", "—"),
    ],
)
def test_money_reads(value, reads):
    assert words.money(value) == reads


@pytest.mark.parametrize(
    ("value", "reads"),
    [
        (205_571, "205,571"),
        (Decimal("6229.00"), "6,229"),
        (Decimal("61.30"), "61.3"),
        (Decimal("100"), "100"),
        (0.5, "0.5"),
        (-3, "−3"),
        (None, "—"),
    ],
)
def test_num_reads(value, reads):
    assert words.num(value) == reads


@pytest.mark.parametrize(
    ("say", "value", "reads"),
    [
        (words.day, JUNE_30, "June 30, 2026"),
        (words.weekday, JUNE_30, "Tue, June 30, 2026"),
        (words.full_day, JUNE_30, "Tuesday, June 30, 2026"),
        (words.deadline, JUNE_30, "Tuesday, June 30, 2026, 11:59 pm Eastern Time"),
        (words.day, LATE_ON_JUNE_29, "June 29, 2026"),
        (words.eastern, LATE_ON_JUNE_29, "June 29, 2026, 10:14 pm ET"),
        (words.eastern, datetime(2026, 1, 5, 5, 7, tzinfo=UTC), "January 5, 2026, 12:07 am ET"),
        (words.eastern, datetime(2026, 1, 5, 17, 0, tzinfo=UTC), "January 5, 2026, 12:00 pm ET"),
        (words.day, None, "—"),
        (words.weekday, None, "—"),
        (words.full_day, None, "—"),
        (words.deadline, None, "—"),
        (words.eastern, None, "—"),
    ],
)
def test_day_reads(say, value, reads):
    assert say(value) == reads


@pytest.mark.parametrize(
    ("today", "reads"),
    [
        (date(2026, 6, 16), "14 days left"),
        (date(2026, 6, 29), "1 day left"),
        (date(2026, 6, 30), "due today"),
        (date(2026, 7, 1), "1 day late"),
        (date(2026, 7, 3), "3 days late"),
        (LATE_ON_JUNE_29, "1 day left"),
    ],
)
def test_days_from_counts_days_in_connecticut(today, reads):
    assert words.days_from(JUNE_30, today) == reads


def test_days_from_says_nothing_of_no_deadline():
    assert words.days_from(None, JUNE_30) == "—"
