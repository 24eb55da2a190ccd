"""Sums of budget lines as they read: by funding source, each with the lines that it lacks."""

from collections.abc import Iterable
from dataclasses import dataclass

from plans.documents.shape import LinePart
from plans.models import BudgetLine

FUNDING = dict(BudgetLine.FundingSource.choices)


@dataclass(frozen=True)
class Total:
    """US dollars of one funding source, which never mix with another's."""

    source: str
    amount: int
    unread: tuple[int, ...] = ()  # lines whose amount was typed and could not be read

    @property
    def label(self) -> str:
        return FUNDING.get(self.source, self.source)


def total_of(lines: Iterable[LinePart], source: str) -> Total:
    """The lines of this source alone."""
    of_source = [line for line in lines if line.funding_source == source]
    return Total(
        source,
        sum(line.amount or 0 for line in of_source),
        tuple(line.number for line in of_source if line.is_unread),
    )


def totals_of(lines: Iterable[LinePart]) -> list[Total]:
    """One for each funding source that has a line, the current allocation first."""
    lines = list(lines)
    used = {line.funding_source for line in lines}
    return [total_of(lines, source) for source in FUNDING if source in used]
