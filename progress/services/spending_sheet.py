"""An expenditure report as a spreadsheet: one to start from, and what one would bring in."""

from collections.abc import Mapping
from typing import Any

from districts import parsing
from districts.services.roster_cells import Unexpected, dollars, edsight_code
from districts.services.sheets import as_csv, as_workbook, read_sheet
from districts.services.tables import Column, Preview, Table, compare
from districts.words import day
from plans.models import BudgetLine
from progress.documents.spending import CodePart, ExpenditureDocument
from progress.services.spending import OFFERED_SOURCES

LONGEST_REASON = 2000
SOURCE_WORDS = {label.casefold(): value for value, label in OFFERED_SOURCES}


def _words(cell: str) -> str:
    if len(cell) > LONGEST_REASON:
        raise Unexpected(f"at most {LONGEST_REASON} characters")
    return cell


def _year(cell: str) -> int:
    try:
        return parsing.fiscal_year(cell)
    except parsing.Unreadable:
        raise Unexpected("a fiscal year, such as FY2027") from None


def _day(cell: str) -> str:
    try:
        return parsing.day(cell).isoformat()
    except parsing.Unreadable:
        raise Unexpected("a day, such as 3/31/2027") from None


def _source(cell: str) -> str:
    found = SOURCE_WORDS.get(cell.casefold())
    if found is None:
        raise Unexpected(" or ".join(label for _, label in OFFERED_SOURCES))
    return found


def _code(cell: str) -> str:
    code = cell.strip().upper()
    if not code or len(code) > 8:
        raise Unexpected("an object code, such as 111B")
    return code


TABLE = Table(
    whose=(
        Column("district", "District code", edsight_code),
        Column("year", "Fiscal year", _year),
        Column("as_of", "As of", _day),
    ),
    key=(
        Column("funding_source", "Funding source", _source),
        Column("object_code", "Object code", _code),
    ),
    values=(
        Column("obligated", "Obligated", dollars, is_summed=True),
        Column("expended", "Spent to date", dollars, is_summed=True),
        Column("over_reason", "Reason if over 10%", _words),
    ),
)
ALSO_SHOWN = ("Name", "Approved")
HEADER = [
    *(column.heading for column in (*TABLE.whose, *TABLE.key)),
    *ALSO_SHOWN,
    *(column.heading for column in TABLE.values),
]


def _rows(document: ExpenditureDocument, district_code: str) -> list[list[Any]]:
    labels = dict(BudgetLine.FundingSource.choices)
    said = [district_code, f"FY{document.fiscal_year}", document.as_of.isoformat()]
    rows: list[list[Any]] = [
        [
            *said,
            str(labels[code.funding_source]),
            *(code.object_code, code.name, code.budgeted),
            *(code.obligated, code.expended, code.over_reason),
        ]
        for code in document.codes
    ]
    total = [*said, "Total", "", "", document.budgeted, document.obligated, document.expended, ""]
    return [*rows, total] if rows else rows


def report_as_csv(document: ExpenditureDocument, *, district_code: str) -> str:
    return as_csv(HEADER, _rows(document, district_code))


def report_as_workbook(document: ExpenditureDocument, *, district_code: str) -> bytes:
    title = f"FY{document.fiscal_year} {document.as_of.isoformat()}"
    return as_workbook(title, HEADER, _rows(document, district_code))


def preview_of(
    raw: bytes,
    document: ExpenditureDocument,
    *,
    district_code: str,
    known_codes: Mapping[str, str],
) -> Preview:
    """What the file would change in the report, cell by cell. Nothing is written.

    `known_codes` are the object codes of the year, with their names.

    Raises:
        Unusable: the file cannot be read, or is of another district, year or day.
    """

    def refuse(column: str, said: str) -> str:
        mine = {
            "district": f"{document.district}, district code {district_code}",
            "year": f"FY{document.fiscal_year}",
            "as_of": f"the report as of {day(document.as_of)}",
        }[column]
        return f"This file says “{said or 'nothing'}”, and this is {mine}."

    def may_add(key: tuple[Any, ...]) -> str:
        if key[1] not in known_codes:
            return f"there is no object code {key[1]} in FY{document.fiscal_year}"
        return ""

    return compare(
        read_sheet(raw),
        TABLE,
        {(code.funding_source, code.object_code): _here(code) for code in document.codes},
        whose={
            "district": district_code,
            "year": document.fiscal_year,
            "as_of": document.as_of.isoformat(),
        },
        refuse_whose=refuse,
        may_add=may_add,
    )


def _here(code: CodePart) -> dict[str, Any]:
    return {name: getattr(code, name) for name in ("obligated", "expended", "over_reason")}
