"""A spreadsheet, CSV or XLSX, as cells with their addresses; and one written to start from.

Nothing in a file is run or followed: of a formula its stored result is read, and a workbook that
would unpack to more than we expect is refused before it is unpacked.

openpyxl is 12 MB of a web process: it is imported where a file is read or a workbook written.
"""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from districts import parsing
from districts.services.roster_cells import Fault, RosterFaults, records_of, text_of

XLSX = b"PK\x03\x04"
LARGEST = 2 * 1024 * 1024  # bytes of a file
LARGEST_UNPACKED = 40 * 1024 * 1024
MOST_ROWS, MOST_COLUMNS = 2000, 60
FORMULA_BEGINS = ("=", "+", "-", "@", "\t", "\r")


class Unusable(Exception):
    """The file is no table that can be read. The message is fit to show a user."""


@dataclass(frozen=True)
class Cell:
    at: str  # C14
    text: str


@dataclass(frozen=True)
class Sheet:
    """The cells of a table: what its columns are called, and its rows."""

    header: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]


def read_sheet(raw: bytes) -> Sheet:
    """The first sheet of a workbook, or a CSV file: the first row that is not empty heads it.

    Raises:
        Unusable: it is too large, damaged, empty, or no table.
    """
    if len(raw) > LARGEST:
        raise Unusable("The file is larger than 2 MB. Send the one sheet that is asked for.")
    lines = list(_of_workbook(raw) if raw.startswith(XLSX) else _of_csv(raw))
    if not lines:
        raise Unusable("The file is empty.")
    header, *rows = lines
    return Sheet(header, tuple(rows))


def _of_csv(raw: bytes) -> Iterator[tuple[Cell, ...]]:
    faults: list[Fault] = []
    try:
        header, records = records_of(text_of(raw), faults)
    except RosterFaults as found:
        faults = list(found.faults)
    if faults:
        raise Unusable(f"{faults[0]} Send it as CSV or as an Excel workbook (.xlsx).")
    yield _cells(1, header)
    _refuse_long(records)
    for line, cells in records:
        yield _cells(line, cells)


def _of_workbook(raw: bytes) -> Iterator[tuple[Cell, ...]]:
    from openpyxl import load_workbook  # noqa: PLC0415

    try:
        _refuse_bombs(raw)
        book = load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        rows = sheet.iter_rows(max_row=MOST_ROWS + 2, max_col=MOST_COLUMNS, values_only=True)
        table = [[_plain(value) for value in row] for row in rows]
        _refuse_long([row for row in table[1:] if any(row)])
    except Unusable:
        raise
    except Exception:  # of a damaged file openpyxl raises whatever its parsers do
        raise Unusable(
            "This workbook cannot be read. Save it again as an Excel workbook (.xlsx), or as CSV."
        ) from None
    for line, cells in enumerate(table, start=1):
        if any(cells):
            yield _cells(line, cells)


def _refuse_long(rows: Sequence[Any]) -> None:
    """Rows that were left out without a word would be money that is gone."""
    if len(rows) > MOST_ROWS:
        raise Unusable(f"The sheet has more than {MOST_ROWS:,} rows. Send it in parts.")


def _refuse_bombs(raw: bytes) -> None:
    parts = zipfile.ZipFile(io.BytesIO(raw)).infolist()
    if sum(part.file_size for part in parts) > LARGEST_UNPACKED:
        raise Unusable(
            "This workbook holds far more than a table of figures. Send the sheet alone."
        )


def _plain(value: Any) -> str:
    """A cell's value as a person would type it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(round(value, 6))
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return parsing.text(str(value)).strip()


def _cells(line: int, texts: Iterable[str]) -> tuple[Cell, ...]:
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    return tuple(
        Cell(f"{get_column_letter(column)}{line}", text)
        for column, text in enumerate(texts, start=1)
    )


# Written -----------------------------------------------------------------------------------------


def as_csv(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """With what a spreadsheet would take for a formula made plain text."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(header)
    for row in rows:
        writer.writerow([_harmless(value) for value in row])
    return out.getvalue()


def as_workbook(title: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """One sheet, its first row fixed in place; text is text, whatever it begins with."""
    from openpyxl import Workbook  # noqa: PLC0415
    from openpyxl.styles import Font  # noqa: PLC0415
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    book = Workbook()
    sheet = book.active
    sheet.title = title[:31]
    sheet.append(list(header))
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for at, row in enumerate(rows, start=2):
        for column, value in enumerate(row, start=1):
            cell = sheet.cell(at, column, value)
            if isinstance(value, str):
                cell.data_type = "s"
    sheet.freeze_panes = "A2"
    for column, name in enumerate(header, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = max(12, len(str(name)) + 2)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _harmless(value: Any) -> Any:
    if isinstance(value, str) and value.startswith(FORMULA_BEGINS):
        return f"'{value}"
    return value
