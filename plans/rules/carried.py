"""What an amendment was started with is read before it is signed: R33a.

Each row of last year's plan is kept, revised, or retired with a reason. A frozen version knows of
none that was not, so it is never found here.
"""

from collections.abc import Iterator
from functools import partial

from plans.documents.kinds import CARRIED, kind_of
from plans.documents.parts import Row
from plans.documents.shape import MilestonePart, PlanDocument, StrategyPart
from plans.rules.base import DEFAULT, Problem, Rule, Severity
from plans.rules.layout import name_of
from plans.rules.words import count, listing
from plans.sections import SECTIONS, SectionKey

NUMBER = "R33a"
NAMED = 4  # of them in a sentence; the page lists them all


def unread_in(section: SectionKey, document: PlanDocument) -> list[str]:
    """What is carried and not yet read, each by what it is called."""
    return list(_unread(section, document))


def _unread(section: SectionKey, document: PlanDocument) -> Iterator[str]:
    strategy = 0
    for kind in CARRIED.values():
        if kind.section != section or kind.parent:
            continue
        for part in kind.parts_of(document):
            if isinstance(part, StrategyPart):
                strategy = part.number
            if part.carried == "unread":
                yield _called(part, section, strategy)


def _called(part: Row, section: SectionKey, strategy: int) -> str:
    if isinstance(part, MilestonePart):
        return f"milestone {strategy}.{part.number}"
    is_listed = kind_of(part) is not None
    return name_of(part).lower() if is_listed else f"the words of {SECTIONS[section].title}"


def _not_read(section: SectionKey, document: PlanDocument) -> Iterator[Problem]:
    unread = unread_in(section, document)
    if not unread:
        return
    named = unread if len(unread) <= NAMED + 1 else [*unread[:NAMED], f"{len(unread) - NAMED} more"]
    yield Problem(
        f"Carried from last year, not yet read: {count(len(unread), 'item')}"
        f" ({listing(named)}). Keep, revise or retire each."
    )


CARRIED_RULES: tuple[Rule[PlanDocument], ...] = tuple(
    Rule(
        NUMBER,
        Severity.STOP,
        section,
        f"What {SECTIONS[section].title} carries from last year's plan was read: kept, revised or"
        " retired with a reason.",
        DEFAULT,
        "default",
        partial(_not_read, section),
    )
    for section in dict.fromkeys(kind.section for kind in CARRIED.values())
)
