"""What the public API answers with: typed by the same columns as the files and their dictionary."""

from datetime import date
from types import GenericAlias
from typing import Any, Literal

from pydantic import BaseModel, Field, create_model

from library.reading.columns import LINES, OF_EVERY_ROW, PLANS, STRATEGIES, TARGETS, Column, Table

TYPES: dict[str, Any] = {
    "text": str,
    "number": int | float,
    "whole US dollars": int,
    "date": date,
    "yes or no": Literal["yes", "no"],
}


def _typed(column: Column) -> tuple[Any, Any]:
    of_kind = TYPES[column.kind]
    if column in OF_EVERY_ROW:
        return of_kind, Field(description=column.words)
    return of_kind | None, Field(description=column.words)


def _row_of(table: Table, name: str) -> Any:
    fields: dict[str, Any] = {column.name: _typed(column) for column in table.all_columns}
    return create_model(name, __doc__=table.title, **fields)


PlanRow = _row_of(PLANS, "Plan")
Targets, Strategies, Lines = (
    GenericAlias(list, (_row_of(table, name),))
    for table, name in ((TARGETS, "Target"), (STRATEGIES, "Strategy"), (LINES, "Line"))
)


class PlanPage(BaseModel):
    """Some of the public plans, the latest year first."""

    count: int = Field(description="How many there are in all.")
    next: str | None = Field(description="Address of those that follow, if any.")
    items: list[PlanRow]  # type: ignore[valid-type]


class Fault(BaseModel):
    """Why there is no answer."""

    detail: str | list[dict[str, Any]]
