"""A list as a table of values: shown as a page, or sent as CSV and as a workbook, of the same rows.

How it is sorted stands in the address, as all else that a list is asked for.
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from http import HTTPStatus
from io import StringIO
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse

from districts.words import Label
from reviews.views.ledger_tables import safe
from reviews.views.workbook import CONTENT_TYPE, Sheet, workbook

Value = str | int | date | Label | None
KINDS_OF_FILE = ("csv", "xlsx")


class Kind(StrEnum):
    """How a column's values read."""

    WORDS = "words"
    NUMBER = "number"
    MONEY = "money"
    DAY = "day"
    STATE = "state"


@dataclass(frozen=True)
class Column:
    key: str  # by which an address sorts
    heading: str  # with its unit
    kind: Kind = Kind.WORDS

    @property
    def is_number(self) -> bool:
        return self.kind in {Kind.NUMBER, Kind.MONEY}


@dataclass(frozen=True)
class Row:
    """`url`: where its first cell leads; `act` and its words: what can be done with it."""

    values: tuple[Value, ...]
    url: str = ""
    act: str = ""
    act_label: str = ""


@dataclass(frozen=True)
class Table:
    name: str  # of its files
    columns: tuple[Column, ...]
    rows: Sequence[Row]
    totals: tuple[Value, ...] = ()  # under the columns, the first of them said as “All”

    def sorted_by(self, asked: str) -> "Table":
        """By a column's key, with “-” before it the largest first; in its own order otherwise."""
        key = asked.removeprefix("-")
        place = next((at for at, one in enumerate(self.columns) if one.key == key), None)
        if place is None:
            return self
        known = [row for row in self.rows if row.values[place] is not None]
        unknown = [row for row in self.rows if row.values[place] is None]
        known.sort(key=lambda row: _in_order(row.values[place]), reverse=asked.startswith("-"))
        return replace(self, rows=[*known, *unknown])

    def headings(self, asked: Mapping[str, str]) -> list[dict[str, Any]]:
        """Each with the query that sorts by it: the other way round where it does already."""
        now = asked.get("sort", "")
        return [
            {
                "column": column,
                "query": query_of({**asked, "sort": _turned(column, now)}),
                "sorted": {column.key: "ascending", f"-{column.key}": "descending"}.get(now, ""),
            }
            for column in self.columns
        ]


def _turned(column: Column, now: str) -> str:
    """What its heading sorts by: numbers the largest first, then the other way round."""
    up, down = column.key, f"-{column.key}"
    if now in {up, down}:
        return down if now == up else up
    return down if column.is_number else up


def query_of(asked: Mapping[str, Any]) -> str:
    """What an address asks, without what is empty."""
    return urlencode({key: value for key, value in asked.items() if value not in {"", None}})


def file_of(table: Table, kind: str) -> HttpResponse:
    """The whole list as a file. A word that a spreadsheet would take for a formula is none in it.

    Raises:
        Http404: no such kind of file.
    """
    if kind not in KINDS_OF_FILE:
        raise Http404
    headings = [column.heading for column in table.columns]
    rows = [[_plain(value) for value in row.values] for row in table.rows]
    if kind == "xlsx":
        widths = [28 if column.kind == Kind.WORDS else 16 for column in table.columns]
        content = workbook([Sheet(table.name, headings, rows, widths)])
        return _download(f"{table.name}.xlsx", content, CONTENT_TYPE)
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(headings)
    writer.writerows(map(safe, rows))
    # With the mark by which a spreadsheet knows UTF-8.
    return _download(f"{table.name}.csv", "\ufeff" + text.getvalue(), "text/csv; charset=utf-8")


def _download(name: str, content: bytes | str, kind: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind, status=HTTPStatus.OK)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _plain(value: Value) -> str | int | None:
    if isinstance(value, Label):
        return value.words
    return value.isoformat() if isinstance(value, date) else value


def _in_order(value: Value) -> Any:
    value = _plain(value)
    return value.casefold() if isinstance(value, str) else value
