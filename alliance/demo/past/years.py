"""The cycles of the years gone by, and the days on which their plans and reports were handled."""

from datetime import date, datetime

from districts.calendar import EASTERN
from plans.models import Assurance, Cycle
from plans.models.cycles import COPIED, MOVED

YEARS = (2025, 2026)
FIRST_YEAR, THIS_YEAR = YEARS[0], 2027
OF_ASSURANCE = ("number", "text", "citation", "certainty")


def moment(fiscal_year: int, month: int, day: int, hour: int = 10) -> datetime:
    """In the calendar year in which the fiscal year begins."""
    return datetime(fiscal_year - 1, month, day, hour, tzinfo=EASTERN)


def add_cycles() -> None:
    """The calendar of FY2027, as many years earlier. No reminder of it leaves."""
    later = Cycle.objects.get(pk=THIS_YEAR)
    assurances = list(later.assurances.all())
    for year in reversed(YEARS):
        if Cycle.objects.filter(pk=year).exists():
            continue
        earlier = THIS_YEAR - year
        dates = {name: years_earlier(getattr(later, name), earlier) for name in MOVED}
        copied = {name: getattr(later, name) for name in COPIED}
        cycle = Cycle.objects.create(fiscal_year=year, **dates, **copied)
        Assurance.objects.bulk_create(
            Assurance(cycle=cycle, **{name: getattr(row, name) for name in OF_ASSURANCE})
            for row in assurances
        )


def years_earlier(on: date, number: int) -> date:
    day = 28 if (on.month, on.day) == (2, 29) else on.day
    return on.replace(year=on.year - number, day=day)
