"""Whether a section says the same in two texts: the district's words, not the Department's rows."""

from typing import Any

from plans.documents.kinds import IN_DOCUMENT
from plans.documents.parts import Part
from plans.documents.shape import AssurancePart, PlanDocument

KEYS = ("number", "code")  # by which a term is known, whatever it is called
NAMES = ("name", "short_name")
OF_THE_DRAFT = ("id", "carried")  # and of no text


def is_same_section(one: PlanDocument, other: PlanDocument, section: str) -> bool:
    """Never of a section that the text holds nothing of: the board's vote, the profile."""
    names = [
        kind.within
        for kind in IN_DOCUMENT.values()
        if kind.section.value == section and not kind.parent
    ]
    return bool(names) and all(
        words_of(getattr(one, name)) == words_of(getattr(other, name)) for name in names
    )


def words_of(part: Any) -> Any:
    if isinstance(part, tuple):
        return [words_of(each) for each in part]
    if isinstance(part, AssurancePart):
        return part.number, part.accepted
    if not isinstance(part, Part):
        return part
    fields = type(part).model_fields
    if any(name in fields for name in NAMES):  # a term of the vocabulary
        return next(getattr(part, key) for key in KEYS if key in fields)
    return {name: words_of(getattr(part, name)) for name in fields if name not in OF_THE_DRAFT}
