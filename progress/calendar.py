"""When reports are due, and the last day of what each is about."""

from datetime import date, timedelta

from districts.calendar import last_day

ANNUAL = "annual"
QUARTERS = ("q1", "q2", "q3")
EXPENDITURE_PERIODS = (*QUARTERS, ANNUAL)
DAYS_AFTER_A_QUARTER = 20  # R47


def as_of(period: str, fiscal_year: int) -> date:
    """The last day that an expenditure report of the period is about."""
    if period == "q1":
        return date(fiscal_year - 1, 9, 30)
    if period == "q2":
        return date(fiscal_year - 1, 12, 31)
    return date(fiscal_year, 3, 31) if period == "q3" else last_day(fiscal_year)


def expenditure_due_on(period: str, fiscal_year: int, *, annual_on: date) -> date:
    """A quarter's report is due 20 days later (R47); the cycle says when the annual is (R51)."""
    if period == ANNUAL:
        return annual_on
    return as_of(period, fiscal_year) + timedelta(days=DAYS_AFTER_A_QUARTER)
