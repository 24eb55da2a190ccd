"""A long report is written page by page: none has more to fill in than one can look over."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.text import capfirst

from progress.documents import ProgressDocument, StrategyResult, TargetActual

MOST = 16  # strategies and milestones on a page; one strategy is never torn apart
A_TARGET = 1.5  # of them: it has its own figures and the published ones beside it


@dataclass(frozen=True)
class WrittenPage:
    """What of the report is written on one page, numbered from 1."""

    number: int
    strategies: tuple[StrategyResult, ...]
    targets: tuple[TargetActual, ...]

    @property
    def title(self) -> str:
        spans = [
            _span("strateg", ("y", "ies"), self.strategies),
            _span("target", ("", "s"), self.targets),
        ]
        return capfirst(", ".join(span for span in spans if span))

    @property
    def rows(self) -> set[tuple[str, int]]:
        """The place and the number of each row that is written here."""
        return {
            *(("strategy", each.id or 0) for each in self.strategies),
            *(("milestone", one.id or 0) for each in self.strategies for one in each.milestones),
            *(("target", each.id or 0) for each in self.targets),
        }


def pages_of(document: ProgressDocument) -> list[WrittenPage]:
    """The pages in order; one at least, also of a report with nothing to write."""
    pages = [
        WrittenPage(
            number,
            tuple(row for row in some if isinstance(row, StrategyResult)),
            tuple(row for row in some if isinstance(row, TargetActual)),
        )
        for number, some in enumerate(_filled([*document.strategies, *document.targets]), start=1)
    ]
    return pages or [WrittenPage(1, (), ())]


def _filled(
    rows: Iterable[StrategyResult | TargetActual],
) -> Iterator[list[StrategyResult | TargetActual]]:
    page: list[StrategyResult | TargetActual] = []
    room: float = MOST
    for row in rows:
        takes = 1 + len(row.milestones) if isinstance(row, StrategyResult) else A_TARGET
        if page and takes > room:
            yield page
            page, room = [], MOST
        page.append(row)
        room -= takes
    if page:
        yield page


def _span(
    word: str, endings: tuple[str, str], rows: tuple[StrategyResult, ...] | tuple[TargetActual, ...]
) -> str:
    if not rows:
        return ""
    if len(rows) == 1:
        return f"{word}{endings[0]} {rows[0].number}"
    return f"{word}{endings[1]} {rows[0].number} to {rows[-1].number}"
