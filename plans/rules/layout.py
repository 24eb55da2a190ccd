"""Where things are in a plan: its sections, the rows of each, and what they are called."""

from collections.abc import Iterator

from plans.documents.kinds import IN_DOCUMENT, kind_of, parts_of
from plans.documents.parts import Row
from plans.documents.shape import MilestonePart, PlanDocument
from plans.rules.base import Layout
from plans.sections import SECTIONS

SECTIONS_WITH_ROWS = list(dict.fromkeys(kind.section for kind in IN_DOCUMENT.values()))


def name_of(row: Row | None) -> str:
    """Line 15, Target 1.2; nothing for a section's own form."""
    kind = kind_of(row)
    return f"{kind.key.capitalize()} {getattr(row, 'number', '')}" if kind else ""


def where(row: Row, strategy: int) -> str:
    """What a finding about the row begins with; a milestone is numbered within its strategy."""
    if isinstance(row, MilestonePart):
        return f"Strategy {strategy}, milestone {row.number}: "
    name = name_of(row)
    return f"{name}: " if name else ""


def _rows(document: PlanDocument) -> Iterator[Row]:
    for section in SECTIONS_WITH_ROWS:
        yield from parts_of(section, document)


def _place_of(row: Row) -> str:
    kind = kind_of(row)
    return kind.key if kind else ""


PLAN = Layout(tuple(SECTIONS), _rows, _place_of)
