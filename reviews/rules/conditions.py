"""One condition of an approval, and the sources that conditions cite."""

from dataclasses import dataclass

from districts.calendar import eastern_day
from districts.words import day
from reviews.reports.said_lines import Waived

STATUTE_ON_MONEY = "§ 10-262u(c)"
STATUTE_ON_LOCAL_FUNDS = "§ 10-262u(c)(2)"
STATUTE_ON_MAGNETS = "§ 10-262u(d)(B)"
STATUTE_ON_CHANGES = "§ 10-262u(d)"
STATUTE_ON_RENEWAL = "§ 10-262u(f)"
STATUTE_ON_SPENDING = "§ 10-262u(g)"
PRACTICE = "Department practice"


@dataclass(frozen=True)
class Condition:
    """One line of the gate. `sentence` says what holds, or what is missing and whose it is."""

    sentence: str
    citation: str
    rule: str
    is_met: bool
    is_warning: bool = False  # worth knowing before deciding; stops nothing
    has_moved: bool = False  # the Department changed it since closing: who decides has read it
    is_about_people: bool = False  # who reviews and who decides: what the Commissioner may waive
    is_about_last_year: bool = False  # what R31 asks: the Commissioner may waive it likewise
    is_to_come: bool = False  # not due yet: it becomes a condition of the approval


def waived(sentence: str, waiver: Waived) -> str:
    """A sentence of the gate, with who waived it, when, and on what grounds."""
    return (
        f"{sentence} {waiver.given_by} waived this on {day(eastern_day(waiver.given_at))}:"
        f" {waiver.grounds}"
    )
