"""R31 and R32: what an approval asks of the year before, and what of it is still to come.

“Annual plan approval is predicated upon district implementation and performance during the prior
year.” What is not yet due stops nothing: it becomes a condition of the approval, with its day.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from districts.calendar import eastern_day
from districts.words import day
from plans.models import Plan
from plans.rules.words import count, listing
from plans.workflow import Status
from progress.workflow import ReportStatus
from reviews.reports.findings import FindingSheet
from reviews.reports.last_year import END_OF_YEAR, MID_YEAR, Filed
from reviews.reports.packet import Packet
from reviews.rules.conditions import (
    PRACTICE,
    STATUTE_ON_RENEWAL,
    STATUTE_ON_SPENDING,
    Condition,
    waived,
)

PROGRESS: dict[str, str] = {
    MID_YEAR: "mid-year progress report",
    END_OF_YEAR: "end-of-year progress report",
}


@dataclass(frozen=True)
class ToCome:
    """What is not due yet, and when it is. `watches` says by what it will be met."""

    text: str
    due_on: date
    watches: str


def about_last_year(packet: Packet, on: date) -> list[Condition]:
    """Every condition on the year before, on a day."""
    if (first := nothing_before(packet)) is not None:
        return [first]
    found = [condition for ask in CONDITIONS if (condition := ask(packet, on)) is not None]
    return [_unless_waived(packet, replace(one, is_about_last_year=True)) for one in found]


def to_come(packet: Packet, on: date) -> list[ToCome]:
    """What becomes a condition of an approval on that day, the earliest first."""
    last = packet.before.plan
    if last is None or nothing_before(packet) is not None:
        return []
    year = _year(packet)
    found = [
        ToCome(f"The {year} {PROGRESS[period]}, certified.", due_on, f"progress/{period}")
        for period, due_on in (
            (MID_YEAR, last.mid_year_report_on),
            (END_OF_YEAR, last.end_of_year_report_on),
        )
        if _is_to_come(packet, period, due_on, on)
    ]
    if packet.before.spending is None and on <= last.expenditure_report_on:
        text = f"The {year} annual expenditure report, certified."
        found.append(ToCome(text, last.expenditure_report_on, "expenditure/annual"))
    found += [
        ToCome(
            f"The actual figure of a target of {year}, with its source.",
            one.available_on,
            f"target/{one.lineage}",
        )
        for one in packet.before.not_yet
        if one.available_on > on
    ]
    return sorted(found, key=lambda one: one.due_on)


def _is_to_come(packet: Packet, period: str, due_on: date, on: date) -> bool:
    """The end-of-year report says all that the mid-year one would have said."""
    before = packet.before
    is_in = before.progress_of(period) or before.progress_of(END_OF_YEAR)
    return not is_in and on <= due_on


def nothing_before(packet: Packet) -> Condition | None:
    """R32: no gate in a designation's first year, nor for a first plan in this system."""
    before, year = packet.before, _year(packet)
    if packet.plan.kind == Plan.Kind.INITIAL or not before.has_earlier_plan:
        sentence = f"No {year} plan is kept in this system, so there is none to look back on."
    elif not before.was_designated:
        sentence = (
            f"{packet.plan.district.name} was not designated for {year}: in the first year of a"
            " designation there is nothing to look back on."
        )
    else:
        return None
    return Condition(sentence, PRACTICE, "R32", is_met=True)


def last_year_is_approved(packet: Packet, on: date) -> Condition:
    last, year = packet.before.plan, _year(packet)
    if last is None:
        sentence = f"No {year} plan was started, and the district has a plan of an earlier year."
    elif last.status == Status.APPROVED:
        sentence = f"The {year} plan is approved."
    else:
        status = Status(last.status).label.lower()
        sentence = f"The {year} plan is not approved: its status is “{status}”."
    is_met = last is not None and last.status == Status.APPROVED
    return Condition(sentence, STATUTE_ON_RENEWAL, "R31", is_met)


def progress_is_filed(packet: Packet, on: date) -> Condition | None:
    """The end-of-year report once that is due, the mid-year one before."""
    last = packet.before.plan
    if last is None:
        return None
    filed, year = packet.before.latest_progress, _year(packet)
    if filed and (filed.period == END_OF_YEAR or on <= last.end_of_year_report_on):
        sentence = f"The {year} {PROGRESS[filed.period]} {_certified(filed)}."
        return Condition(sentence, STATUTE_ON_RENEWAL, "R31", is_met=True)
    if on > last.end_of_year_report_on:
        owed, due_on = PROGRESS[END_OF_YEAR], last.end_of_year_report_on
    else:
        owed, due_on = PROGRESS[MID_YEAR], last.mid_year_report_on
    return _owed(f"The {year} {owed}", due_on, on, STATUTE_ON_RENEWAL, "R31")


def spending_is_certified(packet: Packet, on: date) -> Condition | None:
    last, filed = packet.before.plan, packet.before.spending
    if last is None:
        return None
    what = f"The {_year(packet)} annual expenditure report"
    if filed:
        sentence = f"{what} {_certified(filed)}."
        return Condition(sentence, STATUTE_ON_SPENDING, "R31, R51", is_met=True)
    return _owed(what, last.expenditure_report_on, on, STATUTE_ON_SPENDING, "R31, R51")


def figures_are_to_come(packet: Packet, on: date) -> Condition | None:
    expected = [one.available_on for one in packet.before.not_yet]
    if not expected:
        return None
    sentence = f"{count(len(expected), 'actual figure')} of {_year(packet)}"
    still = [each for each in expected if each > on]
    if still:
        sentence += f" not available yet; the last is expected {day(max(still))}."
    else:
        sentence += f" not in; the last was expected {day(max(expected))}."
    return Condition(
        sentence, PRACTICE, "R31", is_met=True, is_warning=not still, is_to_come=bool(still)
    )


def missed_targets(sheet: FindingSheet) -> list[Condition]:
    """R35: missed targets stop nothing; the finding on performance says why."""
    if not sheet.missed:
        return []
    numbers = [one.number for one in sheet.missed]
    missed = f"{count(len(numbers), 'target')} of FY{sheet.fiscal_year}"
    return [
        Condition(
            f"{missed} not reached: {listing(numbers)}. That stops nothing by itself; the finding"
            " on performance says why.",
            PRACTICE,
            "R35",
            is_met=True,
            is_warning=True,
        )
    ]


def _owed(what: str, due_on: date, on: date, citation: str, rule: str) -> Condition:
    if on > due_on:
        sentence = f"{what} was due {day(due_on)} and is not certified."
        return Condition(sentence, citation, rule, is_met=False)
    sentence = f"{what} is due {day(due_on)}: it becomes a condition of the approval."
    return Condition(sentence, citation, rule, is_met=True, is_to_come=True)


def _certified(filed: Filed) -> str:
    accepted = ", and accepted" if filed.status == ReportStatus.ACCEPTED else ""
    return f"was certified by {filed.certifier} on {day(eastern_day(filed.certified_at))}{accepted}"


def _unless_waived(packet: Packet, condition: Condition) -> Condition:
    waiver = packet.waiver_of_last_year
    if condition.is_met or waiver is None:
        return condition
    return replace(
        condition, sentence=waived(condition.sentence, waiver), is_met=True, is_warning=True
    )


def _year(packet: Packet) -> str:
    return f"FY{packet.plan.cycle_id - 1}"


CONDITIONS: list[Callable[[Packet, date], Condition | None]] = [
    last_year_is_approved,
    progress_is_filed,
    spending_is_certified,
    figures_are_to_come,
]
