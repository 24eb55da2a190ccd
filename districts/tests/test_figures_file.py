"""The files of published figures: what is read of them, and every fault by its line."""

from collections import Counter
from decimal import Decimal

import pytest

from districts.measures import MEASURES
from districts.services import RosterFaults, read_allocations_by_year, read_history
from districts.tests.published import ALLOCATIONS, HISTORY, published_in_files

HEADER = "edsight_district_code,district,fiscal_year,measure,student_group,value,unit,source"
ROW = "0020011,Ansonia,2025,chronic_absenteeism,all,22.9,percent,EdSight"
OF_MONEY = (
    "edsight_district_code,district,fiscal_year,"
    "ecs_entitlement,alliance_portion,non_alliance_portion,source"
)


def history(*rows, header=HEADER):
    return "\n".join([header, *rows]).encode()


def faults_of(raw, read=read_history):
    with pytest.raises(RosterFaults) as refused:
        read(raw)
    return [str(fault) for fault in refused.value.faults]


def test_every_row_of_the_kept_files_is_read():
    by_hand = HISTORY.read_text().count("\n") + 3 * (ALLOCATIONS.read_text().count("\n") - 1) - 1

    found = published_in_files()

    assert len(found) == by_hand
    assert {figure.measure for figure in found} == set(MEASURES)
    assert len({figure.edsight_code for figure in found}) == 36


def test_the_alliance_money_adds_up_as_the_readme_of_the_files_says():
    readme = (HISTORY.parent / "README-history.md").read_text()
    summed, above_zero = Counter(), Counter()
    for figure in published_in_files():
        if figure.measure == "alliance_portion":
            summed[figure.fiscal_year] += int(figure.value)
            above_zero[figure.fiscal_year] += figure.value > 0

    assert set(summed) == set(range(2013, 2028))
    for year, total in summed.items():
        assert f"| {year} | {above_zero[year]} | {total:,} |" in readme


def test_the_grant_is_its_parts_in_every_district_and_year():
    """Entitlement = Alliance + rest, and in FY2024 and FY2025 the part that was shown apart."""
    of_year = Counter()
    for figure in published_in_files():
        sign = {"ecs_entitlement": 1, "alliance_portion": -1, "non_alliance_portion": -1}
        sign["ecs_education_diversity_portion"] = -1
        if figure.measure in sign and figure.fiscal_year > 2012:
            of_year[figure.district, figure.fiscal_year] += sign[figure.measure] * figure.value

    assert {named: left for named, left in of_year.items() if left} == {}


def test_a_row_is_one_figure():
    (figure,) = read_history(history(ROW))

    assert figure.named == ("0020011", "chronic_absenteeism", "all", 2025)
    assert (figure.value, figure.district, figure.source) == (Decimal("22.9"), "Ansonia", "EdSight")


@pytest.mark.parametrize(
    ("cell", "instead", "column"),
    [
        ("0020011", "20011", "edsight_district_code"),
        ("2025", "2024-25", "fiscal_year"),
        ("2025", "25", "fiscal_year"),
        ("chronic_absenteeism", "absences", "measure"),
        (",all,", ",everybody,", "student_group"),
        ("22.9", "*", "value"),
        ("22.9", "", "value"),
        ("22.9", "22,9", "value"),
        ("22.9", "22.90001", "value"),
        ("22.9", "123456789012", "value"),
        ("percent", "per cent", "unit"),
        ("percent", "students", "unit"),  # a known one, and not of this measure
        ("EdSight", "", "source"),
        ("EdSight", "E" * 301, "source"),
    ],
)
def test_a_cell_that_cannot_be_read_is_named_by_its_line_and_column(cell, instead, column):
    bad = ROW.replace(cell, f'"{instead}"' if "," in instead and len(instead) < 6 else instead, 1)

    (fault,) = faults_of(history(ROW.replace("2025", "2024"), bad))

    assert fault.startswith(f"Line 3, column {column}: ")


def test_the_same_figure_twice_is_a_fault_that_names_both_lines():
    (fault,) = faults_of(history(ROW, ROW.replace("22.9", "23.1")))

    assert fault == (
        "Line 3: chronic_absenteeism of Ansonia in 2025, as in line 2. Expected each figure once."
    )


@pytest.mark.parametrize("name", HEADER.split(","))
def test_a_missing_column_is_named(name):
    without = ",".join("x" if column == name else column for column in HEADER.split(","))

    assert any(f"column {name}: " in fault for fault in faults_of(history(ROW, header=without)))


def test_money_is_read_as_three_figures_of_a_year():
    raw = history("0020011,Ansonia,2013,15571383,539715,15031668,CSDE", header=OF_MONEY)

    found = {figure.measure: figure.value for figure in read_allocations_by_year(raw)}

    assert found == {
        "ecs_entitlement": 15571383,
        "alliance_portion": 539715,
        "non_alliance_portion": 15031668,
    }


@pytest.mark.parametrize("amount", ["", "539,715", "$539715", "-1", "539715.5"])
def test_money_that_is_not_whole_dollars_is_a_fault(amount):
    raw = history(f'0020011,Ansonia,2013,15571383,"{amount}",15031668,CSDE', header=OF_MONEY)

    (fault,) = faults_of(raw, read_allocations_by_year)

    assert fault.startswith("Line 2, column alliance_portion: ")
