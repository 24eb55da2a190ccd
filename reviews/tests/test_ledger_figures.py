"""Every figure of the ledger equals a sum made independently, in SQL that is not the product's."""
# ruff: noqa: S608 - put together of the constants of this file

from decimal import Decimal

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.urls import reverse

from districts.models import District
from districts.roles import Role
from districts.tests.factories import DistrictFactory, person
from districts.tests.published import ansonia, load_published, published_in_files
from districts.words import money
from plans.reports.in_force import version_in_force
from plans.revision_workflow import RevisionStep
from plans.tests.documents import a_line, change, complete_document
from reviews.reports.ledger import (
    by_focus_area,
    by_object_group,
    read_ledger,
    sum_by_year,
    summed,
)
from reviews.tests.ledgers import (
    Kind,
    a_history,
    adjust,
    approve,
    approve_again,
    come_to,
    revise,
    spend,
)

pytestmark = pytest.mark.django_db

LAST = 2028
YEARS = range(2025, 2029)

# The last approval's text of each plan, found by another way than the product's.
HELD = """
    (SELECT p.id, p.district_id, p.cycle_id AS fy, v.document AS d FROM plans_plan p
     JOIN plans_planversion v ON v.plan_id = p.id
     WHERE v.id = (SELECT e.version_id FROM plans_planevent e
                   WHERE e.plan_id = p.id AND e.step = 'approve'
                   AND NOT EXISTS (SELECT 1 FROM plans_planevent l WHERE l.plan_id = p.id
                                   AND l.step = 'approve' AND l.id > e.id))) held
"""
LINES = f"{HELD} CROSS JOIN LATERAL jsonb_array_elements(held.d->'lines') line"
TARGETS = f"""
    {HELD} CROSS JOIN LATERAL jsonb_path_query(held.d, '$.objectives[*].targets[*]') t
    LEFT JOIN plans_targetoutcome o ON o.plan_id = held.id AND o.lineage::text = t->>'lineage'
"""
ADJUSTED = "districts_fundingadjustment a WHERE a.superseded_at IS NULL AND a.kind ="
MET = """
    CASE WHEN (t->'indicator'->>'falls')::boolean THEN o.actual <= (t->>'target_value')::numeric
    ELSE o.actual >= (t->>'target_value')::numeric END
"""
BY_COLUMN = {  # for {where}: the district and year of a row, or nothing for the whole
    "published": "SELECT sum(value) FROM districts_publishedfigure WHERE superseded_at IS NULL"
    " AND measure = 'alliance_portion' AND student_group = 'all' {and_year}",
    "allocation": "SELECT sum(amount) FROM districts_allocation WHERE superseded_in_id IS NULL"
    " AND stage = 'final' {and_year}",
    "carried_in": f"SELECT sum(amount) FROM {ADJUSTED} 'carry_forward' {{and_year}}",
    "reductions": f"SELECT sum(amount) FROM {ADJUSTED} 'reduction' {{and_year}}",
    "carried_out": f"SELECT sum(amount) FROM {ADJUSTED} 'carry_forward' {{and_origin}}",
    "repaid": f"SELECT sum(amount) FROM {ADJUSTED} 'repayment' {{and_origin}}",
    "reduced_later": f"SELECT sum(amount) FROM {ADJUSTED} 'reduction' {{and_origin}}",
    "budgeted": f"SELECT sum((line->>'amount')::bigint) FROM {LINES}"
    " WHERE line->>'funding_source' IN ('allocation', 'carry_forward') {and_fy}",
    "obligated": "SELECT sum(obligated) FROM plans_lineoutcome o JOIN plans_plan held"
    " ON held.id = o.plan_id WHERE true {and_cycle}",
    "expended": "SELECT sum(expended) FROM plans_lineoutcome o JOIN plans_plan held"
    " ON held.id = o.plan_id WHERE true {and_cycle}",
    "by_share": "SELECT sum(expended) FROM plans_lineoutcome o JOIN plans_plan held"
    " ON held.id = o.plan_id WHERE basis = 'by_share' {and_cycle}",
    "targets": f"SELECT count(*) FROM {TARGETS} WHERE true {{and_fy}}",
    "with_actual": f"SELECT count(*) FROM {TARGETS} WHERE o.actual IS NOT NULL {{and_fy}}",
    "met": f"SELECT count(*) FROM {TARGETS} WHERE ({MET}) {{and_fy}}",
}


def asked(sql, *, district=None, year=None):
    """What the SQL adds up, of a district and a year or of all; none is none."""
    places = {"and_year": "fiscal_year", "and_origin": "origin_year"}
    places |= {"and_fy": "held.fy", "and_cycle": "held.cycle_id"}
    narrowed = {}
    for place, column in places.items():
        of_district = "held.district_id" if column.startswith("held") else "district_id"
        narrowed[place] = f" AND {of_district} = {district}" if district else ""
        narrowed[place] += f" AND {column} = {year}" if year else ""
    with connection.cursor() as cursor:
        cursor.execute(sql.format(**narrowed))
        return cursor.fetchone()[0]


def said(column, expected):
    """Where nothing was determined, nothing comes off: that is known."""
    return expected or 0 if column == "reductions" else expected


@pytest.fixture
def districts():
    found = [
        DistrictFactory(name=name, slug=name.lower(), designated=True)
        for name in ("Ansonia", "Bristol")
    ]
    for seed, district in enumerate(found):
        a_history(district, YEARS, seed=seed)
    return found


@pytest.mark.parametrize("column", BY_COLUMN)
def test_each_column_equals_a_sum_in_sql(districts, column):
    sql = BY_COLUMN[column]
    ledger = read_ledger(districts, last=LAST)

    assert {(year.district_id, year.fiscal_year) for year in ledger.years} == {
        (district.pk, year) for district in districts for year in YEARS
    }
    for year in ledger.years:
        expected = asked(sql, district=year.district_id, year=year.fiscal_year)
        assert getattr(year, column) == said(column, expected), (year.district_id, year.fiscal_year)
    for year in sum_by_year(ledger.years):
        expected = said(column, asked(sql, year=year.fiscal_year))
        assert getattr(year, column) == expected, year.fiscal_year
    whole = asked(sql)
    assert whole
    assert getattr(summed(ledger.years), column) == whole


def test_what_is_authorized_is_the_allocation_with_what_moved(districts):
    for year in read_ledger(districts, last=LAST).years:
        place = {"district": year.district_id, "year": year.fiscal_year}
        terms = [asked(BY_COLUMN[name], **place) or 0 for name in ("allocation", "carried_in")]
        assert year.authorized == sum(terms) - (asked(BY_COLUMN["reductions"], **place) or 0)


OF_PARTS = {
    "focus areas": (by_focus_area, "line->'focus_area'->>'number'", lambda name: name.split()[0]),
    "object codes": (
        by_object_group,
        "left(line->'object_code'->>'code', 1)",
        lambda name: name[:1],
    ),
}


@pytest.mark.parametrize("part", OF_PARTS)
@pytest.mark.parametrize("year", [None, 2026])
def test_each_part_equals_a_sum_in_sql(districts, part, year):
    report, key, key_of = OF_PARTS[part]
    rows = report(read_ledger(districts, last=LAST).of_year(year))
    of_year = f" AND held.fy = {year}" if year else ""
    of_cycle = f" AND held.cycle_id = {year}" if year else ""
    with connection.cursor() as cursor:
        cursor.execute(f"""
            SELECT {key}, sum((line->>'amount')::bigint) FROM {LINES}
            WHERE line->>'funding_source' <> 'other' {of_year} GROUP BY 1
        """)
        budgeted = dict(cursor.fetchall())
        cursor.execute(f"""
            SELECT {key}, sum(o.expended) FROM {LINES}
            JOIN plans_lineoutcome o ON o.plan_id = held.id
                AND o.lineage::text = line->>'lineage'
            WHERE true {of_year} GROUP BY 1
        """)
        expended = dict(cursor.fetchall())
        cursor.execute(f"""
            SELECT sum(expended) FROM plans_lineoutcome o JOIN plans_plan held
            ON held.id = o.plan_id WHERE true {of_cycle}
        """)
        strays = cursor.fetchone()[0] - sum(expended.values())
    expended[None] += strays  # of lines that are in no text any more

    assert strays > 0
    assert {(row.name and key_of(row.name)) or None: row.budgeted for row in rows} == budgeted
    assert {(row.name and key_of(row.name)) or None: row.expended for row in rows} == expended


def test_the_text_approved_last_is_what_was_budgeted():
    district = DistrictFactory(designated=True)
    plan = approve(district, 2027)
    line = a_line(41, 1, amount=5)
    approve_again(plan, change(complete_document(), lines=(line,)))

    (year,) = read_ledger([district], last=LAST).years

    assert year.budgeted == 5


@pytest.mark.parametrize(
    ("step", "budgeted"),
    [
        (RevisionStep.APPROVE, 5),
        (RevisionStep.RECORD, 5),
        (RevisionStep.HAND_IN, 1_007_500),
        (RevisionStep.WITHDRAW, 1_007_500),
    ],
)
def test_a_revision_counts_once_it_takes_effect(step, budgeted):
    district = DistrictFactory(designated=True)
    plan = approve(district, 2027)
    revise(plan, change(complete_document(), lines=(a_line(41, 1, amount=5),)), step)

    (year,) = read_ledger([district], last=LAST).years

    assert year.budgeted == budgeted
    assert version_in_force(plan).document["lines"][0]["amount"] == {5: 5}.get(budgeted, 900_000)


def test_what_nobody_has_said_is_none_and_not_zero():
    district = DistrictFactory(designated=True)
    approve(district, 2027)

    (year,) = read_ledger([district], last=LAST).years

    unknown = ("published", "allocation", "carried_in", "authorized", "expended", "carried_out")
    assert [getattr(year, name) for name in unknown] == [None] * len(unknown)
    assert (year.remedied, year.difference) == (None, None)


def test_a_year_that_does_not_foot_says_by_how_much():
    district = DistrictFactory(designated=True, funded=True)
    spend(approve(district, 2027), "line-41", 900_000)
    adjust(district, 2028, 2027, Kind.CARRY_FORWARD, 99_999)

    year = read_ledger([district], last=LAST).years[0]

    assert (year.authorized, year.expended, year.carried_out) == (1_000_000, 900_000, 99_999)
    assert year.difference == 1


@pytest.mark.parametrize(
    ("name", "actual", "came"),
    [
        ("target-21", "51.00", "Met"),
        ("target-21", "50.99", "Part way"),
        ("target-21", "46.10", "No change"),
        ("target-21", "46.00", "Fell back"),
        ("target-23", "16.00", "Met"),  # lower is better
        ("target-23", "15.00", "Met"),
        ("target-23", "16.01", "Part way"),
        ("target-23", "20.00", "Fell back"),
        ("target-23", None, "Not yet available"),
    ],
)
def test_a_target_is_met_in_its_indicators_direction(name, actual, came):
    district = DistrictFactory(designated=True)
    come_to(approve(district, 2027), name, actual)

    found = read_ledger([district], last=LAST).targets

    number = {"target-21": "1.1", "target-23": "2.1"}[name]
    assert [str(each.came) for each in found if each.number == number] == [came]


# The published history ---------------------------------------------------------------------------


def published_money():
    """What the file that the product keeps says, read without the product."""
    return {
        (figure.district, figure.fiscal_year): figure.value
        for figure in published_in_files()
        if figure.measure == "alliance_portion"
    }


def test_the_money_of_every_district_and_year_is_that_of_the_published_file(noon):
    in_file = published_money()
    names = sorted({district for district, _ in in_file})
    codes = {one.district: one.edsight_code for one in published_in_files()}
    for name in names:
        code = codes[name]
        town = int(code[:3])
        DistrictFactory(name=name, slug=name.lower().replace(" ", "-"), town_code=town)
    load_published(None, at=noon)

    ledger = read_ledger(District.objects.all(), last=LAST)

    found = {
        (ledger.districts[year.district_id].name, year.fiscal_year): year.funded
        for year in ledger.years
        if year.published is not None
    }
    assert found == in_file
    assert {year for _, year in found} == set(range(2013, 2028))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT fiscal_year, sum(value) FROM districts_publishedfigure"
            " WHERE measure = 'alliance_portion' GROUP BY 1"
        )
        sums = dict(cursor.fetchall())
    assert {year.fiscal_year: year.funded for year in sum_by_year(ledger.years)} == sums


def test_the_districts_page_shows_the_published_money_of_every_year(client, noon):
    district = ansonia()
    load_published("Ansonia", at=noon)
    client.force_login(person(Role.AUDITOR))

    answer = client.get(reverse("reviews:ledger_district", args=[district.slug]))

    page = BeautifulSoup(answer.text, "html.parser")
    rows = {
        row.th.get_text(strip=True): row.td.get_text(" ", strip=True)
        for row in page.select("[aria-labelledby=by-year] tbody tr")
    }
    assert rows == {
        f"FY{year}": f"{money(amount)} published"
        for (name, year), amount in published_money().items()
        if name == "Ansonia"
    }
    assert rows["FY2013"] == "$539,715 published"


# Pages -------------------------------------------------------------------------------------------


def cells_of(page, labelled_by, name):
    rows = page.select(f"[aria-labelledby={labelled_by}] tbody tr")
    (row,) = [row for row in rows if row.th.get_text(strip=True) == name]
    return {cell["data-label"]: cell.get_text(" ", strip=True) for cell in row.select("td")}


def test_the_state_wide_page_shows_the_sums(client, districts):
    client.force_login(person(Role.COMMISSIONER))

    page = BeautifulSoup(client.get(reverse("reviews:ledger")).text, "html.parser")

    for year in YEARS:
        shown = cells_of(page, "by-year", f"FY{year}")
        for label, column in (
            ("Carried in", "carried_in"),
            ("Reductions", "reductions"),
            ("Budgeted", "budgeted"),
            ("Carried out", "carried_out"),
        ):
            expected = asked(BY_COLUMN[column], year=year)
            assert shown[label] == money(said(column, expected)), (year, label)
        spent = asked(BY_COLUMN["expended"], year=year)
        assert shown["Spent"].startswith(money(spent))
        remedied = [asked(BY_COLUMN[name], year=year) for name in ("repaid", "reduced_later")]
        assert shown["Remedied"] == money(sum(remedied) if all(remedied) else None)
        met, measured = (asked(BY_COLUMN[name], year=year) for name in ("met", "with_actual"))
        assert measured == 0 or shown["Targets"].startswith(f"{met} of {measured} met")


def test_one_year_is_shown_alone(client, districts):
    client.force_login(person(Role.COMMISSIONER))

    page = BeautifulSoup(client.get(reverse("reviews:ledger") + "?fy=2026").text, "html.parser")

    for district in districts:
        shown = cells_of(page, "by-district", district.name)
        place = {"district": district.pk, "year": 2026}
        assert shown["Budgeted"] == money(asked(BY_COLUMN["budgeted"], **place))
        assert shown["Spent"].startswith(money(asked(BY_COLUMN["expended"], **place)))


def test_a_figure_is_whole_dollars(districts):
    for year in read_ledger(districts, last=LAST).years:
        assert not any(
            isinstance(value, Decimal) for name, value in vars(year).items() if name != "beside"
        )
