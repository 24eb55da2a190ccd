"""What every document is made of, a plan's and those to come. Nothing here touches the database."""

from typing import Any

from pydantic import BaseModel, ConfigDict
from pydantic import Field as StoredField

from districts import parsing
from plans.documents import fields


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Row(Part):
    """Something a district wrote. `as_typed` holds what a field cannot: text that it could not
    read, and a figure that was published suppressed.

    `id` is that of the row in the draft, for links; a frozen document has none. Nor has it
    `carried`: what the district made of a row of last year's plan (`plans.models.Carried.State`).
    """

    id: int | None = None
    carried: str = StoredField(default="", exclude=True)
    lineage: str = ""
    as_typed: dict[str, str] = StoredField(default_factory=dict)

    @property
    def unread(self) -> dict[str, str]:
        """By field, the text that it could not read."""
        return {name: text for name, text in self.as_typed.items() if not self.is_suppressed(name)}

    def is_suppressed(self, name: str) -> bool:
        """Whether the field holds a figure that was published without its number."""
        text = self.as_typed.get(name)
        return (
            text is not None
            and name in fields.may_be_suppressed(type(self))
            and parsing.suppressed(text) is not None
        )


class Document(Part):
    """The whole of a text: what rules judge, a version freezes and people sign."""

    def frozen(self) -> dict[str, Any]:
        """As stored in a version: plain JSON, without the ids of the draft's rows."""
        return _without_ids(self.model_dump(mode="json"))


def _without_ids(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_ids(part) for name, part in value.items() if name != "id"}
    if isinstance(value, list):
        return [_without_ids(part) for part in value]
    return value
