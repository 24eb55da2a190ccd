"""Where the values of a roster file are from, and as of which day."""

from dataclasses import dataclass
from datetime import date

from districts.calendar import last_day
from districts.models import Figure
from districts.services.refusals import RosterRefusal
from districts.services.roster_file import RosterFigure
from districts.words import day


@dataclass(frozen=True)
class Source:
    """Where a value is from. A source that names only a month or year is dated to its last day."""

    text: str
    day: date


WORKSHEET = Source(
    "ECS worksheet FY2026 (Office of Fiscal Analysis, as republished by the School and State"
    " Finance Project)",
    date(2026, 6, 30),
)
STATUTE = Source(
    "Conn. Gen. Stat. § 10-262u(b); reform flag from the ECS worksheet FY2026", WORKSHEET.day
)
PAYMENT_LISTS = {2027: Source("CSDE payment list, April 2026", date(2026, 4, 30))}
_EDSIGHT = {
    Figure.Measure.ENROLMENT: "EdSight enrollment file, {}",
    Figure.Measure.SCHOOLS: "EdSight per-pupil-by-school file, {}, counted by hand",
    Figure.Measure.ACCOUNTABILITY_INDEX: "EdSight, Next Generation Accountability Index, {}",
}


def list_of(on: date | None) -> Source | None:
    """The Department's list as its day names it; None leaves it to what is known of the year."""
    if on is None:
        return None
    return Source(f"CSDE payment list, {day(on)}", on)


def payment_list(fiscal_year: int) -> Source:
    """The list of a year's allocations, where it is known here.

    Raises:
        RosterRefusal: it is not, and no day is made up that every amount would carry.
    """
    if fiscal_year not in PAYMENT_LISTS:
        raise RosterRefusal(
            list_date=f"Write the date of the list that FY{fiscal_year} is from. Every amount names"
            " it."
        )
    return PAYMENT_LISTS[fiscal_year]


def figure_source(figure: RosterFigure, list_source: Source) -> Source:
    words = _EDSIGHT.get(Figure.Measure(figure.measure))
    if words is None:
        return list_source
    ends = int(figure.period[:4]) + 1
    return Source(words.format(figure.period), last_day(ends))
