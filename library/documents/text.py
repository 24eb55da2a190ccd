"""A plan as the public reads it: the frozen text, without what the Department left out.

Nothing here touches the database. Whatever is public (pages, PDF, downloads) is made of this
document, and never of the whole one.
"""

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, NamedTuple

from library.documents.suppressing import Figure, group_of, left_out
from plans.documents import PlanDocument

MARKS = {
    "personal_data": "[removed: personal data]",
    "small_group": "[removed: small group]",
}
SHORTEST = 3  # letters of a passage: less stands in too many words
NOT_PUBLIC = ("contact_email", "contact_phone")  # of the cover: see ADR 90
AS_STORED = frozenset(  # what links rows or names one of a few, and holds nobody's words
    {"lineage", "strategy", "funding_source", "line_kind", "kind", "group", "code", "sha256"}
)


class Passage(NamedTuple):
    """Some words of a plan, and what was decided about them: see `library.models.Why`."""

    text: str
    why: str

    @property
    def is_removed(self) -> bool:
        return self.why in MARKS


def public_document(
    document: PlanDocument, passages: Iterable[Passage], kept_back: Collection[str] = ()
) -> PlanDocument:
    """The document without the passages that are removed, wherever they stand.

    `kept_back` names targets, by lineage, whose baseline the public is kept from elsewhere.
    """
    stored = document.model_dump()
    for name in NOT_PUBLIC:
        stored["cover"][name] = ""
        stored["cover"]["as_typed"].pop(name, None)
    for attachment in stored["attachments"]:
        attachment["lineage"] = ""  # its file is not public, so nothing leads to it
    _suppress([each for one in stored["objectives"] for each in one["targets"]], kept_back)
    return PlanDocument.model_validate(_cleaned(stored, Remover(passages)))


class Remover:
    """Takes passages out of texts: whatever their case, and however their words are parted."""

    def __init__(self, passages: Iterable[Passage]) -> None:
        removed = [each for each in passages if each.is_removed]
        self._removed = sorted(removed, key=lambda each: len(each.text), reverse=True)
        self._pattern = re.compile(
            "|".join(f"({_in_any_form(each.text)})" for each in self._removed), re.IGNORECASE
        )

    def __call__(self, text: str) -> str:
        return self._pattern.sub(self._mark, text) if self._removed else text

    def _mark(self, found: re.Match[str]) -> str:
        assert found.lastindex  # noqa: S101 -- each alternative is a group
        return MARKS[self._removed[found.lastindex - 1].why]


def stands_in(passage: str, texts: Iterable[str]) -> bool:
    pattern = re.compile(_in_any_form(passage), re.IGNORECASE)
    return any(pattern.search(text) for text in texts)


def words_of(document: PlanDocument) -> list[str]:
    """Every text of the document that a passage can be taken out of."""
    found: list[str] = []

    def keep(text: str) -> str:
        found.append(text)
        return text

    _cleaned(public_document(document, ()).model_dump(), keep)
    return found


def passages_of(stored: Sequence[dict[str, str]]) -> list[Passage]:
    """As a publication keeps them."""
    return [Passage(each["text"], each["why"]) for each in stored]


def _in_any_form(text: str) -> str:
    return r"\s+".join(re.escape(word) for word in text.split())


def _cleaned(value: Any, clean: Callable[[str], str], name: str = "") -> Any:
    if isinstance(value, str):
        return value if name in AS_STORED else clean(value)
    if isinstance(value, dict):
        return {key: _cleaned(part, clean, key) for key, part in value.items()}
    if isinstance(value, list | tuple):
        of_lineages = "lineage" if name == "targets" else name
        return [_cleaned(part, clean, of_lineages) for part in value]
    return value


def _suppress(targets: list[dict[str, Any]], kept_back: Collection[str]) -> None:
    """A baseline that counts a few students is shown as the State publishes one: <6."""
    baselines = [
        Figure(
            group=_group_of(each),
            unit=each["unit"],
            value=each["baseline"],
            is_left_out=each["lineage"] in kept_back
            or (each["baseline"] is None and bool(each["as_typed"].get("baseline"))),
        )
        for each in targets
    ]
    for place, mark in left_out(baselines).items():
        targets[place]["baseline"] = None
        targets[place]["as_typed"]["baseline"] = mark


def _group_of(target: dict[str, Any]) -> tuple[str, ...]:
    indicator = target["indicator"]["name"] if target["indicator"] else ""
    return group_of(indicator, target["measure"], target["unit"], target["baseline_year"])
