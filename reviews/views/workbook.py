"""A workbook of plain sheets (Office Open XML), written as text: ADR 69 says why not by openpyxl.

A word is stored as a word, whatever it begins with: no cell of it is ever a formula.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

Value = str | int | Decimal | None
CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_NAME = 31  # of a sheet
LONGEST_WORD = 32_767  # of a cell

_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OF_DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_OF_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_PART = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_ESCAPED = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})
_STYLES = "".join(
    (
        f'{_XML}<styleSheet xmlns="{_MAIN}">',
        '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>',
        '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>',
        '<fills count="1"><fill><patternFill patternType="none"/></fill></fills>',
        '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>',
        '<cellXfs count="3"><xf/><xf fontId="1" applyFont="1"/>',
        '<xf numFmtId="3" applyNumberFormat="1"/></cellXfs>',
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>',
        "</styleSheet>",
    )
)
HEAD, THOUSANDS = 1, 2  # places among the cellXfs


@dataclass(frozen=True)
class Sheet:
    """`widths` are of its columns, in letters; those that are not named are 14 wide."""

    name: str
    header: Sequence[str]
    rows: Iterable[Sequence[Value]]
    widths: Sequence[int] = ()


def workbook(sheets: Sequence[Sheet]) -> bytes:
    file = BytesIO()
    numbers = range(1, len(sheets) + 1)
    with ZipFile(file, "w", ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", _content_types(numbers))
        package.writestr("_rels/.rels", _relations([("officeDocument", "xl/workbook.xml")]))
        package.writestr("xl/workbook.xml", _book(sheets))
        parts = [("worksheet", f"worksheets/sheet{number}.xml") for number in numbers]
        package.writestr(
            "xl/_rels/workbook.xml.rels", _relations([*parts, ("styles", "styles.xml")])
        )
        package.writestr("xl/styles.xml", _STYLES)
        for number, sheet in zip(numbers, sheets, strict=True):
            package.writestr(f"xl/worksheets/sheet{number}.xml", _sheet(sheet))
    return file.getvalue()


def _content_types(numbers: Iterable[int]) -> str:
    parts = [("xl/workbook.xml", "sheet.main"), ("xl/styles.xml", "styles")]
    parts += [(f"xl/worksheets/sheet{number}.xml", "worksheet") for number in numbers]
    named = "".join(
        f'<Override PartName="/{name}" ContentType="{_PART}.{kind}+xml"/>' for name, kind in parts
    )
    return (
        f'{_XML}<Types xmlns="{_TYPES}"><Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{named}</Types>'
    )


def _relations(parts: Iterable[tuple[str, str]]) -> str:
    named = "".join(
        f'<Relationship Id="rId{number}" Type="{_OF_DOCUMENT}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(parts, start=1)
    )
    return f'{_XML}<Relationships xmlns="{_OF_PACKAGE}">{named}</Relationships>'


def _book(sheets: Iterable[Sheet]) -> str:
    named = "".join(
        f'<sheet name="{_words(sheet.name[:LONGEST_NAME])}" sheetId="{number}" r:id="rId{number}"/>'
        for number, sheet in enumerate(sheets, start=1)
    )
    return (
        f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_OF_DOCUMENT}"><sheets>{named}</sheets>'
        "</workbook>"
    )


def _sheet(sheet: Sheet) -> str:
    widths = [*sheet.widths, *[14] * (len(sheet.header) - len(sheet.widths))]
    columns = "".join(
        f'<col min="{number}" max="{number}" width="{width}" customWidth="1"/>'
        for number, width in enumerate(widths, start=1)
    )
    head = "".join(_cell(word, style=HEAD) for word in sheet.header)
    rows = "".join(f"<row>{''.join(map(_cell, row))}</row>" for row in sheet.rows)
    return (
        f'{_XML}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0"><pane'
        ' ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView>'
        f"</sheetViews><cols>{columns}</cols><sheetData><row>{head}</row>{rows}</sheetData>"
        "</worksheet>"
    )


def _cell(value: Value, *, style: int = 0) -> str:
    if value is None or value == "":
        return "<c/>"
    if isinstance(value, str):
        styled = f' s="{style}"' if style else ""
        return f'<c t="inlineStr"{styled}><is><t xml:space="preserve">{_words(value)}</t></is></c>'
    styled = f' s="{THOUSANDS}"' if isinstance(value, int) and abs(value) >= 10_000 else ""
    return f"<c{styled}><v>{value}</v></c>"


def _words(value: str) -> str:
    return _NOT_IN_XML.sub("", value)[:LONGEST_WORD].translate(_ESCAPED)
