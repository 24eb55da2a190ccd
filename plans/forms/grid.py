"""The form of one budget line in the grid: the line's own form, known by its lineage."""

import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from plans.documents import Draft
from plans.forms.rows import LineForm
from plans.models import BudgetLine
from plans.services.merging import digest_of

PREFIX = "line-"
CAME_BACK = re.compile(rf"{PREFIX}([0-9a-f]{{8}}(?:-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}})-was")
CHOSEN_FROM_THE_START = ("funding_source", "line_kind")  # so they are no sign that a line is meant
NOT_STORED: dict[str, Any] = {
    "version": 0,
    "as_typed": {},
    **{name: BudgetLine._meta.get_field(name).get_default() for name in CHOSEN_FROM_THE_START},  # type: ignore[union-attr]
}


_COLUMNS = {column.name: column.attname for column in BudgetLine._meta.concrete_fields}


class GridLineForm(LineForm):
    """Its labels say which line they are of. The version of one that is not stored yet is 0."""

    def __init__(self, data: Any, *, draft: Draft, prefix: str, **options: Any) -> None:
        super().__init__(data, draft=draft, prefix=prefix, **options)
        number = number_of(draft, self.lineage)
        for field in self.fields.values():
            field.label = f"{number}: {_inside(str(field.label))}"

    @property
    def lineage(self) -> UUID:
        return UUID((self.prefix or "").removeprefix(PREFIX))

    @property
    def is_new(self) -> bool:
        return self.sent_version == 0

    @property
    def is_meant(self) -> bool:
        """Whether anything was typed into a line that is not stored yet."""
        named = [name for name in self.fields if name not in CHOSEN_FROM_THE_START]
        return any(word.strip() for name in named for word in self.sent(name))

    @property
    def reason(self) -> str:
        """Why the line is retired, where it came from last year's plan."""
        return str(self.data.get(self.add_prefix("reason"), ""))

    def shown_of(self, row: dict[str, Any]) -> dict[str, str]:
        """What stands in each field of a stored line, whichever it is."""
        return {name: next(iter(self._shown(name, row)), "") for name in self.fields}

    def digests_of(self, row: dict[str, Any]) -> dict[str, str]:
        """Of each field, the digest of what it is filled from."""
        return {
            name: digest_of(row[_COLUMNS[name]], row["as_typed"].get(name)) for name in self.fields
        }


def prefix_of(lineage: UUID | str) -> str:
    return f"{PREFIX}{lineage}"


def lineages_in(data: Any) -> Iterator[UUID]:
    """The lines whose forms came back, by the hidden field each carries; each once."""
    for found in filter(None, map(CAME_BACK.fullmatch, data)):
        yield UUID(found[1])


def number_of(draft: Draft, lineage: UUID) -> str:
    """“Line 3”, as the rules number it."""
    said = str(lineage)
    number = next((each.number for each in draft.document.lines if each.lineage == said), None)
    return f"Line {number}" if number else "New line"


def _inside(label: str) -> str:
    return label[:1].lower() + label[1:]
