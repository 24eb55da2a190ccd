"""What a pasted table or a spreadsheet would do to the budget, line by line. It writes nothing.

A line with its key is changed where its cells say another thing; one without is new. An empty cell
changes nothing. What can be read in two ways is asked about, and what cannot be read is named by
its row and its column.
"""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError

from districts import parsing
from districts.services.sheets import MOST_ROWS, Sheet, Unusable
from plans.documents import Draft
from plans.forms.budget_sheet import KEY, LABELS, NUMBER, column_headed, order_of
from plans.forms.budget_words import Named, NotRead, Vocabulary, yes_or_no
from plans.forms.grid import NOT_STORED, GridLineForm, prefix_of
from plans.models import BudgetLine
from plans.services.lines import LineEdit
from plans.services.merging import Typed, digest_of

GRID_ORDER = (
    *("description", "strategy", "focus_area", "object_code", "funding_source"),
    *("quantity", "unit_cost", "amount", "narrative"),
)
PREVIEWED = ("description", "strategy", "focus_area", "object_code", "funding_source", "amount")
TOTALS = {"total", "totals", "grand total"}
HEADINGS_ENOUGH = 2  # that a first row names, to be taken for the headings
NAMES = {KEY, *LABELS}
COLUMN = {name: BudgetLine._meta.get_field(name).attname for name in LABELS}  # type: ignore[union-attr]
NOTHING = {column: NOT_STORED.get(name, "") for name, column in COLUMN.items()}


class Kind(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    SAME = "same"  # as a line that is here already: asked about
    UNCHANGED = "unchanged"
    FAULT = "fault"


@dataclass(frozen=True)
class RawTable:
    """Cells as text under the names of their columns; "" names one that is not read."""

    columns: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]  # each with its number in the file
    lineages: tuple[str, ...] = ()  # of new lines, by row
    was: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # by lineage and field
    not_read: tuple[str, ...] = ()  # headings

    def as_json(self) -> str:
        said = {
            "columns": self.columns,
            "rows": self.rows,
            "lineages": self.lineages,
            "was": self.was,
        }
        return json.dumps(said, ensure_ascii=False)

    @classmethod
    def of_json(cls, said: str) -> "RawTable":
        """As a preview sent it. Raises: Unusable."""
        try:
            found = json.loads(said)
            rows = tuple((int(at), tuple(map(str, cells))) for at, cells in found["rows"])
            columns = tuple(name if name in NAMES else "" for name in found["columns"])
            lineages = tuple(str(UUID(each)) for each in found["lineages"])
            was = {
                str(UUID(lineage)): {str(name): str(digest) for name, digest in of.items()}
                for lineage, of in found["was"].items()
            }
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            raise Unusable(
                "What was looked at did not come back whole. Bring it in again."
            ) from None
        if len(rows) > MOST_ROWS or len(lineages) != len(rows):
            raise Unusable("What was looked at did not come back whole. Bring it in again.")
        return cls(columns, rows, lineages, was)


@dataclass(frozen=True)
class CellFault:
    """A cell that cannot be brought in, and what it may have meant."""

    name: str
    heading: str
    text: str
    why: str
    choices: tuple[Named, ...] = ()


@dataclass
class ReadLine:
    """A row of the table: the line it is, or would be."""

    row: int
    lineage: UUID
    kind: Kind
    values: dict[str, Any]  # by field, of the cells that say something
    faults: list[CellFault]
    amount: int = 0  # dollars that the row says, whether or not that is new
    number: int = 0  # of the line that is here, or that it is the same as
    shown: dict[str, str] = field(default_factory=dict)
    changes: list[tuple[str, str, str]] = field(default_factory=list)  # heading, here, there

    @property
    def cells(self) -> list[str]:
        """What the row says, in the columns of the preview."""
        return [self.shown.get(name) or "—" for name in PREVIEWED]


@dataclass(frozen=True)
class Preview:
    table: RawTable
    lines: list[ReadLine]
    totals: list[tuple[int, int, int]]  # row, what it says, what its rows add up to
    columns: list[str]  # headings, as they were read

    def of(self, kind: Kind) -> list[ReadLine]:
        return [line for line in self.lines if line.kind == kind]

    @property
    def ready(self) -> list[ReadLine]:
        return [*self.of(Kind.NEW), *self.of(Kind.CHANGED)]

    @property
    def faults(self) -> list[CellFault]:
        return [fault for line in self.lines for fault in line.faults]

    @property
    def adds(self) -> int:
        """Dollars of the new lines."""
        return sum(line.amount for line in self.of(Kind.NEW))


# From a file or a clipboard to cells -------------------------------------------------------------


def table_of_sheet(sheet: Sheet) -> RawTable:
    """Raises: Unusable, where its first row does not say what the columns are."""
    headings = [cell.text for cell in sheet.header]
    rows = [
        (int("".join(filter(str.isdigit, row[0].at))), [c.text for c in row]) for row in sheet.rows
    ]
    if _named_in(headings) < HEADINGS_ENOUGH:
        raise Unusable(
            "The first row does not name the columns. Start from the workbook to download, and"
            " keep its first row; or copy the cells and paste them into the grid."
        )
    return _table(_columns(headings), rows, headings)


def table_of_text(text: str, first: str) -> RawTable:
    """Cells as a spreadsheet copies them. Without headings they stand as in the grid, beginning
    at the cell named `first`.

    Raises:
        Unusable: nothing was pasted, or a heading is there twice.
    """
    rows = [
        (at, [parsing.text(cell).strip() for cell in cells])
        for at, cells in enumerate(_records(text), start=1)
    ]
    rows = [(at, cells) for at, cells in rows if any(cells)]
    if not rows:
        raise Unusable("Nothing was pasted. Copy the rows in your spreadsheet, then paste them.")
    if len(rows) > MOST_ROWS:
        raise Unusable(f"These are more than {MOST_ROWS:,} rows. Paste fewer at a time.")
    if _named_in(rows[0][1]) >= HEADINGS_ENOUGH:
        return _table(_columns(rows[0][1]), rows[1:], rows[0][1])
    names = order_of(GRID_ORDER, first)
    width = max(len(cells) for _, cells in rows)
    columns = [*names[:width], *[""] * (width - len(names))]
    return _table(columns, rows, [f"column {at}" for at in range(1, width + 1)])


def _records(text: str) -> list[list[str]]:
    """Cells with quotes around lines, as Excel copies them; else just as they are."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    try:
        return list(csv.reader(io.StringIO(lines, newline=""), delimiter="\t", strict=True))
    except csv.Error:
        return [line.split("\t") for line in lines.split("\n")]


def _named_in(headings: Sequence[str]) -> int:
    return sum(column_headed(heading) is not None for heading in headings)


def _columns(headings: Sequence[str]) -> list[str]:
    found = [column_headed(heading) for heading in headings]
    names = [column.name if column else "" for column in found]
    for name in filter(None, names):
        if names.count(name) > 1:
            heading = LABELS.get(name, "Line key")
            raise Unusable(f"The column “{heading}” is there twice. Keep one of them.")
    return names


def _table(
    columns: Sequence[str], rows: Iterable[tuple[int, Sequence[str]]], headings: Sequence[str]
) -> RawTable:
    kept = tuple((at, tuple(cells)) for at, cells in rows)
    not_read = [
        heading
        for name, heading in zip(columns, headings, strict=False)
        if not name and heading and heading != NUMBER
    ]
    lineages = tuple(str(uuid4()) for _ in kept)
    return RawTable(tuple(columns), kept, lineages, not_read=tuple(not_read))


# From cells to lines -----------------------------------------------------------------------------


def preview_of(table: RawTable, draft: Draft, answers: Mapping[str, str] | None = None) -> Preview:
    """What the table would do to the draft. `answers` stand in for cells: `answer-3-strategy`."""
    reader = _Reader(draft, answers or {})
    sums, totals = 0, []
    for (at, cells), lineage in zip(table.rows, table.lineages, strict=True):
        said = {n: c for n, c in zip(table.columns, cells, strict=False) if n and c}
        if _is_total(said):
            totals.append((at, said.get("amount", ""), sums))
            continue
        line = reader.read(at, said, lineage)
        sums += line.amount
    was = table.was or reader.was()
    named = RawTable(table.columns, table.rows, table.lineages, was, table.not_read)
    headings = [LABELS.get(name, "Line key") for name in table.columns if name]
    return Preview(named, reader.lines, list(_apart(totals)), headings)


def _is_total(said: Mapping[str, str]) -> bool:
    names = {"object_code", "strategy", KEY}
    return not names & {*said} and said.get("description", "").strip().casefold() in TOTALS


def _apart(totals: Iterable[tuple[int, str, int]]) -> Iterable[tuple[int, int, int]]:
    for at, text, of_rows in totals:
        try:
            said = parsing.whole_dollars(text)
        except parsing.Unreadable:
            continue
        if said != of_rows:
            yield at, said, of_rows


class _Reader:
    def __init__(self, draft: Draft, answers: Mapping[str, str]) -> None:
        self.answers = answers
        self.vocabulary = Vocabulary.of(draft)
        self.stored = {row["lineage"]: row for row in draft.rows["line"]}
        self.numbers = {line.lineage: line.number for line in draft.document.lines}
        self.form = GridLineForm.of_row(NOT_STORED, draft=draft, prefix=prefix_of(UUID(int=0)))
        self.here = {_whole(row): self.numbers[row["lineage"]] for row in draft.rows["line"]}
        self.lines: list[ReadLine] = []
        self.seen: dict[str, int] = {}  # keys, by the row they stand in

    def read(self, at: int, said: Mapping[str, str], new: str) -> ReadLine:
        key = said.get(KEY, "")
        line = ReadLine(at, UUID(new), Kind.NEW, {}, [])
        self.lines.append(line)
        if key:
            self._find(line, key)
        row = self.stored.get(str(line.lineage))
        for name, text in said.items():
            if name == KEY:
                continue
            text = self.answers.get(f"answer-{at}-{name}") or text
            line.shown[name] = text
            if row is not None and row["as_typed"].get(name) == text:
                continue
            try:
                line.values[name] = self._value(name, text)
            except NotRead as unread:
                fault = CellFault(name, LABELS[name], text, str(unread), unread.choices)
                line.faults.append(fault)
        _multiply(line)
        line.amount = line.values.get("amount") or 0
        self._judge(line, row)
        return line

    def _find(self, line: ReadLine, key: str) -> None:
        why = ""
        if key in self.seen:
            why = f"The same line is in row {self.seen[key]} already. Keep one of them."
        elif key not in self.stored:
            why = "No line of this plan has this key. Empty the cell to add the row as a new line."
        if why:
            line.faults.append(CellFault(KEY, "Line key", key, why))
            return
        self.seen[key] = line.row
        line.lineage, line.number = UUID(key), self.numbers[key]

    def _value(self, name: str, text: str) -> Any:
        if name in self.vocabulary.named:
            return self.vocabulary.read(name, text)
        if name == "previously_locally_funded":
            return yes_or_no(text)
        try:
            return self.form.fields[name].clean(text)
        except ValidationError as error:
            raise NotRead(" ".join(error.messages)) from None

    def _judge(self, line: ReadLine, row: dict[str, Any] | None) -> None:
        if line.faults:
            line.kind = Kind.FAULT
        elif row is not None:
            self._compare(line, row)
        elif number := self.here.get(_whole(_columns_of(line.values))):
            line.kind, line.number = Kind.SAME, number

    def _compare(self, line: ReadLine, row: dict[str, Any]) -> None:
        for name, value in list(line.values.items()):
            if digest_of(value) == digest_of(row[COLUMN[name]], row["as_typed"].get(name)):
                del line.values[name]
                continue
            here = row["as_typed"].get(name, row[COLUMN[name]])
            line.changes.append((LABELS[name], self._words(name, here), self._words(name, value)))
        line.kind = Kind.CHANGED if line.values else Kind.UNCHANGED

    def _words(self, name: str, value: Any) -> str:
        if value is None or value == "" or value is False:
            return "—"
        named = self.vocabulary.named.get(name, ())
        return next((one.label for one in named if one.value == value), _said(value))

    def was(self) -> dict[str, dict[str, str]]:
        """What each cell of a line that is here was compared with."""
        return {
            str(line.lineage): {
                name: digest_of(row[COLUMN[name]], row["as_typed"].get(name)) for name in line.shown
            }
            for line in self.lines
            if (row := self.stored.get(str(line.lineage))) is not None
        }


def _multiply(line: ReadLine) -> None:
    """An amount that is not said is quantity × unit cost, where that is whole dollars."""
    quantity, unit = line.values.get("quantity"), line.values.get("unit_cost")
    if "amount" in line.shown or line.number or quantity is None or unit is None:
        return
    product = quantity * unit
    if product == int(product) and 0 <= product < parsing.TOO_MUCH:
        line.values["amount"] = int(product)
        line.shown["amount"] = f"{int(product):,}"


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def _columns_of(values: Mapping[str, Any]) -> dict[str, Any]:
    return {COLUMN[name]: value for name, value in values.items()}


def _whole(row: Mapping[str, Any]) -> tuple[str, ...]:
    """All that a line says, to tell whether another says the same."""
    return tuple(_said(row.get(column) or nothing) for column, nothing in NOTHING.items())


# From lines to what is saved ---------------------------------------------------------------------


def edits_of(
    preview: Preview, stored: Mapping[str, dict[str, Any]], again: set[int]
) -> list[LineEdit]:
    """Of each line that is ready, and of those that are to stand there twice, by their rows."""
    return [
        _change(line, preview.table.was, stored) if line.kind == Kind.CHANGED else _new(line)
        for line in preview.lines
        if line.kind in {Kind.NEW, Kind.CHANGED} or (line.kind == Kind.SAME and line.row in again)
    ]


def _new(line: ReadLine) -> LineEdit:
    return LineEdit(line.lineage, Typed(_columns_of(line.values), {}), is_new=True)


def _change(
    line: ReadLine, was: Mapping[str, Mapping[str, str]], stored: Mapping[str, dict[str, Any]]
) -> LineEdit:
    """Only cells that were looked at: what somebody else changed since is theirs."""
    seen = was.get(str(line.lineage), {})
    values = {name: value for name, value in line.values.items() if name in seen}
    version = stored[str(line.lineage)]["version"]
    return LineEdit(line.lineage, Typed(_columns_of(values), {}, version, dict(seen)))
