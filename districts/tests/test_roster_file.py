"""The roster file: what is read, and every fault that stops it, each with its place."""

from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings

from districts.services.roster_file import (
    Fault,
    RosterFaults,
    RosterFigure,
    RosterRow,
    read_roster,
)

REAL_FILE = Path(settings.BASE_DIR) / "districts/data/alliance_districts.csv"
HEADER = (
    "district,town_code,edsight_district_code,drg,priority_school_district,"
    "educational_reform_district,first_designated_fy,designated_in_33_list,enrolment_2025_26,"
    "schools_2024_25,ecs_entitlement_fy2026,alliance_setaside_fy2026,alliance_portion_fy2027,"
    "non_alliance_portion_fy2026,accountability_index_2024_25"
)
ANSONIA = "Ansonia,2,0020011,H,1,0,FY2013,1,2390,4,21332353,6300685,6300685,15031668,65.17"
GROTON = "Groton,59,0590011,G,0,0,FY2018,1,4174,9,25040045,0,0,25040045,70.25"
DOLLARS = "whole US dollars of $0 or more, such as 6300685"


def file_of(*lines: str) -> bytes:
    return ("\n".join(lines) + "\n").encode()


def faults_of(raw: bytes, fiscal_year: int = 2027) -> list[Fault]:
    with pytest.raises(RosterFaults) as refused:
        read_roster(raw, fiscal_year=fiscal_year)
    return refused.value.faults


def test_a_row_is_read_whole():
    assert read_roster(file_of(HEADER, ANSONIA), fiscal_year=2027) == [
        RosterRow(
            name="Ansonia",
            town_code=2,
            edsight_code="0020011",
            reference_group="H",
            is_priority_school_district=True,
            is_reform_district=False,
            cohort=2013,
            in_program_list=True,
            allocation=6_300_685,
            figures=(
                RosterFigure("enrolment", "2025-26", 2390),
                RosterFigure("schools", "2024-25", 4),
                RosterFigure("ecs_entitlement", "FY2026", 21_332_353),
                RosterFigure("alliance_setaside", "FY2026", 6_300_685),
                RosterFigure("non_alliance_portion", "FY2026", 15_031_668),
                RosterFigure("accountability_index", "2024-25", Decimal("65.17")),
            ),
        )
    ]


def test_the_departments_own_file_sums_to_what_its_readme_says():
    rows = read_roster(REAL_FILE.read_bytes(), fiscal_year=2027)
    listed = [row for row in rows if row.in_program_list]

    def total(rows, measure):
        return sum(
            figure.value for row in rows for figure in row.figures if figure.measure == measure
        )

    assert (len(rows), total(rows, "enrolment"), total(rows, "schools")) == (36, 218_382, 424)
    assert (len(listed), total(listed, "enrolment"), total(listed, "schools")) == (
        33,
        205_571,
        398,
    )


@pytest.mark.parametrize(
    "raw",
    [
        b"\xef\xbb\xbf" + file_of(HEADER, ANSONIA, GROTON),
        file_of(HEADER, ANSONIA, GROTON).replace(b"\n", b"\r\n"),
        file_of(HEADER, ANSONIA, GROTON).replace(b"\n", b"\r"),
        file_of(
            *(
                ",".join(f'"{cell}"' for cell in line.split(","))
                for line in (HEADER, ANSONIA, GROTON)
            )
        ),
        file_of(HEADER, ANSONIA.replace("6300685,6300685", '"$6,300,685"," 6,300,685 "'), GROTON),
        file_of(HEADER, "", ANSONIA, "," * 14, GROTON, ""),
        file_of(HEADER, ANSONIA, GROTON).rstrip(b"\n"),
        file_of(HEADER + ",note", ANSONIA + ",moved", GROTON + ","),
    ],
    ids=[
        "bom",
        "crlf",
        "cr",
        "quotes",
        "commas in money",
        "blank lines",
        "no last line end",
        "more columns",
    ],
)
def test_the_habits_of_spreadsheets_are_no_fault(raw):
    assert read_roster(raw, fiscal_year=2027) == read_roster(
        file_of(HEADER, ANSONIA, GROTON), fiscal_year=2027
    )


def test_next_years_columns_carry_their_own_years():
    raw = (
        file_of(HEADER, ANSONIA)
        .replace(b"enrolment_2025_26", b"enrolment_2026_27")
        .replace(b"alliance_portion_fy2027", b"alliance_portion_fy2028")
    )

    (row,) = read_roster(raw, fiscal_year=2028)

    assert (row.allocation, row.figures[0].period) == (6_300_685, "2026-27")


EXPECTED = {
    "district": "the district’s name, of at most 100 characters on one line",
    "town_code": "a town’s number, 1 to 169",
    "edsight_district_code": "seven digits",
    "drg": "a letter, A to I",
    "priority_school_district": "1 for yes or 0 for no",
    "educational_reform_district": "1 for yes or 0 for no",
    "first_designated_fy": "a fiscal year, FY2013 to FY2023",
    "designated_in_33_list": "1 for yes or 0 for no",
    "enrolment_2025_26": "a whole number of 0 or more",
    "schools_2024_25": "a whole number of 0 or more",
    "ecs_entitlement_fy2026": DOLLARS,
    "alliance_portion_fy2027": DOLLARS,
    "non_alliance_portion_fy2026": DOLLARS,
    "accountability_index_2024_25": "a number from 0 to 100, with at most two decimals",
}


@pytest.mark.parametrize(
    ("old", "new", "column", "value"),
    [
        ("Ansonia,", ",", "district", "empty"),
        ("Ansonia,", f"{'A' * 101},", "district", f"“{'A' * 60}…”"),
        (",2,0020011", ",0,0020011", "town_code", "“0”"),
        (",2,0020011", ",170,0020011", "town_code", "“170”"),
        (",2,0020011", ",two,0020011", "town_code", "“two”"),
        ("0020011", "002A011", "edsight_district_code", "“002A011”"),
        ("0020011", "00200111", "edsight_district_code", "“00200111”"),
        ("0020011", "٠٠٢٠٠١١", "edsight_district_code", "“٠٠٢٠٠١١”"),
        ("0020011", "2.0011E+4", "edsight_district_code", "“2.0011E+4”"),
        (",H,", ",K,", "drg", "“K”"),
        (",H,1,", ",H,yes,", "priority_school_district", "“yes”"),
        (",1,0,FY", ",1,2,FY", "educational_reform_district", "“2”"),
        ("FY2013", "2013", "first_designated_fy", "“2013”"),
        ("FY2013", "FY2024", "first_designated_fy", "“FY2024”"),
        (",1,2390", ",,2390", "designated_in_33_list", "empty"),
        ("2390", "-1", "enrolment_2025_26", "“-1”"),
        (",4,", ",4.5,", "schools_2024_25", "“4.5”"),
        ("6300685,6300685", "6300685,six million", "alliance_portion_fy2027", "“six million”"),
        ("6300685,6300685", "6300685,", "alliance_portion_fy2027", "empty"),
        ("6300685,6300685", "6300685,63e5", "alliance_portion_fy2027", "“63e5”"),
        ("6300685,6300685", '6300685,"6,30,685"', "alliance_portion_fy2027", "“6,30,685”"),
        ("15031668", "n/a", "non_alliance_portion_fy2026", "“n/a”"),
        ("65.17", "100.01", "accountability_index_2024_25", "“100.01”"),
        ("65.17", "65.171", "accountability_index_2024_25", "“65.171”"),
        ("65.17", "nan", "accountability_index_2024_25", "“nan”"),
    ],
)
def test_a_cell_that_cannot_be_read_is_a_fault(old, new, column, value):
    raw = file_of(HEADER, GROTON, ANSONIA.replace(old, new))

    assert faults_of(raw) == [Fault(3, column, value, EXPECTED[column])]


@pytest.mark.parametrize("money", ["1000000000", '"$1,000,000,000"', "9" * 20])
def test_absurd_money_is_a_fault(money):
    raw = file_of(HEADER, GROTON, ANSONIA.replace("6300685,6300685", f"6300685,{money}"))

    assert faults_of(raw) == [
        Fault(
            3,
            "alliance_portion_fy2027",
            f"“{money.strip(chr(34))}”",
            "less than a billion dollars: count its digits again",
        )
    ]


@pytest.mark.parametrize(
    "money",
    [
        "$1,234,567",
        "1234567.00",
        " 1 234 567 ",
        "1’234’567",
        "USD 1,234,567",
        "1\u00a0234\u00a0567",
    ],
)
def test_money_is_read_as_people_write_it(money):
    raw = file_of(HEADER, ANSONIA.replace("6300685,6300685", f'6300685,"{money}"'))

    (row,) = read_roster(raw, fiscal_year=2027)

    assert row.allocation == 1_234_567


@pytest.mark.parametrize(
    ("money", "expected"),
    [
        ("1.234.567", "money that reads in one way only: 1,234,567 with commas, if that is meant"),
        ("1.234", "money that reads in one way only: 1,234 with commas, if that is meant"),
        ("1234567,50", "money that reads in one way only: 1,234,567 with commas, if that is meant"),
        ("6300685.50", "whole US dollars, without cents: 6,300,685"),
        ("-6300685", "$0 or more"),
        ("(6,300,685)", "$0 or more"),
        ("9" * 5000, "less than a billion dollars: count its digits again"),
        (
            ".".join(["999"] * 2000),
            "less than a billion dollars: count its digits again",
        ),
    ],
)
def test_money_that_is_unclear_is_named_for_what_it_is(money, expected):
    raw = file_of(HEADER, ANSONIA.replace("6300685,6300685", f'6300685,"{money}"'))

    (fault,) = faults_of(raw)

    assert (fault.column, fault.expected) == ("alliance_portion_fy2027", expected)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_each_separator_that_programs_write_is_read(separator):
    lines = [separator.join(f'"{cell}"' for cell in line.split(",")) for line in (HEADER, ANSONIA)]
    bare = [line.replace('"', "") for line in lines]

    for whole in (lines, bare):
        (row,) = read_roster(file_of(*whole), fiscal_year=2027)
        assert (row.name, row.allocation) == ("Ansonia", 6_300_685)


def test_the_most_money_that_is_not_absurd_is_read():
    raw = file_of(HEADER, ANSONIA.replace("6300685,6300685", "6300685,999999999"))

    (row,) = read_roster(raw, fiscal_year=2027)

    assert row.allocation == 999_999_999


def test_a_code_that_lost_its_leading_zeros_is_a_fault_with_the_code_it_was():
    raw = file_of(HEADER, GROTON, ANSONIA.replace("0020011", "20011"))

    assert faults_of(raw) == [
        Fault(
            3,
            "edsight_district_code",
            "“20011”",
            "seven digits; with the leading zeros it lost, 0020011",
        )
    ]


@pytest.mark.parametrize(
    ("column", "named"),
    [
        *((column, column) for column in HEADER.split(",")[:8]),
        ("alliance_portion_fy2027", "alliance_portion_fy2027"),
        ("enrolment_2025_26", "enrolment_<school year>"),
        ("schools_2024_25", "schools_<school year>"),
        ("ecs_entitlement_fy2026", "ecs_entitlement_fy<year>"),
        ("alliance_setaside_fy2026", "alliance_setaside_fy<year>"),
        ("non_alliance_portion_fy2026", "non_alliance_portion_fy<year>"),
        ("accountability_index_2024_25", "accountability_index_<school year>"),
    ],
)
def test_a_missing_column_is_a_fault(column, named):
    raw = file_of(HEADER.replace(column, "something_else", 1), ANSONIA)

    assert faults_of(raw) == [Fault(1, named, "missing", "this column, once")]


def test_the_allocation_of_the_year_asked_for_must_be_there():
    assert faults_of(file_of(HEADER, ANSONIA), fiscal_year=2028) == [
        Fault(1, "alliance_portion_fy2028", "missing", "this column, once")
    ]


def test_a_doubled_column_is_a_fault():
    assert faults_of(file_of(f"{HEADER},drg", f"{ANSONIA},H")) == [
        Fault(1, "drg", "it is there 2 times", "this column, once")
    ]


@pytest.mark.parametrize(
    ("again", "column", "value"),
    [
        (GROTON.replace("0590011", "0020011"), "edsight_district_code", "“0020011”"),
        (GROTON.replace("Groton", "ANSONIA"), "district", "“ANSONIA”"),
        (GROTON.replace(",59,", ",2,"), "town_code", "“2”"),
    ],
)
def test_a_doubled_name_or_code_is_a_fault(again, column, value):
    assert faults_of(file_of(HEADER, ANSONIA, again)) == [
        Fault(3, column, f"{value} is on line 2 too", "each only once")
    ]


@pytest.mark.parametrize(
    ("row", "cells"), [("Derby,37,0370011", "3 cells"), (f"{ANSONIA},1", "16 cells")]
)
def test_a_row_too_short_or_too_long_is_a_fault(row, cells):
    assert faults_of(file_of(HEADER, GROTON, row)) == [
        Fault(3, "", cells, "15, one for each column")
    ]


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        (b"", Fault(1, "", "the file is empty", "a line of column names")),
        (b"\n\n", Fault(1, "", "the file is empty", "a line of column names")),
        (file_of(HEADER), Fault(2, "", "no rows", "one row for each district")),
        (
            file_of(HEADER, ANSONIA, GROTON.replace("Groton", "Gr\xf6ton"))
            .decode()
            .encode("latin-1"),
            Fault(3, "", "the byte F6 is not UTF-8", "text in UTF-8"),
        ),
        (
            file_of(HEADER, ANSONIA.replace("Ansonia", "An\0sonia")),
            Fault(2, "", "it holds a NUL byte", "text in UTF-8"),
        ),
        (
            file_of(HEADER, ANSONIA).decode().encode("utf-16"),
            Fault(1, "", "this is UTF-16 text", "a CSV file in UTF-8"),
        ),
        (
            b"PK\x03\x04" + b"\0" * 40,
            Fault(1, "", "this is an Excel workbook or a ZIP archive", "a CSV file in UTF-8"),
        ),
        (
            b"\xd0\xcf\x11\xe0" + b"\0" * 40,
            Fault(1, "", "this is an old Excel workbook", "a CSV file in UTF-8"),
        ),
        (b"%PDF-1.7", Fault(1, "", "this is a PDF", "a CSV file in UTF-8")),
        (
            file_of(HEADER, ANSONIA, f'"{GROTON}'),
            Fault(3, "", "the row cannot be read (unexpected end of data)", "well-formed CSV"),
        ),
    ],
    ids=[
        "empty",
        "blank",
        "no rows",
        "latin-1",
        "NUL",
        "UTF-16",
        "xlsx",
        "xls",
        "pdf",
        "open quote",
    ],
)
def test_a_file_that_is_no_table_is_a_fault(raw, fault):
    assert faults_of(raw) == [fault]


def test_all_faults_are_named_at_once_in_the_order_of_their_lines():
    raw = file_of(
        HEADER.replace("drg", "group"),
        ANSONIA.replace("0020011", "20011").replace("6300685,6300685", "-1,1.5"),
        GROTON.replace("Groton", "Ansonia").replace("FY2018", "2018"),
        "Derby",
    )

    assert str(RosterFaults(faults_of(raw))).splitlines() == [
        "Line 1, column drg: missing. Expected this column, once.",
        "Line 2, column edsight_district_code: “20011”. Expected seven digits; with the leading"
        " zeros it lost, 0020011.",
        "Line 2, column alliance_setaside_fy2026: “-1”. Expected $0 or more.",
        "Line 2, column alliance_portion_fy2027: “1.5”. Expected whole US dollars, without"
        " cents: 1.",
        "Line 3, column first_designated_fy: “2018”. Expected a fiscal year, FY2013 to FY2023.",
        "Line 3, column district: “Ansonia” is on line 2 too. Expected each only once.",
        "Line 4: 1 cell. Expected 15, one for each column.",
    ]


def test_20_000_rows_have_every_fault_named():
    """There are 169 towns, so so long a file always has some."""
    rows = [
        f"District {number},{number % 169 + 1},{number:07},H,1,0,2013,1,1,1,1,x,1,1,1"
        for number in range(20_000)
    ]

    faults = faults_of(file_of(HEADER, *rows))

    doubled_towns = 20_000 - 169
    assert len(faults) == 2 * 20_000 + doubled_towns
    assert [str(fault) for fault in faults[-3:]] == [
        "Line 20001, column first_designated_fy: “2013”. Expected a fiscal year, FY2013 to FY2023.",
        f"Line 20001, column alliance_setaside_fy2026: “x”. Expected {DOLLARS}.",
        "Line 20001, column town_code: “58” is on line 59 too. Expected each only once.",
    ]


def test_a_row_is_named_by_the_line_it_starts_on():
    raw = file_of(HEADER + ",note", f'{ANSONIA},"two\nlines"', GROTON.replace(",G,", ",Z,") + ",")

    assert faults_of(raw) == [Fault(4, "drg", "“Z”", "a letter, A to I")]
