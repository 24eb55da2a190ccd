"""A picture of the coverage of the focus areas: a bar of dollars for each, and what it lacks.

Always beside the table of the same figures.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from districts.words import money
from plans.documents import PlanDocument
from plans.reading.coverage import ALLOCATION, Coverage, CoverageMap, coverage_map

WIDTH, ROW, TOP = 980, 34, 8
LEFT, LONGEST_BAR = 248, 280  # where bars begin, and how long the longest is
WORDS = 34  # about as many letters as there is room for before the bars


@dataclass(frozen=True)
class Bar:
    y: float  # of the words, in the middle of its row
    top: float
    name: str
    filled: float  # as long as the dollars of the allocation
    framed: float  # behind it, as long as those of other sources
    words: str
    is_blank: bool
    is_lacking: bool

    @property
    def framed_at(self) -> float:
        return LEFT + self.filled

    @property
    def words_at(self) -> float:
        return round(LEFT + (LONGEST_BAR if self.is_blank else self.filled + self.framed) + 8, 1)


@dataclass(frozen=True)
class CoveragePicture:
    title: str
    description: str
    bars: tuple[Bar, ...]
    height: float
    width: int = WIDTH
    left: int = LEFT
    longest: int = LONGEST_BAR


def coverage_context(document: PlanDocument) -> dict[str, Any]:
    """All that the map's template needs."""
    found = coverage_map(document)
    return {
        "map": found,
        "picture": picture_of(
            found, of=f"{document.district.name}, fiscal year {document.fiscal_year}"
        ),
        "reasons": document.needs.unserved_areas,
    }


def picture_of(found: CoverageMap, *, of: str) -> CoveragePicture:
    most = max((row.dollars() for row in found.rows), default=0)
    return CoveragePicture(
        title=f"Coverage of the focus areas, {of}",
        description=" ".join(f"{row.name}: {_said(row)}." for row in found.rows),
        bars=tuple(_bar(row, place, most) for place, row in enumerate(found.rows)),
        height=TOP * 2 + ROW * len(found.rows),
    )


def _bar(row: Coverage, place: int, most: int) -> Bar:
    allocated = row.dollars(ALLOCATION)
    middle = TOP + ROW * (place + 0.5)
    return Bar(
        y=middle,
        top=middle - 9,
        name=row.name if len(row.name) <= WORDS else f"{row.name[: WORDS - 1].rstrip()}…",
        filled=_length(allocated, most),
        framed=_length(row.dollars() - allocated, most),
        words=_said(row),
        is_blank=row.is_blank,
        is_lacking=bool(row.lacks),
    )


def _length(amount: int, most: int) -> float:
    return round(LONGEST_BAR * amount / most, 1) if most else 0


def _said(row: Coverage) -> str:
    """“$900,000 · 2 strategies · 3 targets”, or what it lacks."""
    return " · ".join([*_has(row), *row.lacks])


def _has(row: Coverage) -> Iterator[str]:
    for total in row.totals:
        of = "" if total.source == ALLOCATION else f" {total.label.lower()}"
        if total.amount:
            yield f"{money(total.amount)}{of}"
    for number, noun, many in (
        (len(row.served_by), "strategy", "strategies"),
        (len(row.targets), "target", "targets"),
    ):
        if number:
            yield f"{number} {noun if number == 1 else many}"
