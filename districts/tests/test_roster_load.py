"""Loading the roster: what it writes, what it says, and that loading again changes nothing."""

from datetime import date
from decimal import Decimal
from io import BytesIO, StringIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import transaction

from districts import services
from districts.models import Allocation, Designation, District, Figure, RosterChange
from districts.services.refusals import RosterRefusal
from districts.services.roster_stating import make
from districts.tests.factories import AllocationFactory, DesignationFactory, DistrictFactory

pytestmark = pytest.mark.django_db

FILE = Path(settings.BASE_DIR) / "districts/data/alliance_districts.csv"


def load(file=FILE, year="2027", *options) -> list[str]:
    out = StringIO()
    call_command("load_roster", str(file), "--fiscal-year", year, *options, stdout=out)
    return [line for line in out.getvalue().splitlines() if not line.startswith("On record as")]


def changed(tmp_path, *replacements) -> Path:
    text = FILE.read_text()
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new)
    file = tmp_path / "roster.csv"
    file.write_text(text)
    return file


def test_the_33_of_the_program_page_are_loaded():
    *_, summary = load()

    assert summary == "33 districts, 33 new."
    assert District.objects.designated_for(2027).count() == 33
    assert not District.objects.filter(name__in=["Enfield", "Plainfield", "Stratford"]).exists()


def test_all_36_are_loaded_when_asked_for():
    *_, summary = load(FILE, "2027", "--all")

    assert (summary, District.objects.count()) == ("36 districts, 36 new.", 36)


def test_the_three_others_can_be_loaded_later():
    load()

    assert load(FILE, "2027", "--all") == [
        "New: Enfield, Plainfield, Stratford.",
        "36 districts, 3 new.",
    ]


def test_a_district_is_loaded_with_every_fact_its_source_and_date():
    load()

    ansonia = District.objects.get(slug="ansonia")
    run = ansonia.designations.get()
    assert (
        ansonia.edsight_code,
        ansonia.town_code,
        ansonia.reference_group,
        ansonia.is_priority_school_district,
        ansonia.profile_on,
    ) == ("0020011", 2, "H", True, date(2026, 6, 30))
    assert (
        run.first_fiscal_year,
        run.last_fiscal_year,
        run.cohort,
        run.is_reform_district,
        run.basis,
        run.is_assumption,
    ) == (
        2023,
        2027,
        2013,
        False,
        "First designated for FY2013, and again for FY2023, § 10-262u(a)",
        False,
    )
    assert list(
        ansonia.allocations.values_list("fiscal_year", "stage", "amount", "source", "source_on")
    ) == [(2027, "final", 6_300_685, "CSDE payment list, April 2026", date(2026, 4, 30))]
    assert list(
        ansonia.figures.order_by("pk").values_list("measure", "period", "value", "source_on")
    ) == [
        ("enrolment", "2025-26", 2390, date(2026, 6, 30)),
        ("schools", "2024-25", 4, date(2025, 6, 30)),
        ("ecs_entitlement", "FY2026", 21_332_353, date(2026, 4, 30)),
        ("alliance_setaside", "FY2026", 6_300_685, date(2026, 4, 30)),
        ("non_alliance_portion", "FY2026", 15_031_668, date(2026, 4, 30)),
        ("accountability_index", "2024-25", Decimal("65.17"), date(2025, 6, 30)),
    ]


def test_ten_of_the_districts_are_educational_reform_districts():
    load()

    assert Designation.objects.filter(is_reform_district=True).count() == 10


def test_a_district_with_no_money_has_an_allocation_of_nothing():
    load()

    assert list(
        Allocation.objects.filter(amount=0).order_by("district__name").values_list("district__name")
    ) == [("Groton",), ("Thompson",)]


def test_loading_twice_changes_nothing_and_says_so():
    load()
    before = [
        list(model.objects.order_by("pk").values())
        for model in (District, Designation, Allocation, Figure)
    ]

    lines = load()

    assert lines == ["33 districts, nothing changed."]
    assert [
        list(model.objects.order_by("pk").values())
        for model in (District, Designation, Allocation, Figure)
    ] == before


def test_a_changed_file_says_what_changed_from_what_to_what(tmp_path):
    load()
    file = changed(
        tmp_path,
        ("Ansonia,2,0020011,H,1,0,", "Ansonia City,2,0020011,I,0,1,"),
        ("6300685,6300685", "6300685,6400000"),
        ("65.17", "66.5"),
        ("2390", "2400"),
    )

    assert load(file) == [
        "Ansonia City (0020011): name “Ansonia” → “Ansonia City”",
        "Ansonia City (0020011): reference group “H” → “I”",
        "Ansonia City (0020011): priority school district yes → no",
        "Ansonia City (0020011): designation from FY2023: educational reform district no → yes",
        "Ansonia City (0020011): FY2027 final allocation: $6,300,685 → $6,400,000",
        "Ansonia City (0020011): Students enrolled 2025-26: 2,390 → 2,400",
        "Ansonia City (0020011): Accountability index 2024-25: 65.17 → 66.5",
        "33 districts, 7 changes.",
    ]
    ansonia = District.objects.get(edsight_code="0020011")
    assert (ansonia.name, ansonia.slug, ansonia.allocations.get().amount) == (
        "Ansonia City",
        "ansonia",
        6_400_000,
    )


def test_a_year_more_is_added_to_what_is_there(tmp_path):
    load()
    file = changed(tmp_path, ("alliance_portion_fy2027", "alliance_portion_fy2028"))

    lines = load(file, "2028", "--list-date", "2027-04-30")

    assert lines[0] == "Ansonia (0020011): FY2028 final allocation $6,300,685, new"
    assert Allocation.objects.filter(district__slug="ansonia").order_by("fiscal_year").values_list(
        "fiscal_year", "source"
    )[1] == (2028, "CSDE payment list, April 30, 2027")


def test_a_list_of_which_no_day_is_known_is_asked_for_it_and_none_is_made_up(tmp_path):
    file = changed(tmp_path, ("alliance_portion_fy2027", "alliance_portion_fy2028"))

    with pytest.raises(CommandError, match=r"FY2028 is from.* Give it with --list-date\."):
        load(file, "2028")

    assert not Allocation.objects.exists()


def test_a_dry_run_says_the_same_and_writes_nothing(tmp_path):
    load()
    file = changed(tmp_path, ("6300685,6300685", "6300685,6400000"))

    tried = load(file, "2027", "--dry-run")

    assert Allocation.objects.get(district__slug="ansonia").amount == 6_300_685
    assert tried == [*load(file), "This was a dry run: nothing was written."]


def test_a_dry_run_on_an_empty_roster_leaves_it_empty():
    assert load(FILE, "2027", "--dry-run")[-2:] == [
        "33 districts, 33 new.",
        "This was a dry run: nothing was written.",
    ]
    assert not District.objects.exists()


def test_a_faulty_file_loads_nothing_and_names_every_fault(tmp_path):
    file = changed(tmp_path, ("0110011", "110011"), ("Bristol,17,0170011", "Bristol,17,0150011"))

    with pytest.raises(CommandError) as refused:
        load(file)

    assert (str(refused.value).splitlines(), refused.value.returncode) == (
        [
            f"Nothing was loaded. {file} has 2 faults:",
            "Line 3, column edsight_district_code: “110011”. Expected seven digits; with the"
            " leading zeros it lost, 0110011.",
            "Line 5, column edsight_district_code: “0150011” is on line 4 too. Expected each only"
            " once.",
        ],
        1,
    )
    assert not District.objects.exists()


def test_a_fault_in_a_row_that_would_not_be_loaded_stops_the_file_too(tmp_path):
    with pytest.raises(CommandError, match="column edsight_district_code: “490011”"):
        load(changed(tmp_path, ("0490011", "490011")))


def zipped() -> bytes:
    whole = BytesIO()
    with ZipFile(whole, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return whole.getvalue()


TEXT = FILE.read_text()
HEADER, ANSONIA, *_ = TEXT.splitlines()


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        (TEXT.encode("utf-16"), "Line 1: this is UTF-16 text."),
        (TEXT.replace("Ansonia", "Ansönia").encode("latin-1"), "Line 2: the byte F6 is not UTF-8."),
        (TEXT.replace("Ansonia", "An\0sonia").encode(), "Line 2: it holds a NUL byte."),
        (TEXT.replace("drg", "group").encode(), "Line 1, column drg: missing."),
        (TEXT.replace("town_code", "drg").encode(), "Line 1, column drg: it is there 2 times."),
        (f"{TEXT}{ANSONIA}\n".encode(), "Line 38, column district: “Ansonia” is on line 2 too."),
        (TEXT.replace("0020011", "OO20011").encode(), "Line 2, column edsight_district_code: “OO"),
        (TEXT.replace("6300685", "6300685000000").encode(), "Line 2, column alliance_setaside_fy2"),
        (f"{TEXT}Derby,37\n".encode(), "Line 38: 2 cells."),
        (f"{TEXT}{ANSONIA},1,2\n".encode(), "Line 38: 17 cells."),
        (f"{HEADER}\n".encode(), "Line 2: no rows."),
        (b"", "Line 1: the file is empty."),
        (zipped(), "Line 1: this is an Excel workbook or a ZIP archive."),
        (
            "\n".join([HEADER, *([ANSONIA] * 20_000)]).encode(),
            "Line 20001, column town_code: “2” is on line 2 too.",
        ),
    ],
    ids=[
        "UTF-16",
        "Latin-1",
        "NUL",
        "missing column",
        "doubled column",
        "doubled name",
        "letters in a code",
        "absurd money",
        "too short",
        "too long",
        "no rows",
        "empty",
        "ZIP",
        "20,000 rows",
    ],
)
def test_no_bad_file_loads_anything_and_each_is_told_what_is_wrong(tmp_path, raw, fault):
    file = tmp_path / "roster.csv"
    file.write_bytes(raw)

    with pytest.raises(CommandError) as refused:
        load(file)

    assert str(refused.value).startswith(f"Nothing was loaded. {file} has ")
    assert f"\n{fault}" in str(refused.value)
    assert not District.objects.exists()


@pytest.mark.parametrize(("name", "reason"), [("none.csv", "No such file"), ("", "Is a directory")])
def test_a_file_that_cannot_be_opened_is_said_plainly(tmp_path, name, reason):
    with pytest.raises(CommandError, match=f"cannot be read: {reason}"):
        load(tmp_path / name)


def test_a_file_that_gives_a_known_name_another_code_is_refused():
    DistrictFactory(name="Derby", edsight_code="9990011", town_code=169)

    with pytest.raises(CommandError) as refused:
        load()

    assert str(refused.value) == (
        "Nothing was loaded.\nDerby (0370011, town 37) in the file and Derby (9990011, town 169) on"
        " the roster share a name or a town number, but not a code."
    )
    assert District.objects.count() == 1


def test_a_file_that_overlaps_another_designation_is_refused():
    derby = DistrictFactory(name="Derby", edsight_code="0370011", town_code=37)
    DesignationFactory(district=derby, first_fiscal_year=2024, last_fiscal_year=2028)

    with pytest.raises(CommandError) as refused:
        load()

    assert str(refused.value) == (
        "Nothing was loaded.\nDerby is designated for FY2024 to FY2028 on the roster, which"
        " overlaps the file’s FY2023 to FY2027."
    )


def test_a_name_whose_address_is_taken_gets_its_code_added():
    DistrictFactory(name="Derby Hill", slug="derby", town_code=169)

    load()

    assert District.objects.get(name="Derby").slug == "derby-0370011"


def test_a_retired_district_is_brought_up_to_date_and_stays_retired(admin, noon):
    load()
    derby = District.objects.get(slug="derby")
    services.retire_district(district_id=derby.pk, by=admin, at=noon)

    load()

    derby.refresh_from_db()
    assert derby.retired_at == noon


def test_a_district_that_is_retired_is_not_retired_again(admin, noon):
    retired = DistrictFactory(retired_at=noon, retired_by=admin)
    change = RosterChange(kind=RosterChange.Kind.RETIREMENT, district=retired)

    with pytest.raises(RosterRefusal, match="is retired already"), transaction.atomic():
        make(change, at=noon)


def test_a_final_amount_is_shown_beside_the_preliminary_one(tmp_path):
    load()
    ansonia = District.objects.get(slug="ansonia")
    AllocationFactory(district=ansonia, fiscal_year=2028, stage="preliminary", amount=6_000_000)
    file = changed(tmp_path, ("alliance_portion_fy2027", "alliance_portion_fy2028"))

    lines = load(file, "2028", "--list-date", "2027-04-30")

    assert lines[0] == (
        "Ansonia (0020011): FY2028 final allocation $6,300,685, new (preliminary $6,000,000)"
    )
