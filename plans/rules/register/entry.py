"""What the register says of one rule."""

from dataclasses import dataclass
from enum import StrEnum


class Effect(StrEnum):
    STOPS = "E"  # closing for signature, and what follows it
    WARNS = "W"  # may be answered with a reason
    GATE = "gate"  # must hold before the Commissioner decides
    ITSELF = "–"  # the system does it, or allows nothing else


@dataclass(frozen=True)
class Entry:
    """One line of section 5 of `docs/domain.md`; a rule that stops and warns has two."""

    number: str
    title: str
    effect: Effect
    source: str  # as the domain names it; § 10-262u unless said
    certainty: str  # of what is asked: a value of plans.models.Certainty
    held_by: tuple[str, ...] = ()  # what keeps it, by its path in the code
    tests: tuple[str, ...] = ()  # what fails when that is broken
    absent: str = ""  # why nothing keeps it, or not all of it

    @property
    def is_held(self) -> bool:
        return bool(self.held_by)


def absent(
    number: str, title: str, effect: Effect, source: str, certainty: str, *, reason: str
) -> Entry:
    """A rule that nothing keeps."""
    return Entry(number, title, effect, source, certainty, absent=reason)
