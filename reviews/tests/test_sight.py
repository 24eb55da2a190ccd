"""The line of sight: its dollars are those of the plan and its reports, its lines the plan's."""
# ruff: noqa: S608 - put together of constants

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from districts.roles import Role
from districts.tests.factories import DistrictFactory, person
from districts.words import money
from plans.tests.documents import a_strategy, change, complete_document
from reviews.reports.ledger import (
    read_dollars,
    sight_of,
    sight_of_all,
    strategies_of,
)
from reviews.tests.ledgers import a_history, approve, come_to, go, lineage_of, spend

pytestmark = pytest.mark.django_db

LINES = """
    plans_plan p JOIN plans_planversion v ON v.id = (
        SELECT version_id FROM plans_planevent WHERE plan_id = p.id AND step = 'approve'
        ORDER BY id DESC LIMIT 1
    ) CROSS JOIN LATERAL jsonb_array_elements(v.document->'lines') line
"""


@pytest.fixture
def ansonia():
    return DistrictFactory(name="Ansonia", slug="ansonia", designated=True)


def seen(*districts, year=None):
    ledger = read_dollars(districts)
    strategies = strategies_of([district.pk for district in districts])
    chosen = [row for row in strategies if year in {None, row.fiscal_year}]
    return ledger.of_year(year), chosen


def asked(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return {tuple(key): amount for *key, amount in cursor.fetchall()}


def by_place(sight):
    return {
        (each.key or None, area): amount
        for each in sight.through
        for area, amount in each.by_area.items()
    }


@pytest.mark.parametrize("year", [None, 2026])
def test_its_dollars_equal_sums_in_sql(ansonia, year):
    a_history(ansonia, range(2025, 2028), seed=5)
    sight = sight_of(*seen(ansonia, year=year))
    of_year = f"AND p.cycle_id = {year}" if year else ""

    expected = asked(f"""
        SELECT line->>'strategy', (line->'focus_area'->>'number')::int, sum(o.expended)
        FROM {LINES} JOIN plans_lineoutcome o
            ON o.plan_id = p.id AND o.lineage::text = line->>'lineage'
        WHERE true {of_year} GROUP BY 1, 2 HAVING sum(o.expended) > 0
    """)
    whole = asked(f"""
        SELECT 1, sum(expended) FROM plans_lineoutcome o JOIN plans_plan p ON p.id = o.plan_id
        WHERE true {of_year}
    """)[1,]
    expected[None, None] = whole - sum(
        amount for place, amount in expected.items() if place != (None, None)
    )

    assert sight.is_spent
    assert by_place(sight) == expected
    assert sight.dollars == whole


def test_the_sums_over_all_districts_equal_sums_in_sql(ansonia):
    a_history(ansonia, range(2026, 2028), seed=5)
    bristol = DistrictFactory(name="Bristol", slug="bristol", designated=True)
    a_history(bristol, range(2026, 2028), seed=6)
    sight = sight_of_all(*seen(ansonia, bristol))

    expected = asked(f"""
        SELECT domain->'domain'->>'name', (line->'focus_area'->>'number')::int, sum(o.expended)
        FROM {LINES} JOIN plans_lineoutcome o
            ON o.plan_id = p.id AND o.lineage::text = line->>'lineage'
        JOIN LATERAL jsonb_array_elements(v.document->'strategies') domain
            ON domain->>'lineage' = line->>'strategy'
        GROUP BY 1, 2 HAVING sum(o.expended) > 0
    """)
    (whole,) = asked("SELECT sum(expended) FROM plans_lineoutcome").values()

    found = by_place(sight)
    assert found.pop((None, None)) == whole - sum(expected.values())
    assert found == expected
    assert [end.number for end in sight.ends] == ["1", "4"]
    assert [len(end.targets) for end in sight.ends] == [8, 4]
    assert [each.strategies for each in sight.through if each.key] == [4, 4]


def test_before_any_report_the_dollars_are_budgeted(ansonia):
    approve(ansonia, 2027)

    sight = sight_of(*seen(ansonia))

    assert not sight.is_spent
    assert sight.dollars == 1_007_500
    assert [each.number for each in sight.through] == [1, 2]


def test_a_year_that_is_not_reported_is_in_no_dollar_and_is_named(ansonia):
    spend(approve(ansonia, 2026), "line-41", 5)
    approve(ansonia, 2027)

    sight = sight_of(*seen(ansonia))

    assert (sight.dollars, sight.not_reported) == (5, (2027,))


def test_a_strategy_leads_to_the_targets_that_the_plan_says(ansonia):
    approve(ansonia, 2027)

    first, second = sight_of(*seen(ansonia)).through

    assert first.ends == (str(lineage_of(ansonia, "target-21")),)
    assert second.ends == tuple(str(lineage_of(ansonia, f"target-{n}")) for n in (22, 23))


def test_over_years_a_strategy_is_one_and_a_target_has_its_last_result(ansonia):
    first, second = approve(ansonia, 2026), approve(ansonia, 2027)
    spend(first, "line-41", 1)
    spend(second, "line-41", 2)
    come_to(first, "target-21", "50")
    come_to(first, "target-23", "20")
    come_to(second, "target-21", "51")

    sight = sight_of(*seen(ansonia))

    assert [(each.number, each.dollars) for each in sight.through] == [(1, 3), (2, 0)]
    came = {end.number: str(end.targets[0].came) for end in sight.ends}
    assert came == {"1.1": "Met", "1.2": "Not yet available", "2.1": "Fell back"}


# Pages -------------------------------------------------------------------------------------------


def page_of(client, district, **query):
    client.force_login(person(Role.AUDITOR))
    answer = client.get(reverse("reviews:sight_district", args=[district.slug]), query)
    return BeautifulSoup(answer.text, "html.parser")


def test_the_picture_says_what_it_shows_and_has_its_table(client, ansonia):
    plan = approve(ansonia, 2027)
    spend(plan, "line-41", 900_000)
    spend(plan, "line-43", 60_000)
    come_to(plan, "target-21", "51")
    go(plan, "strategy-32", "discontinued")

    page = page_of(client, ansonia, fy="2027")

    picture = page.select_one("svg.flow")
    assert picture.title.string == "Line of sight, Ansonia, FY2027"
    assert picture.desc.string.startswith("$960,000 spent, in 2 focus areas; 3 targets, 1 of 1")
    assert len(picture.select(".f-band")) == 2
    assert len(picture.select(".f-thread")) == 3
    assert len(picture.select(".f-off")) == 2
    tall = [float(node["height"]) for node in picture.select("rect")]
    assert tall[0] == pytest.approx(15 * tall[1], abs=0.5)
    rows = [row.get_text(" ", strip=True) for row in page.select("table tbody tr")]
    assert "2 Foundational reading" in rows[0]
    assert "$900,000" in rows[0]
    assert "Met: 51, from 46.1; the target is 51" in rows[0]
    assert "Discontinued" in rows[1]
    assert "Not yet available" in rows[1]


def test_each_year_stands_by_itself_below(client, ansonia):
    spend(approve(ansonia, 2026), "line-41", 5)
    approve(ansonia, 2027)

    page = page_of(client, ansonia)

    heads = [head.get_text(" ", strip=True) for head in page.select("section.panel > header")]
    assert heads[1:] == [
        f"FY2027 by itself {money(1_007_500)} budgeted, not yet reported",
        "FY2026 by itself $5 spent",
    ]
    assert "Not reported yet, and in no dollar here: FY2027." in page.get_text(" ", strip=True)


def test_a_long_title_is_cut_in_the_picture_and_whole_in_the_table(client, ansonia):
    title = "Structured literacy with coaches in every classroom"
    strategies = (a_strategy(31, 1, title=title),)
    approve(ansonia, 2027, change(complete_document(), strategies=strategies))

    page = page_of(client, ansonia)

    words = [text.get_text(strip=True) for text in page.select("svg.flow text")]
    assert "1 Structured literacy with…" in words
    assert page.select_one("tbody th").get_text(strip=True) == f"1 {title}"


def test_without_a_plan_it_says_what_will_be_there(client, ansonia):
    assert "No plan yet" in page_of(client, ansonia).get_text()


def test_who_opens_it(client, ansonia):
    elsewhere = DistrictFactory(designated=True)
    client.force_login(person(Role.DISTRICT_VIEWER, ansonia))

    statuses = [
        client.get(reverse("reviews:sight_district", args=[district.slug])).status_code
        for district in (ansonia, elsewhere)
    ]

    assert [*statuses, client.get(reverse("reviews:sight")).status_code] == [200, 404, 403]


def test_queries_are_the_same_for_more_years_and_districts(client, ansonia):
    client.force_login(person(Role.AUDITOR))
    pages = (reverse("reviews:sight"), reverse("reviews:sight_district", args=["ansonia"]))

    def queries():
        counts = []
        for each in pages:
            client.get(each)
            with CaptureQueriesContext(connection) as found:
                assert client.get(each).status_code == 200
            counts.append(len(found))
        return counts

    a_history(ansonia, range(2028, 2029), seed=1)
    of_one = queries()
    a_history(ansonia, range(2024, 2028), seed=2)
    of_five = queries()
    for seed in (3, 4):
        a_history(DistrictFactory(designated=True), range(2027, 2028), seed=seed)

    assert of_one == of_five == queries()
    assert max(of_one) <= 8
