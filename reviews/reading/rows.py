"""The rows of a text that a comment can be about, and what each is called."""

from plans.documents import PlanDocument
from plans.sections import SectionKey

SHORT = 60  # characters of what a row says of itself


def rows_in(document: PlanDocument, section: str = "") -> list[tuple[str, str]]:
    """Lineage and name of each strategy, target and line; of one section, or of all."""
    by_section = {
        SectionKey.OBJECTIVES.value: [
            (each.lineage, f"Target {each.number}", each.measure) for each in document.targets
        ],
        SectionKey.STRATEGIES.value: [
            (each.lineage, f"Strategy {each.number}", each.title) for each in document.strategies
        ],
        SectionKey.BUDGET.value: [
            (each.lineage, f"Line {each.number}", each.description) for each in document.lines
        ],
    }
    return [
        (lineage, f"{name}: {_short(words)}" if words else name)
        for key, rows in by_section.items()
        if section in ("", key)
        for lineage, name, words in rows
        if lineage
    ]


def _short(words: str) -> str:
    return words if len(words) <= SHORT else f"{words[:SHORT].rstrip()}…"
