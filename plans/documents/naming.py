"""What a row of a draft is called: its kind, the number the rules give it, and its own words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from plans.documents.kinds import KINDS, Kind
from plans.documents.parts import Row
from plans.documents.rows import Rows
from plans.sections import SECTIONS

LONGEST = 80  # characters of its own words, where they only say which row is meant
ALONG_WITH = {"strategy": ("line",)}  # what goes with a row beside what belongs to it


@dataclass(frozen=True)
class Called:
    """A row, and how many others go where it goes."""

    kind: Kind
    number: str = ""
    title: str = ""
    went_along: Mapping[str, int] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """“Strategy 9”, or “Performance target 4.1” as the rules number it; a file has none."""
        return f"{self.kind.title} {self.number}".rstrip()

    @property
    def words(self) -> str:
        """“Strategy 9, “Tutors””."""
        return f"{self.name}, “{self.title}”" if self.title else self.name

    @property
    def each_along(self) -> list[str]:
        """“its 3 milestones”, “its budget line”."""
        return [
            f"its {_counted(self.went_along[key], kind.title.lower())}"
            for key, kind in KINDS.items()  # a database keeps the counts in an order of its own
            if self.went_along.get(key)
        ]

    @property
    def whole(self) -> str:
        """All that goes, in one phrase."""
        along = " and ".join(self.each_along)
        return f"{self.words}, with {along}" if along else self.words


def called(kind: Kind, row_id: int, rows: Rows) -> Called:
    """What a row of the draft is called, as its lists stand."""
    row = next(each for each in rows[kind.key] if each["id"] == row_id)
    return Called(
        kind,
        "" if kind.key == "attachment" else _number(kind, row, rows),
        title_of(kind, row[kind.called_by]),
        {key: len(found) for key, found in along_with(kind, row_id, rows).items()},
    )


def name_of(kind: Kind, row_id: int, rows: Rows) -> str:
    """“Strategy 9”: its kind and number, without what it is about."""
    row = next(each for each in rows[kind.key] if each["id"] == row_id)
    return f"{kind.title} {_number(kind, row, rows)}"


def title_of(kind: Kind, value: Any) -> str:
    """The row's own words, as a reader knows them, on one line."""
    choices: Any = kind.model._meta.get_field(kind.called_by)
    words = " ".join(str(dict(choices.flatchoices).get(value, value or "")).split())
    return words if len(words) <= LONGEST else f"{words[: LONGEST - 1].rstrip()}…"


def title_of_row(kind: Kind, row: Row, owner: Row | None) -> str:
    """“Strategy 4, milestone 2: Coaches hired”; of a section's own fields, the section's title."""
    if not kind.is_list:
        return SECTIONS[kind.section].title
    called = title_of(kind, getattr(row, kind.called_by))
    name = name_of_row(kind, row, owner)
    return f"{name}: {called}" if called else name


def name_of_row(kind: Kind, row: Row, owner: Row | None) -> str:
    number = getattr(row, "number", "")
    if owner is None or not isinstance(number, int):  # 1.2 names the row it belongs to
        return f"{kind.title} {number}".rstrip()
    return (
        f"{KINDS[kind.parent].title} {getattr(owner, 'number', '')}, {kind.title.lower()} {number}"
    )


def along_with(kind: Kind, row_id: int, rows: Rows) -> dict[str, list[dict[str, Any]]]:
    """The rows that are nothing without it, by kind."""
    keys = [*(child.key for child in kind.children), *ALONG_WITH.get(kind.key, ())]
    return {key: [each for each in rows[key] if each[f"{kind.key}_id"] == row_id] for key in keys}


def _number(kind: Kind, row: Mapping[str, Any], rows: Rows) -> str:
    siblings, before = rows[kind.key], ""
    if kind.parent:
        owner = row[f"{kind.parent}_id"]
        siblings = [each for each in siblings if each[f"{kind.parent}_id"] == owner]
        before = f"{_place(rows[kind.parent], owner)}."
    return f"{before}{_place(siblings, row['id'])}"


def _place(rows: list[dict[str, Any]], row_id: int) -> int:
    return [each["id"] for each in rows].index(row_id) + 1


def _counted(number: int, noun: str) -> str:
    return noun if number == 1 else f"{number} {noun}s"
