"""What a cell means where a line names something: read in one way, or asked about."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from plans.documents import Draft
from plans.forms.budget_sheet import LINE_KINDS, SOURCES, labelled

YES, NO = {"yes", "y", "x", "true", "1"}, {"no", "n", "false", "0"}
MOST_OFFERED = 12


class NotRead(ValueError):
    """The message says what to do; `choices` are what it may have meant."""

    def __init__(self, why: str, choices: Iterable["Named"] = ()) -> None:
        super().__init__(why)
        self.choices = tuple(choices)


@dataclass(frozen=True)
class Named:
    """Something that a line can name: by its key, its name, or both."""

    value: Any
    key: str
    name: str

    @property
    def label(self) -> str:
        return f"{self.key} {self.name}".strip()


@dataclass(frozen=True)
class Vocabulary:
    """What the lines of a plan can name, by field."""

    named: dict[str, Sequence[Named]]

    @classmethod
    def of(cls, draft: Draft) -> "Vocabulary":
        words = draft.words
        return cls(
            {
                "strategy": [
                    Named(s.id, str(s.number), s.title) for s in draft.document.strategies
                ],
                "focus_area": [
                    Named(a.number, str(a.number), a.short_name) for a in words.areas.values()
                ],
                "object_code": [Named(c.code, c.code, c.name) for c in words.codes.values()],
                "funding_source": _choices(SOURCES),
                "line_kind": _choices(LINE_KINDS),
            }
        )

    def read(self, field: str, text: str) -> Any:
        """Raises: NotRead."""
        return _meant(text, self.named[field], WHAT[field])


WHAT = {
    "strategy": "a strategy of this plan, by its number or its title",
    "focus_area": "a focus area, by its number or its name",
    "object_code": "an ED114 object code, such as 111B",
    "funding_source": " or ".join(str(label) for label in SOURCES.values()),
    "line_kind": " or ".join(str(label) for label in LINE_KINDS.values()),
}


def _choices(choices: dict[Any, Any]) -> list[Named]:
    return [Named(value, "", str(label)) for value, label in choices.items()]


def _meant(text: str, named: Sequence[Named], what: str) -> Any:
    plain = _plain(text)
    ways = (
        [one for one in named if plain in {_plain(one.key), *_both(one)}],
        [one for one in named if plain == _plain(one.name)],
    )
    for found in ways:
        if len(found) == 1:
            return found[0].value
        if found:
            raise NotRead(f"“{text}” is the name of {len(found)}. Choose one.", found)
    raise NotRead(f"“{text}” is not {what}.", _near(plain, named))


def _near(plain: str, named: Sequence[Named]) -> list[Named]:
    """Those that it may have meant: none of them is chosen for anybody."""
    first = plain.split()[0] if plain else ""
    near = [
        one
        for one in named
        if first
        and (
            _plain(one.key) == first
            or _plain(one.label).startswith(plain)
            or _plain(one.name).startswith(plain)
        )
    ]
    near += [
        one for one in named if one not in near and len(plain) > 3 and plain in _plain(one.name)
    ]
    near += [
        one
        for one in named
        if one not in near and one.name and len(one.name) > 3 and _plain(one.name) in plain
    ]
    return near[:MOST_OFFERED]


def _both(one: Named) -> set[str]:
    if not one.key or not one.name:
        return {_plain(one.name)} if not one.key else set()
    number = one.key
    return {
        _plain(f"{number} {one.name}"),
        _plain(f"{number} · {one.name}"),
        _plain(f"{number}. {one.name}"),
        _plain(f"{number} - {one.name}"),
        *({_plain(labelled(int(number), one.name))} if number.isdecimal() else ()),
    }


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def yes_or_no(text: str) -> bool:
    """Raises: NotRead."""
    plain = _plain(text)
    if plain in YES or plain in NO:
        return plain in YES
    raise NotRead(f"“{text}” is not yes or no.", [Named("Yes", "", "Yes"), Named("No", "", "No")])
